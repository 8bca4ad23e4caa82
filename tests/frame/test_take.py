"""What is taken along of a page, by the script that draws it there."""

from typing import Any

import pytest
from playwright.sync_api import Page

from distilbert_viz.drawing import browser
from tests.support.alone import ADDRESS

pytestmark = pytest.mark.browser


def test_a_page_is_drawn_anew_once_its_theme_is_another(alone, page):
    component, given = alone("take"), {"version": "1", "of_text": True, "theme": "light"}
    component.draw(given)
    assert component.told == []
    page.evaluate("host.style.cssText += '--st-background-color: #111'")
    component.draw(given)
    component.draw(given | {"theme": "dark"})
    assert component.told == [{"theme": "dark"}]


def taking(page: Page, expression: str) -> Any:
    """What an expression in the words of take.js comes to."""
    return page.evaluate("([js, made]) => new Function(`${js}; return ${made}`)()", [browser.script("take"), expression])


def test_a_text_is_cut_beside_an_emoji_and_not_in_it(alone, page):
    alone("take")
    assert taking(page, "cut('a'.repeat(279) + '🙂🙂')") == "a" * 279 + "…"


def test_a_figure_is_taken_along_from_presenter_mode_as_it_stands(alone, page):
    component = alone("stages")
    page.evaluate("host.style.zoom = 1.333")
    component.draw({"stages": [{"name": "Normalised", "parts": ["quite a few words"], "note": ""}]})
    last = "(({ svg, pen }) => { const text = [...svg.querySelectorAll('text')].at(-1); return [text.getAttribute('textLength'), "
    drawn, measured = map(float, taking(page, f"{last} pen.measureText(text.textContent).width] }})(new Picture(host))"))
    assert drawn == pytest.approx(measured, rel=0.02)


def test_a_frame_is_taken_along_with_its_libraries_in_it(alone, page):
    alone("take")
    page.route(f"{ADDRESS}library.js", lambda route: route.fulfill(body="window.library = 1 < 2", content_type="text/javascript"))
    made = taking(page, 'framed(`<body><script src="library.js"><\\/script></body>`).then((made) => made.body.innerHTML)')
    assert made == "<script>window.library = 1 < 2</script>"
