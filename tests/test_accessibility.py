"""What axe-core finds on every page, light and dark: nothing serious. One visitor, who walks by the names in the sidebar."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.support.browsers import settled

pytestmark = pytest.mark.browser
# The dark theme changes colours alone.
ASKED = {"light": {"resultTypes": ["violations"]}, "dark": {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}}
GRAVE = ("serious", "critical")
CONTEXT = {"exclude": [['[data-testid="stSidebarNav"]']]}  # a list of lists that Streamlit itself writes


@pytest.fixture(scope="module", params=list(ASKED))
def theme(request) -> str:
    """Light, then dark."""
    return request.param


@pytest.fixture(scope="module")
def visitor(browser: Browser, app: str, theme: str) -> Iterator[Page]:
    """A visitor whose system asks for this theme."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(app)
    expect(page.get_by_text("What to notice").first).to_be_visible(timeout=120_000)
    yield settled(page)
    context.close()


def screens(page: Page) -> Iterator[str]:
    """Opens every page, and every view of it, and says which."""
    links = page.get_by_test_id("stSidebarNavLink")
    for name in [text.strip() for text in links.all_inner_texts()]:
        links.filter(has_text=name).first.click()
        settled(page)
        yield name
        views = page.locator('[class*="st-key-view_"] [role=radio]')
        for place in range(1, views.count()):
            views.nth(place).click()
            settled(page)
            yield f"{name}, view {place}"


def test_axe_finds_nothing_serious_on_any_page(visitor, theme):
    found = []
    for screen in screens(visitor):
        for violation in Axe().run(visitor, context=CONTEXT, options=ASKED[theme]).response["violations"]:
            if violation["impact"] in GRAVE:
                found += [f"{screen}: {violation['id']}: {node['target']} {node['html'][:200]}" for node in violation["nodes"]]
    assert not found, "\n".join(found)
