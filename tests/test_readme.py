"""README and docs tell the truth: how to start, what lies where, and that what they name is there."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.main import get_command

from distilbert_viz import settings
from distilbert_viz.cli import app as command_line
from distilbert_viz.pairs.catalogue import CATALOGUE
from tests.support.paths import ROOT

README = ROOT / "README.md"
SERVING, MEASUREMENTS = ROOT / "docs" / "serving.md", ROOT / "docs" / "measurements.md"
CARD = ROOT / "distilbert_viz" / "builtin" / "README.md"
FOLDERS = ("docs", "benchmarks", "deploy", "distilbert_viz/builtin")
DOCUMENTS = sorted([README, ROOT / "CHANGELOG.md", *(path for folder in FOLDERS for path in (ROOT / folder).glob("*.md"))])
ROOMS = ("distilbert_viz", "pages", "docs", "tests", "benchmarks", "deploy")
EXAMPLES = {"values.py", "test_values.py"}  # docs/extending.md adds a page that isn't there
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def text_of(path: Path) -> str:
    """A file's text."""
    return path.read_text(encoding="utf-8")


def tree() -> list[str]:
    """The paths in the README's tree: each line's first word, in the fenced block that names the rooms."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text_of(README), flags=re.MULTILINE | re.DOTALL)
    trees = [block for block in blocks if re.search(r"^distilbert_viz/", block, flags=re.MULTILINE)]
    return [line.split()[0] for block in trees for line in block.splitlines() if line.strip()]


def rooms() -> list[str]:
    """Every room of the package as the tree spells it: folders with a slash, modules with their ending."""
    inside = [path for path in (ROOT / "distilbert_viz").iterdir() if path.name != "version.py" and path.name[0] not in "_."]
    return sorted(f"distilbert_viz/{path.name}{'/' * path.is_dir()}" for path in inside)


def section(title: str) -> str:
    """The README's text under a heading, up to the next one."""
    return re.search(rf"^## {title}\n(.*?)^## ", text_of(README), flags=re.MULTILINE | re.DOTALL).group(1)


