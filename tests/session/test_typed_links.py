"""What is typed into a page's own fields is in its address too, which a browser alone puts there."""

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browsers import settled
from tests.support.walks import visiting

pytestmark = pytest.mark.browser
# Pages with fields to type into, where what they are asked must be chosen first with that choice.
PAGES = ("one-step", "live-run", "ablation-race", "what-if?replace_at=1%20the", "when-to-use-which")
BOXES = '[data-testid="stMain"] [data-testid="stElementContainer"]:is(:has(input[type=number]), :has(input[type=text]))'
# What stands in every such field below the bar, by key; a choice from a list is no field.
READ = f"""() => Object.fromEntries([...document.querySelectorAll('{BOXES}[class*="st-key-"]')].flatMap((box) => {{
  const key = box.className.match(/st-key-(\\S+)/)[1], field = box.querySelector('input[type=number], input[type=text]')
  const other = box.closest('.st-key-bar') || field.getAttribute('role') === 'combobox' || key.startsWith('own_')
  return other || field.disabled ? [] : [[key, field.value]]
}}))"""


def opened(page: Page) -> dict[str, str]:
    """What stands in the page's fields, all that is folded opened."""
    folds = page.locator('[data-testid="stMain"] details:not([open]) > summary')
    while folds.count():
        folds.first.click()
        settled(page)
    return page.evaluate(READ)


def typed(page: Page, key: str, was: str) -> None:
    """Another number, or a word where words are asked for."""
    field = page.locator(f'[data-testid="stMain"] .st-key-{key} input').first
    number = field.get_attribute("type") == "number"
    field.fill(str(float(was or 0) + 1).removesuffix(".0") if number else "dog")
    field.press("Enter")
    settled(page)


@pytest.mark.parametrize("address", PAGES)
def test_whoever_opens_the_address_finds_what_was_typed(browser: Browser, app: str, address: str):
    with visiting(browser, f"{app}/{address}") as page:
        before = opened(page)
        for key, was in before.items():
            typed(page, key, was)
        after, link = opened(page), page.url
    assert before
    assert [key for key, was in before.items() if after[key] == was] == []
    with visiting(browser, link) as guest:
        assert opened(guest) == after
