"""What every test may ask for; and shapes in signatures are checked, from here on, wherever the package names them."""

import importlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jaxtyping import install_import_hook
from playwright.sync_api import Page, expect, sync_playwright

# While a module under the hook is imported, no other module finds its bytecode: what is imported there for the first time is
# compiled from its source, torch and transformers for half a minute. So they come first, in the process that runs tests.
LIBRARIES = (
    "torch", "captum.attr", "matplotlib.pyplot", "pandas", "scipy.stats", "streamlit.testing.v1", "transformers.modeling_utils",
    "transformers.models.auto.modeling_auto", "transformers.models.bert.modeling_bert",
    "transformers.models.distilbert.modeling_distilbert", "transformers.trainer",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Read the libraries, in a worker or where there are none."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses"):
        for library in LIBRARIES:
            importlib.import_module(library)


pytest.register_assert_rewrite("tests.support")
PACKAGE = Path(__file__).resolve().parents[1] / "distilbert_viz"
# Where a module names shapes: the rest is held by the type checker alone, since the hook takes 50 microseconds a call.
SHAPED = [file for file in PACKAGE.rglob("*.py") if "jaxtyping" in file.read_text(encoding="utf-8")]
install_import_hook([".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts) for file in SHAPED], "beartype.beartype")

from tests.support.browsers import open_browser, served, settled, type_text  # noqa: E402  after the two lines above
from tests.support.paths import ROOT  # noqa: E402

# Threads that wait by spinning would take the core that the other worker, or a child process, needs.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # two workers on two cores: a test about threads sets torch's own number
os.environ["DISTILBERT_VIZ_RUNS"] = tempfile.mkdtemp(prefix="distilbert_viz_runs_")
# A folder that isn't there: where a test records somebody else's training, the servers of all tests show it.
os.environ["DISTILBERT_VIZ_OPENED"] = str(Path(tempfile.mkdtemp(prefix="distilbert_viz_opened_"), "theirs"))


# The files that take longest, first: a worker that takes one of them up at the end works on alone. Those that wait for a
# browser stand between those that don't, so that the two workers seldom do so at a time.
LONG = (
    "test_shared_controls", "test_launched", "test_killed", "test_hostile", "test_browser", "test_devices", "test_walk",
    "test_ray_serve", "test_take_along", "test_pages", "test_distil_browser", "test_child", "test_tour", "test_cost", "test_queue",
    "test_wordpiece", "test_bertviz", "test_see", "test_classifier_pages", "test_one_step", "test_fetching",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files in the order in which workers should take them up; inside a file the order stays."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture(scope="session")
def built_in_tokenizer():
    """The tokenizer that comes with the package."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(ROOT / "distilbert_viz" / "builtin" / "teacher")


@pytest.fixture(scope="session")
def built_in():
    """The pair that comes with the package, on the CPU, where two ways to one number agree to the last digits."""
    from distilbert_viz.pairs import load_pair

    return load_pair("built-in", device="cpu")


@pytest.fixture(scope="session")
def app():
    """The address of the app, served from the repository root as a reader would start it."""
    with served(ROOT / "app.py") as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    """A real Chromium; without one the test is skipped, or fails where DISTILBERT_VIZ_REQUIRE_BROWSER is set."""
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        try:
            chromium = open_browser(playwright)
        except LookupError as missing:
            refuse = pytest.fail if os.environ.get("DISTILBERT_VIZ_REQUIRE_BROWSER") else pytest.skip
            refuse(str(missing))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def visitors(browser):
    """A browser in which nothing moves, with Streamlit's own files in its cache: reading them anew takes longer than most tests."""
    with browser.new_context(reduced_motion="reduce") as context:
        yield context


@pytest.fixture
def page(visitors):
    """A new page of a fresh visitor, on which no script may throw."""
    page = visitors.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    errors = []
    page.on("pageerror", lambda error: errors.append(error))  # Playwright cannot wrap a built-in method
    yield page
    if page.url.startswith("http"):
        page.evaluate("localStorage.clear()")
    page.close()
    visitors.clear_cookies()
    assert not errors, f"the page threw {errors}"


@pytest.fixture(scope="module")
def loaded() -> Iterator[None]:
    """The built-in pair on the server, as it is a few seconds after the first visit."""
    from distilbert_viz.pairs.choice import PairChoice
    from distilbert_viz.session.cache import cache
    from tests.support.pages import end_jobs

    waiting = cache().load(PairChoice.read("built-in"))
    assert waiting.finished.wait(120)
    assert waiting.error is None
    yield
    end_jobs()


@pytest.fixture
def own_runs(monkeypatch, tmp_path) -> Path:
    """The folder of a server with runs of its own, of which there are none yet; no consumer takes them up."""
    from distilbert_viz import settings
    from distilbert_viz.runs import queue

    monkeypatch.setenv(settings.RUNS, str(tmp_path / "runs"))
    monkeypatch.setattr(queue, "start_consumer", lambda device: None)
    return tmp_path / "runs"


@pytest.fixture
def no_recordings(monkeypatch, tmp_path) -> None:
    """A package in which nothing was recorded: pages show what was made in the test alone."""
    from distilbert_viz.runs import recordings

    monkeypatch.setattr(recordings, "FOLDER", tmp_path / "no recordings")


@pytest.fixture
def untold(monkeypatch, tmp_path, own_runs) -> None:
    """A server that its environment tells nothing, with runs of its own, an empty cache and no network."""
    import huggingface_hub.constants

    from distilbert_viz import settings

    for name in (settings.PUBLIC, settings.FOLDERS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def public(monkeypatch, untold, loaded) -> None:
    """The same server as a public one, and the built-in pair loaded."""
    from distilbert_viz import settings

    monkeypatch.setenv(settings.PUBLIC, "1")


@pytest.fixture
def open_page(page: Page, app: str) -> Callable[..., Page]:
    """Opens an address of the app and waits for its picture."""

    def open_address(path: str = "", text: str | None = None) -> Page:
        page.goto(f"{app}/{path}")
        expect(page.get_by_text("What to notice").first).to_be_visible(timeout=120_000)
        settled(page)
        if text is not None:
            type_text(page, text)
        return page

    return open_address


@pytest.fixture(scope="session")
def classifier_folders(tmp_path_factory, built_in_tokenizer) -> tuple[str, str]:
    """A teacher whose classes nobody named, and a student whose are."""
    from tests.support.classifiers import save_classifiers

    return save_classifiers(tmp_path_factory.mktemp("classifiers"), built_in_tokenizer)


@pytest.fixture(scope="session")
def classifiers(classifier_folders):
    """These two as a pair."""
    from distilbert_viz.pairs import load_pair

    return load_pair(teacher=classifier_folders[0], student=classifier_folders[1], device="cpu")


@pytest.fixture(scope="session")
def kind_folders(tmp_path_factory, built_in_tokenizer) -> Callable[[str], tuple[str, str]]:
    """Makes a pair of a kind once: the folders of teacher and student."""
    from tests.support import kinds

    return kinds.saved(tmp_path_factory, built_in_tokenizer)


@pytest.fixture(scope="session")
def kind_pairs(kind_folders):
    """Loads a pair of a kind once."""
    from tests.support import kinds

    return kinds.loaded(kind_folders)


@pytest.fixture(scope="session")
def teacher(tmp_path_factory, built_in_tokenizer) -> Path:
    """A teacher of three tiny layers, with dropout, and the commonest words of the built-in vocabulary."""
    from tests.support.tiny import save_teacher

    return save_teacher(tmp_path_factory.mktemp("teacher"), built_in_tokenizer, dropout=0.1)


@pytest.fixture(scope="session")
def write_recipe(teacher, tmp_path_factory) -> Callable[..., Path]:
    """Writes a recipe of STEPS steps with the tiny teacher, with changes."""

    from distilbert_viz.distillation import recipe as recipes
    from tests.support.trainings import STEPS

    def write(**changes: object) -> Path:
        file = tmp_path_factory.mktemp("recipe") / "recipe.toml"
        base = {"teacher": str(teacher), "layers": 2, "steps": STEPS, "batch": 8, "length": 24, "device": "cpu", "threads": 1}
        recipes.write(recipes.make(base | recipes.PUBLISHED | {"save_seconds": 0.0} | changes), file)
        return file

    return write
