"""From page to page in Chromium: how long a change takes, how much a page jumps, what it weighs. See README.md beside this file."""

import argparse
import json
import os
import platform
import statistics
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.table import Table
from transformers import AutoTokenizer

from app import FIRST, PAGES
from benchmarks.browser import app_server, clocked_page, packed, wait_for_picture
from benchmarks.texts import texts
from distilbert_viz.pairs.catalogue import FOLDER
from tests.support.browsers import SHIFTS, open_browser

TOKENS = 32
CHANGES = 60
SECONDS_GOAL, SHIFT_GOAL, KILOBYTES_GOAL = 0.4, 0.05, 250.0
ENTRIES = [entry for section in PAGES.values() for entry in section]
LISTED = [entry.title for entry in ENTRIES if entry.listed]  # what stands in the sidebar
# What a link to each page, and to each view of it, ends in; by title, of a view with its name.
LINKS = {entry.title: "" if entry is FIRST else entry.address for entry in ENTRIES if not entry.views}
LINKS |= {f"{entry.title}, {v}": f"{entry.address}?view={v.replace(' ', '-')}" for entry in ENTRIES for v in entry.views}


@dataclass(frozen=True)
class Opened:
    """A page opened by its link: the sum of its layout shifts, and its kilobytes beyond Streamlit's own files."""

    title: str
    shift: float
    kilobytes: float


@dataclass(frozen=True)
class Change:
    """A click on a page's name beside the pages, and the seconds until its picture stood; `first`: nobody had seen the page."""

    title: str
    seconds: float
    first: bool


def main() -> None:
    """Measure, print, and write the raw numbers where --json says."""
    options = asked()
    console = Console(width=120)
    console.print(f"{platform.platform()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}")
    with sync_playwright() as playwright, app_server() as (address, _):
        browser = open_browser(playwright)
        text = next(texts(AutoTokenizer.from_pretrained(FOLDER / "teacher"), TOKENS))
        with console.status("pages opened by their links"):
            opened = [open_by_link(browser, address, title, text) for title in LINKS]
        with console.status("page changes"):
            changes = changed(browser, address, text, options.changes)
        browser.close()
    console.print(pages_table(opened, changes))
    console.print(verdict(opened, changes))
    if options.json:
        raw = {"opened": [asdict(one) for one in opened], "changes": [asdict(one) for one in changes]}
        options.json.write_text(json.dumps(raw, indent=1), encoding="utf-8")


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=CHANGES, help="how many page changes are timed")
    parser.add_argument("--json", type=Path, help="a file for every single measurement")
    return parser.parse_args()


def open_by_link(browser: Browser, address: str, title: str, text: str) -> Opened:
    """A new visitor with an empty cache opens a page, or a view, by its link."""
    with clocked_page(browser, still=True) as page:
        page.add_init_script(SHIFTS)
        frames, files = packed(page), own_files(page)
        page.goto(f"{address}/{LINKS[title]}{'&' if '?' in LINKS[title] else '?'}text={text.replace(' ', '+')}")
        wait_for_picture(page)
        page.wait_for_timeout(1000)  # the checks under the panels come behind the pictures
        return Opened(title, page.evaluate("window.shifted ?? 0"), (sum(frames) + sum(files)) / 1e3)


def own_files(page: Page) -> list[int]:
    """A list that grows by the bytes of every file that the page loads and that isn't Streamlit's own, as they travel."""
    sizes: list[int] = []
    names: dict[str, str] = {}
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]}))

    def finished(event: dict) -> None:
        url = names.get(event["requestId"], "")
        if url.startswith("http") and "/static/" not in url and "/_stcore/h" not in url:
            sizes.append(event["encodedDataLength"])

    client.on("Network.loadingFinished", finished)
    return sizes


def changed(browser: Browser, address: str, text: str, count: int) -> list[Change]:
    """So many page changes of one visitor, page by page as they stand in the list, and again from the top."""
    found: list[Change] = []
    with clocked_page(browser, still=True) as page:
        page.goto(f"{address}/?text={text.replace(' ', '+')}")
        wait_for_picture(page)
        for title in islice(cycle([*LISTED[1:], LISTED[0]]), count):
            seen = any(change.title == title for change in found)
            found.append(Change(title, seconds_to(page, title), not seen))
    return found


def seconds_to(page: Page, title: str) -> float:
    """Seconds from the click on a page's name until what is in the window stands."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    wait_for_picture(page)
    return page.evaluate("bench.seen - bench.pressed") / 1000


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the values lies; of few values the largest."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(100 * share) - 1] if len(values) > 1 else values[0]


def pages_table(opened: list[Opened], changes: list[Change]) -> Table:
    """A row a page: shift and weight when it is opened by its link, seconds of each change to it, the first visit first."""
    table = Table(title=f"Pages at {TOKENS} tokens")
    for name in ("page", "shift", "kB", "seconds of each change to it, the first visit first"):
        table.add_column(name, justify="left" if name == "page" else "right", no_wrap=True)
    for one in opened:
        seconds = ", ".join(f"{change.seconds:.2f}" for change in changes if change.title == one.title.partition(",")[0])
        table.add_row(one.title, held(one.shift, SHIFT_GOAL, ".3f"), held(one.kilobytes, KILOBYTES_GOAL, ".0f"), seconds)
    return table


def held(value: float, goal: float, form: str) -> str:
    """A number in the colour of its goal."""
    return f"[{'green' if value <= goal else 'red'}]{value:{form}}[/]"


def verdict(opened: list[Opened], changes: list[Change]) -> str:
    """The three goals beside what was found."""
    late = percentile([change.seconds for change in changes], 0.95)
    again = [change.seconds for change in changes if not change.first]
    largest, heaviest = max(opened, key=lambda one: one.shift), max(opened, key=lambda one: one.kilobytes)
    return (
        f"95th percentile of {len(changes)} page changes: {held(late, SECONDS_GOAL, '.2f')} s (goal {SECONDS_GOAL} s), of those to "
        f"a page that was seen before {percentile(again, 0.95) if again else float('nan'):.2f} s. Largest shift: "
        f"{held(largest.shift, SHIFT_GOAL, '.3f')} on {largest.title} (goal {SHIFT_GOAL}). Heaviest: "
        f"{held(heaviest.kilobytes, KILOBYTES_GOAL, '.0f')} kB, {heaviest.title} (goal {KILOBYTES_GOAL:.0f} kB)."
    )


if __name__ == "__main__":
    main()
