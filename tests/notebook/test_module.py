"""A picture's module in a real Chromium, under a stand-in for the notebook: pointer, keyboard, colours, still pictures."""

import base64
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page

from distilbert_viz.notebook import show
from distilbert_viz.notebook.widget import Drawing

pytestmark = pytest.mark.browser
TEXT = "The capital of France is [MASK]."
ADDRESS = "http://notebook.test/"
# A notebook of one cell: what a kernel would hold stands in `state`, and `heard` is what it would have been told.
NOTEBOOK = """<body style="margin: 0; background: #fff; color: #222; font-family: sans-serif">
<div class="row" id="theirs">words</div><div class="STILL">still</div><div id="cell" style="width: 1000px"></div></body>"""
RUN = """async ([esm, data, still, next]) => {
  const { default: widget } = await import(URL.createObjectURL(new Blob([esm], { type: "text/javascript" })))
  const view = (packed) => new DataView(Uint8Array.from(atob(packed), (c) => c.charCodeAt(0)).buffer)
  const state = { data: view(data), still }, changed = {}
  window.heard = []
  const model = { get: (name) => state[name], on: (name, call) => { changed[name] = call }, send: (made) => heard.push(made) }
  window.tell = (packed) => { state.data = view(packed); return changed["change:data"]() }
  const drawn = widget.render({ model, el: document.querySelector("#cell") })
  document.body.title = "looks" // changes before the first picture is unpacked, as the theme may
  if (next) tell(next)
  window.end = await drawn
}"""
MIDDLE = """(canvas, [panel, row, column]) => {
  const { x, y, width, height } = canvas.figure.box(canvas.figure.spec.panels[panel])
  const [rows, columns] = canvas.figure.spec.panels[panel].shape
  return [x + (column + 0.5) * width / columns, y + (row + 0.5) * height / rows]
}"""
COLOUR = "(canvas, { x, y }) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3)"


@pytest.fixture
def live(page: Page) -> Callable[[Drawing], Page]:
    """Shows a picture; whatever else the page asks the network for fails the test."""

    def open_picture(widget: Drawing, next_data: bytes = b"") -> Page:
        page.route("**", lambda route: route.abort())
        body = NOTEBOOK.replace("STILL", widget.still)
        page.route(ADDRESS, lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
        page.goto(ADDRESS)
        state = widget.get_state()
        packed = [base64.b64encode(data).decode() for data in (state["data"], next_data)]
        page.evaluate(RUN, [state["_esm"], packed[0], state["still"], packed[1]])
        return page

    return open_picture


@pytest.fixture
def overview(built_in):
    """Every head."""
    return show.attention(built_in, TEXT)


def at(page: Page, figure: int, panel: int, row: int, column: int) -> dict[str, float]:
    """Where a cell lies on a figure's canvas."""
    x, y = page.locator("canvas").nth(figure).evaluate(MIDDLE, [panel, row, column])
    return {"x": x, "y": y}


def test_pointing_at_a_cell_reads_out_its_weight(live, overview):
    page, trace = live(overview), overview.traces.teacher
    page.locator("canvas").first.hover(position=at(page, 0, 3 * 12 + 7, 6, 4))
    said = page.locator(".readout").inner_text()
    assert said.startswith("Teacher L3 H7 · [MASK] → france · ")
    assert float(said.split()[-1]) == pytest.approx(trace.attentions[3, 7, 6, 4], abs=3e-3)


def test_a_click_is_told_and_what_the_kernel_answers_is_drawn(live, overview):
    page = live(overview)
    page.locator("canvas").nth(1).click(position=at(page, 1, 12 + 5, 0, 0))
    assert page.evaluate("heard") == [{"voice": "student", "pick": "panel", "value": [1, 5]}]
    overview.head = (2, 5)
    page.evaluate("tell", base64.b64encode(overview.data).decode())
    assert page.locator("canvas").nth(1).evaluate("canvas => canvas.figure.spec.chosen") == [1, 5]


def test_a_picture_that_changes_before_it_is_drawn_is_drawn_as_it_is_then(live, built_in, overview):
    later = show.attention(built_in, TEXT)
    later.head = (4, 8)
    page = live(overview, later.data)
    assert page.locator("canvas").first.evaluate("canvas => canvas.figure.spec.chosen") == [4, 8]


def test_a_picture_that_is_put_away_and_laid_out_again_is_drawn(live, built_in):
    page = live(show.lines(built_in, TEXT))
    for display in ("none", "block"):
        page.evaluate(f"document.querySelector('#cell').style.display = '{display}'")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.locator("canvas").first.evaluate("canvas => canvas.width") > 100


def test_arrow_keys_walk_and_enter_chooses(live, overview):
    page = live(overview)
    overview_canvas = page.locator("canvas").first
    overview_canvas.focus()
    layer, head = overview.head
    page.keyboard.press("ArrowUp" if layer else "ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("heard") == [{"voice": "teacher", "pick": "panel", "value": [layer + (-1 if layer else 1), head]}]


def test_lines_answer_to_the_pointer(live, built_in):
    widget = show.lines(built_in, TEXT, teacher=(3, 7))
    page = live(widget)
    page.locator("canvas").first.click(position={"x": 20, "y": 22 * 4.5})
    assert page.locator(".readout").inner_text().startswith("Teacher L3 H7 · france looks at ")
    assert page.evaluate("heard") == [{"voice": "teacher", "pick": "token", "value": [4]}]


def test_a_click_on_a_station_is_told_with_its_layer(live, built_in):
    page = live(show.flow(built_in, TEXT))
    page.get_by_role("button", name="Block L2").first.click()
    assert page.evaluate("heard") == [{"page": "Inside a block", "layer": 2}]


def test_the_picture_is_drawn_on_the_notebooks_own_ground_and_follows_its_theme(live, overview):
    page, maps = live(overview), overview.traces.teacher.attentions
    layer, head, row, column = (int(i) for i in np.unravel_index(maps.argmin(), maps.shape))
    place = at(page, 0, 12 * layer + head, row, column)
    light = page.locator("canvas").first.evaluate(COLOUR, place)
    page.evaluate("Object.assign(document.body.style, { background: '#111', color: '#eee' })")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    dark = page.locator("canvas").first.evaluate(COLOUR, place)
    assert np.mean(light) > 230
    assert np.mean(dark) < 40


def test_neither_style_reaches_the_other(live, overview):
    page = live(overview)
    assert page.locator("#theirs").evaluate("element => getComputedStyle(element).display") == "block"
    assert page.locator("#cell .row").evaluate("element => getComputedStyle(element).display") == "grid"


def test_a_still_picture_makes_room_for_the_live_one_and_comes_back(live, overview):
    page = live(overview)
    still = page.locator(f".{overview.still}")
    assert not still.is_visible()
    page.evaluate("end()")
    assert still.is_visible()
