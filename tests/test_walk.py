"""One visitor types something hostile and walks through every page and view: what is true of each, on one walk for all of it.

axe-core finds nothing serious, light and dark; nothing is wider than the window, on a screen and on a phone; nothing of the text
is read as markup; and the text is the same everywhere, in the bar and in the address.
"""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.support.browsers import settled, type_text
from tests.support.walks import screens, visiting

pytestmark = pytest.mark.browser
SCRIPT = "<script>window.hacked=1</script>"
HOSTILE = f"<img src=x onerror=window.hacked=1> {SCRIPT} **bold** [a](javascript:window.hacked=1) drank [MASK]."
LINKED, TYPED = f"{HOSTILE} Once.", f"{HOSTILE} Twice."
# The dark theme changes colours alone.
ASKED = {"light": {"resultTypes": ["violations"]}, "dark": {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}}
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 22, 20)"}
GRAVE = ("serious", "critical")
CONTEXT = {"exclude": [['[data-testid="stSidebarNav"]']]}  # a list of lists that Streamlit itself writes
WIDTHS = (390, 1440)
READ_AS_MARKUP = "window.hacked !== undefined || document.querySelector('img[src=x]') !== null"


@dataclass(frozen=True)
class Seen:
    """What a screen was found to be: grave violations a theme, pixels a width of the window, where the text stands."""

    violations: dict[str, list[str]]
    wide: dict[int, int]
    read_as_markup: bool
    addressed: list[str] | None
    shown: bool


def violations(page: Page, theme: str) -> list[str]:
    """What axe-core calls serious or worse under a theme."""
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[theme])
    settled(page)
    found = Axe().run(page, context=CONTEXT, options=ASKED[theme]).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['html'][:200]}" for one in found if one["impact"] in GRAVE for node in one["nodes"]
    ]


def wide(page: Page, width: int) -> int:
    """How wide the page is in a window of this width."""
    page.set_viewport_size({"width": width, "height": 900})
    settled(page)
    return page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")


def shown(page: Page) -> bool:
    """Whether the bar shows the text: in its field, or folded, as a button's name."""
    field = page.get_by_placeholder("Type a sentence.").locator("visible=true")
    return field.input_value() == TYPED if field.count() else page.get_by_role("button", name=HOSTILE[:20]).is_visible()


def look(page: Page) -> Seen:
    """All that is asked of the screen that is open."""
    return Seen(
        {theme: violations(page, theme) for theme in ("dark", "light")},
        {width: wide(page, width) for width in WIDTHS},
        page.evaluate(READ_AS_MARKUP),
        parse_qs(urlsplit(page.url).query).get("text"),
        shown(page),
    )


@pytest.fixture(scope="module")
def walk(browser: Browser, app: str) -> dict[str, Seen]:
    """What was seen of every screen, by its name: the text comes by a link, and is typed anew."""
    with visiting(browser, f"{app}/?{urlencode({'text': LINKED})}") as page:
        type_text(page, TYPED)
        return {screen: look(page) for screen in screens(page)}


@pytest.mark.parametrize("theme", ASKED)
def test_axe_finds_nothing_serious_on_any_screen(walk, theme):
    found = [f"{screen}: {one}" for screen, seen in walk.items() for one in seen.violations[theme]]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(walk, width):
    assert {screen: seen.wide[width] for screen, seen in walk.items() if seen.wide[width] > width} == {}


def test_no_markup_of_the_text_is_ever_interpreted(walk):
    assert [screen for screen, seen in walk.items() if seen.read_as_markup] == []


def test_a_text_that_was_typed_is_that_of_every_screen(walk):
    assert {screen: seen.addressed for screen, seen in walk.items() if seen.addressed != [TYPED]} == {}
    assert [screen for screen, seen in walk.items() if not seen.shown] == []
