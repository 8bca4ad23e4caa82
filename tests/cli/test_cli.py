"""The command line says what the rooms say, and refuses in one line."""

import ast
import json
import shutil
import subprocess
import sys

import numpy as np
import plotly.graph_objects as go
import pytest
from typer.testing import CliRunner

import distilbert_viz
from distilbert_viz import comparison, cost
from distilbert_viz.cli import app
from distilbert_viz.pairs import CATALOGUE
from distilbert_viz.records import Measurement
from tests.support import forks
from tests.support.paths import ROOT
from tests.support.tiny import bert_config, distilbert_config

BUILT_IN = ROOT / "distilbert_viz" / "builtin"
TEXT = "The cat drank [MASK]. [SEP] Then it slept in the [MASK]."
ENCODED = ("input_ids", "original_ids", "token_type_ids", "offsets")
TRACED = ("hidden_states", "queries", "keys", "values", "attentions")
EMBEDDED = ("word", "position", "token_type", "output")
NOTEBOOK = """\
from distilbert_viz import load_pair, trace_pair
from distilbert_viz.figures.forward import hidden_states
pair = trace_pair(load_pair(), "The capital of France is [MASK].")
hidden_states.final_cosine(pair)
"""


def typed(*arguments: object):
    """What the command line answers, in this process, on a terminal of 80 columns."""
    return CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "80"})


