"""What every test may ask for; and shapes in signatures are checked, from here on, wherever the package is imported."""

import os
import tempfile

import pytest
from jaxtyping import install_import_hook
from playwright.sync_api import expect, sync_playwright

from tests.support.browsers import open_browser, served
from tests.support.paths import ROOT

install_import_hook("distilbert_viz", "beartype.beartype")

# Threads that wait by spinning would take the core that the other worker, or a child process, needs.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ["DISTILBERT_VIZ_RUNS"] = tempfile.mkdtemp(prefix="distilbert_viz_runs_")


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


@pytest.fixture
def page(browser):
    """A new page of a fresh visitor, on which no script may throw."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))  # Playwright cannot wrap a built-in method
    yield page
    context.close()
    assert not errors, f"the page threw {errors}"
