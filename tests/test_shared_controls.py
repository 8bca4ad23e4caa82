"""A control that several pages share has one value on all of them, on the screen, in the numbers and in the address: in Chromium.

One visitor walks the pages of the table of contents by the names in the sidebar, and the one behind "Take along" in the bar.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browsers import settled
from tests.support.walks import TITLES, UNLISTED, go, visiting

pytestmark = pytest.mark.browser
Values = dict[str, str]  # a control's key, and what it shows
MAIN = '[data-testid="stMain"] [data-testid="stElementContainer"]'
# What every control in sight with a key below the bar shows; of several to choose from, what is chosen. Not the plotly charts.
READ = f"""() => Object.fromEntries([...document.querySelectorAll('{MAIN}[class*="st-key-"]')].flatMap((box) => {{
  if (box.closest(".st-key-bar") || !box.checkVisibility({{visibilityProperty: true}})) return []
  const find = (what) => box.querySelector(what)
  const chosen = () => [...box.querySelectorAll('[role=radio], [role=checkbox]')].filter((one) => one.ariaChecked === "true")
  const shown = find('[role=switch]') ? String(find('[role=switch]').checked)
    : find('[role=radio], [role=checkbox]') ? chosen().map((one) => one.innerText).join(", ")
    : find('[role=slider], input[type=range]') ? find('[role=slider], input[type=range]').value
    : find('input[type=text], input[type=number]')?.value
  return shown === undefined ? [] : [[box.className.match(/st-key-(\\S+)/)[1], shown]]
}}))"""


@pytest.fixture(scope="module")
def walker(browser: Browser, app: str) -> Iterator[Page]:
    """One visitor on the first page."""
    with visiting(browser, app) as page:
        yield page


def controls(page: Page, title: str) -> Values:
    """Open a page and read its controls."""
    folded = go(page, title).locator(f"{MAIN}.st-key-measurement_asked details:not([open]) > summary")
    if folded.count():  # beside a measurement that is shown, what a new one asks is folded away
        folded.first.click()
        settled(page)
    return page.evaluate(READ)


@pytest.fixture(scope="module")
def untouched(walker: Page) -> dict[str, Values]:
    """What the controls of every page show on a first walk, on which none is touched; without those of the bar."""
    return {title: controls(walker, title) for title in TITLES}


def shared(found: dict[str, Values]) -> dict[str, list[str]]:
    """Each control that stands on more than one page, and these pages."""
    pages: dict[str, list[str]] = {}
    for name, values in found.items():
        for key in values:
            pages.setdefault(key, []).append(name)
    return {key: names for key, names in pages.items() if len(names) > 1}


def every_pair(names: Sequence[str]) -> list[str]:
    """A walk that leads from each of the names to each other once, there and back."""
    return [*itertools.chain.from_iterable(itertools.combinations(names, 2)), names[0]]


def walks(groups: Iterable[Sequence[str]]) -> list[list[str]]:
    """Walks over every pair of every group; a group inside another is walked with it."""
    different = {frozenset(group): group for group in groups}
    return [every_pair(group) for names, group in different.items() if not any(names < other for other in different)]


def addressed(page: Page) -> set[str]:
    """The controls in the address."""
    return set(parse_qs(urlsplit(page.url).query))


def change(page: Page, key: str) -> None:
    """Move a control by one step."""
    box = page.locator(f"{MAIN}.st-key-{key}").first
    slider, toggle, choices, field = (
        box.locator(what) for what in ("[role=slider], input[type=range]", "[role=switch]", "[role=radio]", "input[role=combobox]")
    )
    if slider.count():
        slider.first.press("ArrowRight")
    elif toggle.count():
        box.locator("label").first.click()
    elif choices.count():
        box.locator("[role=radio][aria-checked=false]").first.click()
    elif field.count() and field.first.is_enabled():
        field.first.click()
        page.get_by_role("option").last.click()
    settled(page)


def test_the_walk_knows_the_shared_controls_of_the_app(untouched):
    found = shared(untouched)
    assert {"temperature", "teacher_layer", "linked", "cost_pair"} <= set(found)
    assert {"Soft labels", "What if", UNLISTED} <= set(found["temperature"])


def test_a_control_that_nobody_touched_shows_the_same_on_every_page(untouched):
    for key, names in shared(untouched).items():
        assert len({untouched[name][key] for name in names}) == 1, f"{key}: { {name: untouched[name][key] for name in names} }"


def test_a_control_that_was_moved_stays_moved_from_every_page_to_every_other_and_back(walker, untouched):
    groups = shared(untouched)
    for walk in walks(groups.values()):
        keys = [key for key, names in groups.items() if set(names) <= set(walk)]
        go(walker, walk[0])
        for key in sorted(keys, key=lambda key: key != "linked"):  # a linked student follows its teacher and can't be moved
            if walker.locator(f"{MAIN}.st-key-{key}").locator("visible=true").count():
                change(walker, key)
        expected, address = controls(walker, walk[0]), addressed(walker)
        for name in walk[1:]:
            found = controls(walker, name)
            for key in found.keys() & keys:
                assert found[key] == expected.setdefault(key, found[key]), f"{key} on {name}"
                if key in address:
                    assert key in addressed(walker), f"{key} is not in the address of {name}"