def started(*arguments: str, code: str | None = None) -> subprocess.CompletedProcess:
    """The same in a fresh interpreter, as a person starts it."""
    command = ["-m", "distilbert_viz"] if code is None else ["-c", code]
    return subprocess.run([sys.executable, *command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def answered(*arguments: object) -> dict:
    """The JSON object of `soft-labels --json`."""
    answer = typed("soft-labels", *arguments, "--json")
    assert (answer.exit_code, answer.stderr) == (0, "")
    return json.loads(answer.stdout)


@pytest.fixture(scope="module")
def traces(built_in):
    """Both models' traces of TEXT."""
    from distilbert_viz.tracing import trace_pair

    return trace_pair(built_in, TEXT)


@pytest.fixture(scope="module")
def logits(built_in, traces):
    """Both models' logits on TEXT."""
    from distilbert_viz import tracing

    return [tracing.logits(model, trace) for model, trace in zip(built_in, traces, strict=True)]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """What `trace` says of TEXT, and the file that it wrote, read back."""
    path = tmp_path_factory.mktemp("cli") / "trace.npz"
    answer = typed("trace", TEXT, "--out", path)
    assert (answer.exit_code, answer.stderr) == (0, "")
    with np.load(path) as archive:
        return answer.stdout, path, dict(archive)


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


def test_a_bare_import_of_the_package_names_its_two_functions_and_brings_no_torch():
    code = (
        "import sys, distilbert_viz; print(sorted({'load_pair', 'trace_pair'} & set(dir(distilbert_viz))), 'torch' in sys.modules)"
    )
    assert started(code=code).stdout.strip() == "['load_pair', 'trace_pair'] False"


def test_the_package_lends_the_functions_of_its_rooms_and_no_others():
    from distilbert_viz.pairs import load_pair
    from distilbert_viz.tracing import trace_pair

    assert [getattr(distilbert_viz, name) for name in distilbert_viz.__all__] == [load_pair, trace_pair]
    with pytest.raises(AttributeError, match="'distilbert_viz' has no attribute 'load_pear'"):
        _ = distilbert_viz.load_pear


def test_four_lines_in_a_notebook_end_in_a_figure():
    *lines, last = ast.parse(NOTEBOOK).body
    cell = {}
    exec(compile(ast.Module(lines, []), "cell", "exec"), cell)
    figure = eval(compile(ast.Expression(last.value), "cell", "eval"), cell)
    assert isinstance(figure, go.Figure)
    assert len(figure.data[0].y) == len(cell["pair"].encoding)


def test_the_file_holds_every_array_of_both_traces_to_the_last_bit(written, traces, logits):
    *_, archive = written
    expected = {name: getattr(traces.encoding, name) for name in ENCODED}
    expected["initial_layers"] = np.array(traces.initial_layers)
    for voice, trace, read in zip(("teacher", "student"), traces, logits, strict=True):
        expected |= {f"{voice}.{name}": getattr(trace, name) for name in TRACED} | {f"{voice}.logits": read}
        expected |= {f"{voice}.embeddings.{name}": getattr(trace.embeddings, name) for name in EMBEDDED}
    expected = {name: array for name, array in expected.items() if array is not None}
    words = {"text", "tokens", "special", "teacher.model_name", "student.model_name", "axes"}
    assert archive.keys() == expected.keys() | words
    assert [name for name, array in expected.items() if not np.array_equal(archive[name], array)] == []
    assert [name for name, array in expected.items() if archive[name].dtype != array.dtype] == []


def test_the_file_holds_the_words_too(written, traces):
    *_, archive = written
    assert str(archive["text"]) == TEXT
    assert tuple(archive["tokens"].tolist()) == traces.encoding.tokens
    assert tuple(archive["special"].tolist()) == traces.encoding.special
    assert str(archive["student.model_name"]) == traces.student.model_name


def test_the_axes_name_every_array_and_fit_it(written, traces):
    archive = dict(written[-1])
    axes = json.loads(str(archive.pop("axes")))
    assert {name: len(names) for name, names in axes.items()} == {name: array.ndim for name, array in archive.items()}
    assert axes["teacher.attentions"] == ["layer", "head", "query", "key"]
    assert axes["student.hidden_states"] == ["state", "token", "hidden"]
    assert axes["teacher.embeddings.token_type"] == ["token", "hidden"]
    sizes = {(axis, size) for name, names in axes.items() for axis, size in zip(names, archive[name].shape, strict=True)}
    assert {size for axis, size in sizes if axis in ("token", "query", "key")} == {len(traces.encoding)}


def test_trace_says_in_one_line_what_it_wrote(written, traces):
    line, path, archive = written
    sizes = f"{len(traces.encoding)} tokens, {len(archive) - 1} arrays, {path.stat().st_size:,} bytes"
    assert line == f"{path}: {sizes}\n"


def test_a_text_that_does_not_fit_is_cut_and_says_so(tmp_path):
    answer = typed("trace", "word " * 515, "--out", tmp_path / "long")
    assert "512 tokens (5 more did not fit)" in answer.stdout
    assert (tmp_path / "long").is_file()


def test_the_json_says_what_comparison_says_at_every_mask(built_in, traces, logits):
    ids = built_in.teacher.tokenizer.get_vocab()
    vocabulary = tuple(sorted(ids, key=ids.get))
    answer = answered(TEXT, "--temperature", 3, "--k", 7)
    masks = [i for i, token in enumerate(traces.encoding.tokens) if token == "[MASK]"]
    assert (answer["text"], answer["temperature"], len(masks)) == (TEXT, 3.0, 2)
    assert [position["position"] for position in answer["positions"]] == masks
    for position in answer["positions"]:
        labels = comparison.soft_labels(*logits, vocabulary, position["position"], 3.0, 7)
        candidates = position.pop("candidates")
        assert position == {
            "position": labels.position,
            "token": "[MASK]",
            "kl": labels.kl,
            "kl_times_t2": labels.kl * 9,
            "teacher_entropy": labels.teacher_entropy,
            "student_entropy": labels.student_entropy,
        }
        assert [c["token"] for c in candidates] == list(labels.names)
        assert [c["id"] for c in candidates] == labels.candidates.tolist()
        for voice in ("teacher", "student"):
            assert [c[voice] for c in candidates] == getattr(labels, voice).tolist()
            assert [c[f"{voice}_rank"] for c in candidates] == getattr(labels, f"{voice}_ranks").tolist()


def test_the_better_the_rank_the_higher_the_probability():
    (position,) = answered("He drank a cup of [MASK].")["positions"]
    for voice in ("teacher", "student"):
        ranked = sorted(position["candidates"], key=lambda candidate: candidate[f"{voice}_rank"])
        probabilities = [candidate[voice] for candidate in ranked]
        assert [candidate[f"{voice}_rank"] for candidate in ranked[:10]] == list(range(1, 11))
        assert probabilities == sorted(probabilities, reverse=True)
        assert 0 < probabilities[-1] <= sum(probabilities) <= 1


def test_any_token_can_be_asked_for():
    (position,) = answered("The cat slept.", "--position", 2)["positions"]
    assert (position["position"], position["token"]) == (2, "cat")


def test_a_folder_of_each_model_is_a_pair_as_well():
    folders = ("--teacher", BUILT_IN / "teacher", "--student", BUILT_IN / "student")
    assert answered("A [MASK].", *folders) == answered("A [MASK].") == answered("A [MASK].", "--pair", "built-in")


def test_device_and_dtype_are_chosen_by_hand():
    (exact,) = answered("A [MASK].", "--device", "cpu")["positions"]
    (rounded,) = answered("A [MASK].", "--device", "cpu", "--dtype", "bfloat16")["positions"]
    assert exact["candidates"][0]["teacher"] == pytest.approx(rounded["candidates"][0]["teacher"], rel=0.1)
    assert exact["kl"] != rounded["kl"]


def test_the_table_shows_the_numbers_of_the_json():
    (position,) = answered("A cup of [MASK].", "--k", 3)["positions"]
    shown = typed("soft-labels", "A cup of [MASK].", "--k", 3).stdout
    assert f"{position['kl']:.4f} nats" in shown
    assert f"T^2 {position['kl_times_t2']:.4f}" in shown
    for voice in ("teacher", "student"):
        assert f"{position[f'{voice}_entropy']:.4f} nats" in shown
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in shown.splitlines() if line.startswith("│")]
    assert rows == [
        [c["token"], f"{c['teacher']:#.3g}", f"{c['student']:#.3g}", str(c["teacher_rank"]), str(c["student_rank"])]
        for c in position["candidates"]
    ]


def sized(*arguments: object) -> dict:
    """The JSON object of `size --json`."""
    answer = typed("size", *arguments, "--json")
    assert (answer.exit_code, answer.stderr) == (0, "")
    return json.loads(answer.stdout)


def test_the_size_of_the_base_architecture_is_the_published_one_to_the_unit():
    counted = sized("--pair", "base-architecture")
    assert counted == sized()
    assert {voice: (one["parameters"], one["bytes"]) for voice, one in counted.items()} == {
        "teacher": (109_514_298, 438_057_192),
        "student": (66_985_530, 267_942_120),
    }
    assert [sum(one["components"].values()) for one in counted.values()] == [109_514_298, 66_985_530]
    assert counted["student"]["components"]["embeddings: word"] == 30_522 * 768
    assert sized("--form", "as pre-trained")["teacher"]["parameters"] == 110_106_428
    assert sized("--form", "encoder")["student"]["parameters"] == 66_362_880


def test_the_size_of_a_pair_is_what_its_loaded_models_hold(built_in):
    expected = [sum(p.numel() for p in model.network.parameters()) for model in built_in]
    folders = ("--teacher", BUILT_IN / "teacher", "--student", BUILT_IN / "student")
    for counted in (sized("--pair", "built-in"), sized(*folders)):
        assert [counted[voice]["parameters"] for voice in ("teacher", "student")] == expected


def test_size_reads_no_weights(tmp_path):
    for voice in ("teacher", "student"):
        (tmp_path / voice).mkdir()
        shutil.copy(BUILT_IN / voice / "config.json", tmp_path / voice)
    folders = ("--teacher", tmp_path / "teacher", "--student", tmp_path / "student")
    assert sized(*folders) == sized("--pair", "built-in")


def test_the_table_of_sizes_ends_in_the_totals_of_the_json():
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in typed("size").stdout.splitlines() if "│" in line]
    assert rows[-1] == ["all", "109,514,298", "66,985,530", "42,528,768"]
    assert "438.1 MB → 267.9 MB" in typed("size").stdout


