"""`open`: the address that it shows and serves, and what it refuses."""

import ast
import os
import socket
import subprocess
import sys

import pytest
from typer.main import get_command

from distilbert_viz import settings
from distilbert_viz.cli import COMMANDS, app, opening
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.runs import home, opened, watched
from distilbert_viz.runs.record import create
from distilbert_viz.runs.watched import Watched
from distilbert_viz.version import VERSION
from tests.support.pages import ENTRIES
from tests.support.paths import ROOT
from tests.support.shell import typed


@pytest.fixture(autouse=True)
def served(monkeypatch, tmp_path) -> list[int]:
    """The ports on which the app would be served; nothing is, and no browser opens."""
    ports: list[int] = []
    monkeypatch.setattr(opening, "serve", ports.append)
    monkeypatch.setenv("DISPLAY", "")
    monkeypatch.setenv("WAYLAND_DISPLAY", "")
    monkeypatch.setenv(settings.RUNS, str(tmp_path / "runs"))
    monkeypatch.setenv(settings.OPENED, "")
    return ports


def address(*words: object) -> str:
    """What `open` shows."""
    answer = typed("open", *words)
    assert (answer.exit_code, answer.stderr) == (0, "")
    return answer.stdout.strip()


def test_the_app_is_opened_on_a_port_that_is_free(served):
    shown = address()
    assert shown == f"http://127.0.0.1:{served[0]}/"
    assert served[0] in range(8501, 8601)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        (("--pair", "base-uncased"), "?pair=base-uncased"),
        (("--teacher", "a/b", "--student", "c/d@main"), "?pair=a%2Fb%7Cc%2Fd%40main"),
    ],
)
def test_a_pair_is_in_the_address(words, at):
    assert address(*words).endswith(f"/{at}")


def test_a_folder_of_models_is_named_in_full(tmp_path, monkeypatch):
    (tmp_path / "t").mkdir()
    monkeypatch.chdir(tmp_path)
    assert address("--teacher", "t", "--student", "c/d").endswith(f"{str(tmp_path / 't').replace('/', '%2F')}%7Cc%2Fd")


@pytest.mark.parametrize("kind", ["watched", "of distil"])
def test_a_run_is_shown_and_the_app_is_told_its_folder(kind, tmp_path, monkeypatch):
    if kind == "watched":
        watched.create(tmp_path / "run", Watched("train.py", "here", "T", "S", 0, 2, (), "", 0.03), "run")
    else:
        create(tmp_path / "run", Recipe(), "run")
    monkeypatch.chdir(tmp_path)
    assert address("run", "--pair", "sst-2").endswith(f"/live-run?pair=sst-2&run={opened.identity(tmp_path / 'run')}")
    assert os.environ[settings.OPENED] == str(tmp_path / "run")
    assert home.find(opened.identity(tmp_path / "run")).read_only
    assert opening.RUNS_PAGE in [entry.address for entry in ENTRIES]


def test_a_run_of_the_app_itself_is_shown_as_its_own():
    run = home.new_run(Recipe(), "mine")
    assert address(run.folder).endswith(f"/live-run?run={run.id}")
    assert not home.find(run.id).read_only


def test_a_port_that_is_taken_is_refused():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = typed("open", "--port", taken.getsockname()[1])
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "listens on port" in answer.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("/no/such/folder",), "/no/such/folder holds no run"),
        (("--pair", "pear"), "There is no pair called 'pear'"),
        (("--teacher", "a/b"), "both --teacher and --student"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_one_line(words, sentence, served):
    answer = typed("open", *words)
    assert (answer.exit_code, answer.stdout, served) == (2, "", [])
    assert sentence in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_the_app_is_that_of_the_checkout_or_the_one_that_was_installed(monkeypatch, tmp_path):
    assert opening.app_file() == ROOT / "app.py"
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "app.py").touch()
    monkeypatch.setattr(opening, "PACKAGE", tmp_path)
    assert opening.app_file() == tmp_path / "site" / "app.py"


# The command line as a whole


def test_the_version_is_said():
    assert typed("--version").stdout == f"distilbert-viz {VERSION}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_shows_an_example_that_can_be_typed(name):
    words = COMMANDS[name][1]
    said = typed(name, "--help").stdout
    assert said.index("Example:") < said.index(f"  distilbert-viz {name} {words}\n")
    options = {option for parameter in get_command(app).commands[name].params for option in parameter.opts}
    assert [word for word in words.split() if word.startswith("--") and word not in options] == []


def test_a_shell_completes_commands_and_pairs():
    def completed(words: str) -> str:
        asked = {"_DISTILBERT_VIZ_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
        code = "from distilbert_viz.cli import app; app(prog_name='distilbert-viz')"
        return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ | asked, capture_output=True, text=True).stdout

    assert "soft-labels" in completed("distilbert-viz soft")
    assert "base-uncased" in completed("distilbert-viz open --pair base-u")


def test_everything_that_the_app_needs_is_in_the_wheel():
    """What setup.py maps, read off it without a build; .ci/installed builds it."""
    call = next(node for node in ast.walk(ast.parse((ROOT / "setup.py").read_text())) if isinstance(node, ast.Call))
    given = {word.arg: word.value for word in call.keywords}
    data = ast.literal_eval(given["package_data"])["distilbert_viz.site"]
    assert ast.literal_eval(given["package_dir"]) == {"distilbert_viz.site": "."}
    taken = {path for pattern in data for path in ROOT.glob(pattern)}
    assert {*(ROOT / "pages").rglob("*.py"), ROOT / ".streamlit" / "config.toml"} <= taken