def titles() -> list[str]:
    """The titles of all pages that stand in the menu, read from app.py without starting it."""
    contents = next(
        node.value
        for node in ast.parse(text_of(ROOT / "app.py")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PAGES"
    )
    entries = [node for node in ast.walk(contents) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Entry"]
    hidden = [entry for entry in entries if any(word.arg == "listed" for word in entry.keywords)]
    return [entry.args[0].value for entry in entries if entry not in hidden]


def links(document: Path) -> list[tuple[Path, str]]:
    """What a document links to in this repository: file and fragment."""
    targets = re.findall(r"\]\(([^)\s]+)\)", text_of(document))
    parts = [target.partition("#") for target in targets if not re.match(r"\w+:", target)]
    return [(document.parent / path if path else document, fragment) for path, _, fragment in parts]


def headings(document: Path) -> set[str]:
    """The fragments of a document's headings, as GitHub makes them."""
    found = re.findall(r"^#+ (.*)$", text_of(document), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in found}


def commands(document: Path) -> list[tuple[str, list[str]]]:
    """Every command of Python that a document gives: the module, and the words after it."""
    found = re.findall(r"(?:python|torchrun[^\n`]*?) -m ([\w.]+)([^`#&\n]*)", text_of(document))
    return [(module.rstrip("."), words.split()) for module, words in found]


def of_the_command_line(words: list[str]) -> list[str]:
    """What `python -m distilbert_viz` doesn't know of these words: the command, or options of it."""
    known = get_command(command_line).commands
    if not words:
        return []
    if words[0] not in known:
        return words[:1]
    options = {option for parameter in known[words[0]].params for option in parameter.opts}
    return [word for word in words if word.startswith("--") and word not in options]


def of_a_module(module: str, words: list[str]) -> list[str]:
    """The options among these words that nothing in the module's file, or in the files of its folder, is called after."""
    origin = Path(find_spec(module).origin)
    files = origin.parent.glob("*.py") if origin.name == "__init__.py" else [origin]
    source = "\n".join(text_of(path) for path in files).replace("-", "_")
    options = [word for word in words if word.startswith("--")]
    return [option for option in options if not re.search(rf"\b_*{option[2:].replace('-', '_')}\b", source)]


@pytest.mark.parametrize(
    "command",
    [
        "python -m pip install -r requirements.txt && python -m streamlit run app.py",
        "python -m pip install -r tests/requirements.txt && python -m pytest",
    ],
)
def test_the_readme_gives_the_command(command):
    assert command in text_of(README).splitlines()


def test_the_readme_is_short():
    assert len(text_of(README).splitlines()) <= 180


def test_the_house_is_shown_in_thirty_lines():
    assert 0 < len(tree()) <= 30


def test_everything_in_the_readmes_tree_exists():
    assert tree(), "README.md holds no fenced block with lines that start with distilbert_viz/"
    assert [path for path in tree() if not (ROOT / path).exists()] == []


def test_every_room_of_the_package_stands_in_the_readmes_tree():
    assert [room for room in rooms() if room not in tree()] == []


def test_the_readme_names_every_page_and_every_pair():
    shown = section("What you see")
    assert [title for title in titles() if not re.search(rf"\b{re.escape(title)}[,.]", shown)] == []
    assert [name for name in CATALOGUE if f"| `{name}` |" not in section("The pairs")] == []


@each_document
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(document):
    assert [str(path) for path, _ in links(document) if not path.exists()] == []
    assert [fragment for path, fragment in links(document) if fragment and fragment not in headings(path)] == []


@each_document
def test_every_path_that_a_document_names_exists(document):
    named = re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w./-]*)`", text_of(document))
    real = [path for path in named if Path(path).name not in EXAMPLES and Path(path).stem != "NAME"]
    assert [path for path in real if not (ROOT / path).exists()] == []


@each_document
def test_every_command_that_a_document_gives_exists(document):
    assert [module for module, _ in commands(document) if find_spec(module) is None] == []
    ours = [(module, words) for module, words in commands(document) if module.split(".")[0] in ROOMS]
    assert [(m, of_the_command_line(w)) for m, w in ours if m == "distilbert_viz" and of_the_command_line(w)] == []
    assert [(m, of_a_module(m, w)) for m, w in ours if m != "distilbert_viz" and of_a_module(m, w)] == []


def test_the_numbers_of_the_built_in_pair_are_the_same_wherever_they_stand():
    rows = [line for line in section("The pairs").splitlines() if re.match(r"\| (held-out|thirty)", line)]
    assert len(rows) == 4
    for row in rows:
        assert row in text_of(CARD).splitlines()
        assert row in text_of(MEASUREMENTS).splitlines()


def test_the_documented_caps_are_the_ones_that_hold():
    public, private = settings.DEMO, settings.PRIVATE
    rows = [
        f"{public.text:,} | {private.text:,}",
        f"{public.upload // 1000} kB | {private.upload // 10**6} MB",
        f"{public.lines} | {private.lines}",
        f"{public.steps:,}, {public.batch}, {public.length} | {private.steps:,}, {private.batch}, {private.length}",
        f"{public.own_runs} / {public.runs} | {private.own_runs} / {private.runs}",
        f"{public.kept} | all",
        f"{public.cells} / {public.tokens:,} | {private.cells} / {private.tokens:,}",
        f"{public.jobs} | {private.jobs}",
    ]
    assert [row for row in rows if f"| {row} |" not in text_of(SERVING)] == []


def test_every_setting_is_documented():
    named = (settings.PUBLIC, settings.FOLDERS, settings.RUNS, settings.OPENED, settings.SERVE, settings.MEMORY)
    assert [name for name in named if f"| `{name}` |" not in text_of(SERVING)] == []


def test_the_python_in_the_readme_draws_a_figure_of_both_models():
    blocks = re.findall(r"^```python\n(.*?)^```", text_of(README), flags=re.MULTILINE | re.DOTALL)
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)  # the README's own lines, as a reader would paste them
    assert blocks
    assert names["pair"].teacher.layers > names["pair"].student.layers