def test_configurations_whose_sizes_do_not_fit_together_are_refused_in_one_line(tmp_path):
    config = json.loads((BUILT_IN / "teacher" / "config.json").read_text(encoding="utf-8"))
    (tmp_path / "config.json").write_text(json.dumps(config | {"num_attention_heads": 7}), encoding="utf-8")
    answer = typed("size", "--teacher", tmp_path, "--student", BUILT_IN / "student")
    assert (answer.exit_code, answer.stdout, len(answer.stderr.splitlines())) == (2, "", 1)


@pytest.fixture(scope="module")
def benched(tmp_path_factory):
    """A folder of tiny models, what `bench --json` says of them, and the file that it wrote."""
    from transformers import BertForMaskedLM, DistilBertForMaskedLM

    folder = tmp_path_factory.mktemp("bench")
    BertForMaskedLM(bert_config()).save_pretrained(folder / "teacher")
    DistilBertForMaskedLM(distilbert_config(1)).save_pretrained(folder / "student")
    grid = ("--lengths", "4,9", "--lengths", "4", "--batches", "1", "--repeats", "5", "--seconds", "0", "--threads", "1")
    pair = ("--teacher", folder / "teacher", "--student", folder / "student")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("distilbert_viz.cost.child.Lines", forks.lines)
        answer = typed("bench", *pair, *grid, "--json", "--out", folder / "speed.json")
    assert (answer.exit_code, answer.stderr) == (0, "")
    return folder, json.loads(answer.stdout)


def test_bench_says_every_time_and_what_follows_from_them(benched):
    folder, answer = benched
    measurement = cost.from_json(answer, Measurement)
    assert json.loads((folder / "speed.json").read_text(encoding="utf-8")) == answer
    assert [(timing.length, timing.batch, len(timing.teacher)) for timing in measurement.timings] == [(4, 1, 5), (9, 1, 5)]
    for timing, said in zip(measurement.timings, answer["summary"], strict=True):
        assert (said["length"], said["batch"]) == (timing.length, timing.batch)
        assert said["teacher"]["median"] == np.median(timing.teacher)
        assert (said["ratio"]["of_medians"], said["ratio"]["low"], said["ratio"]["high"]) == cost.ratio(timing)


def test_the_tables_of_bench_show_the_medians_and_the_ratio_of_the_json(benched, monkeypatch):
    _, answer = benched
    monkeypatch.setattr("distilbert_viz.cost.speed.measure", lambda request: iter([cost.from_json(answer, Measurement)]))
    shown = CliRunner().invoke(app, ["bench"], env={"COLUMNS": "150"}).stdout
    for said in answer["summary"]:
        assert "{of_medians:.2f} [{low:.2f}, {high:.2f}]".format(**said["ratio"]) in shown
        for voice in ("teacher", "student"):
            assert f"{1000 * said[voice]['median']:#.3g} (" in shown
    parts = [line.split("│")[1].strip() for line in shown.splitlines() if line.count("│") == 4]
    assert parts == ["embeddings", "L0", "L1", "head"]
    assert "random weights, sdpa, float32" in shown


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
