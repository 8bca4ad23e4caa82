"""The strip of the tour: which arrow keys walk it, and what comes into sight."""

import pytest

from tests.support.alone import BY_HAND

pytestmark = pytest.mark.browser
STOP = {
    "number": 2, "count": 3, "presenting": True, "here": True, "page": "A page", "name": "A stop", "about": "", "todo": "",
    "said": "", "panel": "panel", "control": None,
}  # fmt: skip
LEFT = {"count": 3, "presenting": True}
DEEP = '<div style="height: 3000px"></div><div class="st-key-panel">a panel</div><div style="height: 3000px"></div>'


def test_arrow_keys_walk_no_tour_that_was_left_in_presenter_mode(alone, page):
    component = alone("strip")
    component.draw(STOP)
    component.draw(LEFT)
    page.keyboard.press("ArrowRight")
    assert component.told == []
    component.draw(STOP | {"number": 1})
    page.keyboard.press("ArrowRight")
    assert component.told == [{"tour": 2}]


def test_arrow_keys_walk_no_tour_behind_what_lies_over_the_page(alone, page):
    component = alone("strip")
    component.draw(STOP)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<dialog><button>a button</button></dialog>')")
    page.evaluate("document.querySelector('dialog').showModal()")
    page.keyboard.press("ArrowRight")
    assert component.told == []
    page.evaluate("document.querySelector('dialog').close()")
    page.keyboard.press("ArrowRight")
    assert component.told == [{"tour": 3}]


def test_who_comes_back_to_a_stop_sees_its_panel_again(alone, page):
    component = alone("strip")
    page.evaluate(BY_HAND)
    page.evaluate("deep => document.body.insertAdjacentHTML('beforeend', deep)", DEEP)
    component.draw(STOP)
    assert page.evaluate("scrollY") > 1000
    page.evaluate("scrollTo(0, 0)")
    component.draw(STOP)
    assert page.evaluate("scrollY") == 0, "once a stop"
    component.draw(STOP | {"here": False})
    component.draw(STOP)
    assert page.evaluate("scrollY") > 1000
