"""Matrices and lines on a canvas: walked by keys, pointed at, drawn anew, in presenter mode."""

import numpy as np
import pytest
from playwright.sync_api import Page

from distilbert_viz.drawing.canvas import pack
from distilbert_viz.records import Figure, Labels, LinesFigure, Panel

pytestmark = pytest.mark.browser


def cells(rows: int, columns: int) -> np.ndarray:
    return np.arange(rows * columns, dtype=np.float32).reshape(rows, columns) / 10


def stacked(*panels: np.ndarray, picks: str | None = "token") -> bytes:
    """A figure of matrices, one below the other."""
    names = Labels([f"r{i}" for i in range(9)], [f"c{i}" for i in range(9)])
    figure = Figure(
        voice="teacher", title="a title", panels=[Panel(f"P{i}", (i, 0), (i, 0)) for i in range(len(panels))], tokens=names,
        slots=(max(1, len(panels)), 1), height=[40] * max(1, len(panels)), picks=picks, positions=list(range(9)),
    )  # fmt: skip
    return pack([figure], [list(panels)], "the hint").data


def lines(count: int) -> bytes:
    """A head as lines between so many tokens."""
    names = Labels([f"t{i}" for i in range(count)], [f"t{i}" for i in range(count)])
    figure = LinesFigure(
        voice="teacher", title="a title", panels=[Panel("L0 H0", slot=None)], tokens=names, slots=None, picks="token",
        positions=list(range(count)), second=None,
    )  # fmt: skip
    return pack([figure], [[cells(count, count)]], "the hint").data


def pointed_at(page: Page) -> str:
    """Which cell is read out, or the hint."""
    return page.locator(".readout").inner_text().removeprefix("Teacher ").rsplit(" · ", 1)[0]


def test_every_panel_is_walked_by_the_arrow_keys_also_into_a_narrower_one(alone, page):
    alone("canvas").draw(stacked(cells(2, 3), cells(1, 2)))
    page.locator("canvas").focus()
    said = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        said.append(pointed_at(page))
    assert said == ["P0 · r0 → c1", "P0 · r0 → c2", "P0 · r1 → c2", "P1 · r0 → c1", "P0 · r1 → c1"]


def test_a_picture_that_grows_can_be_walked_before_anything_is_in_it(alone, page):
    component = alone("canvas")
    component.draw(stacked(picks="panel"))
    page.locator("canvas").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert component.told == []
    component.draw(stacked(cells(1, 1), cells(1, 1), picks="panel"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert component.told == [{"voice": "teacher", "pick": "panel", "value": [1, 0]}]


def test_what_was_pointed_at_is_still_read_out_when_the_picture_comes_anew(alone, page):
    component = alone("canvas")
    component.draw(stacked(cells(2, 3)))
    page.locator("canvas").focus()
    page.keyboard.press("ArrowRight")
    component.draw(stacked(2 * cells(2, 3)))
    assert page.locator(".readout").inner_text() == "Teacher P0 · r0 → c1 · 0.2000"
    page.keyboard.press("ArrowRight")
    assert pointed_at(page) == "P0 · r0 → c2"
    component.draw(stacked(cells(1, 1)))
    assert pointed_at(page) == "the hint"


def test_a_token_whose_lines_are_seen_stays_so_when_they_come_anew(alone, page):
    component = alone("lines")
    component.draw(lines(4))
    page.locator("canvas").focus()
    page.keyboard.press("End")
    component.draw(lines(4))
    assert page.locator(".readout").inner_text().startswith("Teacher L0 H0 · t3 looks at ")
    component.draw(lines(3))
    assert pointed_at(page) == "the hint"


@pytest.mark.parametrize("zoom", [1, 1.333])
def test_a_cell_is_read_where_it_is_pointed_at_in_presenter_mode_too(alone, page, zoom):
    component = alone("canvas")
    page.evaluate("zoom => { host.style.zoom = zoom }", zoom)
    component.draw(stacked(cells(4, 5)))
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 0.97 * box["width"], box["y"] + 38 / 55 * box["height"])
    assert pointed_at(page) == "P0 · r3 → c4"


@pytest.mark.parametrize("zoom", [1, 1.333])
def test_a_token_is_found_where_it_is_pointed_at_in_presenter_mode_too(alone, page, zoom):
    component = alone("lines")
    page.evaluate("zoom => { host.style.zoom = zoom }", zoom)
    component.draw(lines(6))
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 0.02 * box["width"], box["y"] + (2 + 4.5 * 22) / (4 + 6 * 22) * box["height"])
    assert page.locator(".readout").inner_text().startswith("Teacher L0 H0 · t4 looks at ")


def test_a_picture_follows_its_width_after_an_earlier_one_was_told_to_end(alone, page):
    component = alone("canvas")
    component.draw(stacked(cells(2, 3)))
    page.evaluate("window.first = end")
    component.draw(stacked(2 * cells(2, 3)))
    page.evaluate("first()")
    before = page.locator("canvas").evaluate("canvas => canvas.width")
    page.evaluate("host.style.width = '400px'")
    page.wait_for_function("width => host.shadowRoot.querySelector('canvas').width < width", arg=before)
