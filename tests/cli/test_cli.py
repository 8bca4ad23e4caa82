"""The command line as a whole: no torch for the help, one line for a refusal."""

import ast
import json
import shutil
import subprocess
import sys

import plotly.graph_objects as go
import pytest

import distilbert_viz
from distilbert_viz.pairs import CATALOGUE
from tests.support import forks
from tests.support.paths import ROOT
from tests.support.shell import BUILT_IN, answered, typed

NOTEBOOK = """\
from distilbert_viz import load_pair, trace_pair
from distilbert_viz.figures.forward import hidden_states
pair = trace_pair(load_pair(), "The capital of France is [MASK].")
hidden_states.final_cosine(pair)
"""


def started(*arguments: str, code: str | None = None) -> subprocess.CompletedProcess:
    """The command line in a fresh interpreter, as a person starts it."""
    command = ["-m", "distilbert_viz"] if code is None else ["-c", code]
    return subprocess.run([sys.executable, *command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


WITHOUT_TORCH = [["--help"], ["soft-labels", "--help"], ["bench", "--help"], ["pairs"], ["pairs", "--json"]]
IN_TURN = """
import json, sys
from typer.testing import CliRunner
from distilbert_viz.cli import app
for arguments in json.loads(sys.argv[1]):
    answer = CliRunner().invoke(app, arguments)
    print(json.dumps([answer.exit_code, answer.stdout, answer.stderr, "torch" in sys.modules]))
"""


@pytest.fixture(scope="module")
def without_torch() -> dict[tuple[str, ...], list]:
    """Status, stdout, stderr and whether torch was imported, of commands in one fresh interpreter."""
    answer = started(json.dumps(WITHOUT_TORCH), code=IN_TURN)
    assert (answer.returncode, answer.stderr) == (0, "")
    return dict(zip(map(tuple, WITHOUT_TORCH), map(json.loads, answer.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("arguments", WITHOUT_TORCH)
def test_help_and_the_catalogue_come_without_torch(without_torch, arguments):
    status, said, refused, torch = without_torch[tuple(arguments)]
    assert (status, refused, torch) == (0, "", False)
    assert said


def test_a_bare_import_of_the_package_names_what_it_lends_and_brings_no_torch():
    code = "import sys, distilbert_viz as d; print(sorted(set(d.__all__) & set(dir(d))), 'torch' in sys.modules)"
    assert started(code=code).stdout.strip() == f"{distilbert_viz.__all__} False"


def test_the_package_lends_what_its_rooms_have_and_nothing_else():
    from distilbert_viz.pairs import load_pair
    from distilbert_viz.tracing import trace_pair
    from distilbert_viz.tracing.memory import pair_of
    from distilbert_viz.watch import Watch

    assert [getattr(distilbert_viz, name) for name in distilbert_viz.__all__] == [Watch, load_pair, pair_of, trace_pair]
    with pytest.raises(AttributeError, match="'distilbert_viz' has no attribute 'load_pear'"):
        _ = distilbert_viz.load_pear


def test_four_lines_in_a_notebook_end_in_a_figure():
    *lines, last = ast.parse(NOTEBOOK).body
    cell = {}
    exec(compile(ast.Module(lines, []), "cell", "exec"), cell)
    figure = eval(compile(ast.Expression(last.value), "cell", "eval"), cell)
    assert isinstance(figure, go.Figure)
    assert len(figure.data[0].y) == len(cell["pair"].encoding)


def test_a_text_is_shown_as_it_was_typed():
    text = "[bold]x[/bold] [MASK] :smile: [/nothing] " + "and on and on " * 10 + "to the end."
    answer = typed("soft-labels", text, "--k", 2)
    assert (answer.exit_code, answer.stdout.splitlines()[0]) == (0, text)


def test_a_file_name_is_shown_as_it_was_typed(tmp_path):
    out = tmp_path / "[red]a.npz"
    assert typed("trace", "A cat.", "--out", out).stdout.startswith(f"{out}: 5 tokens")


def test_pairs_lists_the_catalogue():
    cards = json.loads(typed("pairs", "--json").stdout)
    assert [(card["name"], card["about"]) for card in cards] == [(card.name, card.about) for card in CATALOGUE.values()]
    assert (cards[0]["teacher"], cards[0]["student"]) == ("built in", "built in")
    shown = typed("pairs").stdout
    assert [name for name in CATALOGUE if f"│ {name} " not in shown] == []
    assert str(BUILT_IN) not in shown


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["soft-labels", " \n"], "The text is empty"),
        (["soft-labels", "[SEP]"], "There is nothing to read"),
        (["soft-labels", "\udcff [MASK]"], "not valid UTF-8"),
        (["soft-labels", "No mask."], "holds no [MASK]"),
        (["soft-labels", "A cat.", "--position", 5], "positions 0 to 4"),
        (["soft-labels", "A cat.", "--position", -1], "no position -1"),
        (["soft-labels", "[MASK]", "--temperature", 0], "not 0."),
        (["soft-labels", "[MASK]", "--temperature", -2], "not -2."),
        (["soft-labels", "[MASK]", "--temperature", "nan"], "not nan."),
        (["soft-labels", "[MASK]", "--pair", "[bold]pear"], "no pair called '[bold]pear'; there are built-in"),
        (["soft-labels", "[MASK]", "--pair", ""], "no pair called ''"),
        (["soft-labels", "[MASK]", "--teacher", "a/b"], "both --teacher and --student"),
        (["soft-labels", "[MASK]", "--pair", "built-in", "--teacher", "a/b", "--student", "c/d"], "either --pair"),
        (["soft-labels", "[MASK]", "--teacher", "/no/such\nfolder", "--student", "a/b"], "no such folder"),
        (["soft-labels", "[MASK]", "--teacher", "", "--student", ""], "needs both a teacher and a student"),
        (["trace", "", "--out", "trace.npz"], "The text is empty"),
        (["trace", "A cat.", "--out", "."], "it is a folder"),
        (["trace", "A cat.", "--out", "/no/such/folder/trace.npz"], "there is no folder /no/such/folder"),
        (["trace", "A cat.", "--out", "x" * 300], "File name too long"),
        (["size", "--pair", "[bold]pear"], "There is no pair called '[bold]pear'; there are built-in, base-uncased, base-cased, "),
        (["size", "--form", "decoder"], "no form called 'decoder'; there are as pre-trained"),
        (["size", "--student", "a/b"], "both --teacher and --student"),
        (["size", "--pair", "built-in", "--teacher", "a/b", "--student", "c/d"], "either --pair"),
        (["size", "--teacher", "/no/such\nfolder", "--student", "a/b"], "no such folder"),
        (["bench", "--lengths", "16,513"], "lengths must be from 1 to 512, not 513."),
        (["bench", "--lengths", "16;32"], "lengths must be whole numbers with commas between, not '16;32'."),
        (["bench", "--lengths", "9" * 5000], "lengths must be whole numbers"),
        (["bench", "--batches", ""], "batches must be whole numbers"),
        (["bench", "--batches", "0"], "batches must be 1 or more, not 0."),
        (["bench", "--batches", "1" + "0" * 9], "need at least"),
        (["bench", "--repeats", 1], "repeats must be 5 or more, not 1."),
        (["bench", "--device", "tpu"], "no device called 'tpu'"),
        (["soft-labels", "[MASK]", "--device", "cuda:42"], "There is no device cuda:42 on this machine; there is"),
        (["trace", "A cat.", "--out", "trace.npz", "--dtype", "int8"], "There is no dtype int8 to choose; there are float32"),
        (["bench", "--pair", ""], "no pair called ''"),
        (["bench", "--out", "/no/such/folder/speed.json"], "there is no folder /no/such/folder"),
    ],
)
def test_bad_input_is_refused_in_one_line(arguments, sentence):
    answer = typed(*arguments)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert sentence in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize("damaged", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_damaged_folder_is_refused_in_one_line(damaged, tmp_path):
    teacher = shutil.copytree(BUILT_IN / "teacher", tmp_path / "teacher")
    (teacher / damaged).write_text("{}", encoding="utf-8")
    answer = typed("soft-labels", "[MASK]", "--teacher", teacher, "--student", BUILT_IN / "student")
    assert (answer.exit_code, answer.stdout, len(answer.stderr.splitlines())) == (2, "", 1)
    assert str(teacher) in answer.stderr


@pytest.mark.parametrize("arguments", [[], ["walk"], ["trace", "A cat."], ["soft-labels", "[MASK]", "--k", 0]])
def test_wrong_usage_is_status_2(arguments):
    assert typed(*arguments).exit_code == 2


@pytest.mark.parametrize("command", ["size", "bench"])
def test_the_help_names_the_full_sizes_and_the_catalogue_does_not(command):
    assert "base-architecture" in typed(command, "--help").stdout
    assert "base-architecture" not in typed("pairs").stdout


def test_a_person_sees_a_table_and_a_script_sees_json_alone():
    answer = started("soft-labels", "A cup of [MASK].", "--json")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert json.loads(answer.stdout) == answered("A cup of [MASK].")


@pytest.mark.parametrize(
    "arguments", [["soft-labels", "No mask."], ["soft-labels", "[MASK]", "--teacher", "/nowhere", "--student", "/nowhere"]]
)
def test_a_person_sees_one_line_and_no_traceback(arguments, tmp_path):
    answer = forks.done(forks.shell, *arguments, log=tmp_path / "log")
    assert (answer.returncode, answer.stdout, len(answer.stderr.splitlines())) == (2, "", 1)
