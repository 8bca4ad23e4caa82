"""A visitor in Chromium who goes from page to page by the names in the sidebar, and to the one behind "Take along" in the bar."""

import contextlib
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from app import FIRST, PAGES
from tests.support.browsers import settled

TITLES = [entry.title for section in PAGES.values() for entry in section]
UNLISTED, TO_UNLISTED = "Report", re.compile("report", re.IGNORECASE)


@contextlib.contextmanager
def visiting(browser: Browser, address: str) -> Iterator[Page]:
    """A new visitor, whose page is at rest; for as long as the block lasts."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_text("What to notice").first).to_be_visible(timeout=120_000)
    yield settled(page)
    context.close()


def go(page: Page, title: str) -> Page:
    """The page with this title, at rest."""
    if title == UNLISTED:
        page.get_by_role("button", name="Take along", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name=TO_UNLISTED).click()
    else:
        page.get_by_test_id("stSidebarNavLink").filter(has_text=title).first.click()
    path = "/" + ("" if title == FIRST.title else title.lower().replace(" ", "-"))
    page.wait_for_url(lambda url: urlsplit(url).path == path)
    return settled(page)


def screens(page: Page) -> Iterator[str]:
    """Opens every page, and every view of it, one after another, and says which is open."""
    for title in TITLES:
        go(page, title)
        yield title
        views = page.locator('[class*="st-key-view_"] [role=radio]')
        for place in range(1, views.count()):
            views.nth(place).click()
            settled(page)
            yield f"{title}, view {place}"
