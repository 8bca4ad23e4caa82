"""The tour in a real JupyterLab: its pictures answer, follow the theme, and stand still where no kernel runs."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browsers import free_port, healthy, stop
from tests.support.paths import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.jupyter]
PICTURES = 7
# Nothing is asked of the network, and no cell is left out of the page for not being seen.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
LIVE = ".jp-OutputArea-output [data-lm-suppress-shortcuts]"
STILL = "[class^=dv-still]"
CHOSEN = "canvas => canvas.figure.spec.chosen"
GROUND = "host => getComputedStyle(host).getPropertyValue('--st-background-color')"
MIDDLE = """(canvas, panel) => {
  const { x, y, width, height } = canvas.figure.box(canvas.figure.spec.panels[panel])
  return { x: x + width / 2, y: y + height / 2 }
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[str]:
    """The address of the tour in a JupyterLab of its own."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "docs" / "tour.ipynb", folder / "notebooks")
    for name, values in SETTINGS.items():
        file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    with served(folder) as address:
        yield address


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """JupyterLab over a folder's `notebooks`, with all that it writes in that folder."""
    port = free_port()
    homes = {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "JUPYTER_CONFIG_DIR": "config",
             "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython"}  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)} | {name: str(folder / place) for name, place in homes.items()}
    options = {"ip": "127.0.0.1", "port": port, "open_browser": False, "allow_root": True, "root_dir": folder / "notebooks"}
    words = [f"--ServerApp.{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "jupyterlab", "--expose-app-in-browser", "--IdentityProvider.token=", *words]
    with (folder / "log.txt").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            assert healthy(server, port, address="/api"), (folder / "log.txt").read_text(encoding="utf-8")
            yield f"http://127.0.0.1:{port}/lab/tree/tour.ipynb"
        finally:
            stop(server)


def command(page: Page, name: str, **arguments: object) -> None:
    """Has JupyterLab do something."""
    page.evaluate("([name, words]) => jupyterapp.commands.execute(name, words)", [name, arguments])


def opened(page: Page, address: str) -> Page:
    """The tour, ready to be run."""
    page.goto(address)
    expect(page.get_by_role("heading", name="A teacher and its student, in a notebook")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=60_000)
    return page


@pytest.fixture(scope="module")
def tour(lab, browser) -> Iterator[Page]:
    """The tour after all of its cells."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = opened(context.new_page(), lab)
    command(page, "notebook:run-all-cells")
    expect(page.locator(LIVE)).to_have_count(PICTURES, timeout=300_000)
    yield page
    context.close()


def figures(page: Page, picture: int) -> Locator:
    """The canvases of a picture."""
    return page.locator(LIVE).nth(picture).locator("canvas")


def test_a_click_goes_through_the_kernel_and_comes_back_in_a_linked_picture(tour):
    overview = figures(tour, 0).first
    overview.scroll_into_view_if_needed()
    overview.click(position=overview.evaluate(MIDDLE, 4 * 12 + 5))
    expect(tour.locator(LIVE).nth(1)).to_contain_text("Teacher · L4 H5", timeout=60_000)
    assert overview.evaluate(CHOSEN) == [4, 5]


def test_arrow_keys_walk_in_the_picture_and_not_from_cell_to_cell(tour):
    overview = figures(tour, 0).first
    overview.focus()
    for key in ("ArrowRight", "ArrowUp", "Enter"):
        tour.keyboard.press(key)
    expect(tour.locator(LIVE).nth(1)).to_contain_text("Teacher · L3 H6", timeout=60_000)


def test_pictures_follow_the_theme(tour):
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        before = tour.locator(LIVE).first.evaluate(GROUND)
        command(tour, "apputils:change-theme", theme=theme)
        tour.wait_for_function(f"([before, live]) => ({GROUND})(document.querySelector(live)) !== before", arg=[before, LIVE])


def test_a_saved_notebook_shows_still_pictures_to_whoever_has_no_kernel(tour, lab):
    expect(tour.locator(f"{STILL}:visible")).to_have_count(0)
    command(tour, "docmanager:save")
    command(tour, "kernelmenu:shutdown")
    page = opened(tour.context.new_page(), lab)
    expect(page.locator(f"{STILL}:visible")).to_have_count(PICTURES, timeout=60_000)
    expect(page.get_by_text("model not found")).to_have_count(PICTURES, timeout=60_000)
    expect(page.get_by_text("model not found").locator("visible=true")).to_have_count(0)
    page.close()
