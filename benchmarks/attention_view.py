"""Attention as this app draws it against bertviz: bytes, and seconds from click to painted. See README.md beside this file."""

import argparse
import json
import os
import platform
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from rich.console import Console
from rich.table import Table
from transformers import AutoTokenizer

from benchmarks.browser import SCREEN, app_server, received
from benchmarks.interaction import quartiles
from benchmarks.texts import texts
from distilbert_viz.pairs.catalogue import FOLDER
from tests.support.browsers import open_browser

HERE = Path(__file__).parent
LENGTHS = (16, 32, 64, 128)
OURS = ("our overview", "our lines")
YARDSTICK = "its model view"
THEIRS = (YARDSTICK, "its head view", "its model view, our JSON", "its head view, our JSON")
BYTES_GOAL, TIME_GOAL, AT = 1 / 20, 1 / 10, 32
SECONDS_GOAL, LONG = 1.0, 128


@dataclass(frozen=True)
class Shown:
    """Every repeat of one picture at one length; none when it did not come."""

    picture: str
    tokens: int
    seconds: tuple[float, ...]
    sent: tuple[int, ...]


def main() -> None:
    """Measure, print, and write the raw numbers where --json says."""
    options = asked()
    console = Console(width=150)
    console.print(f"{platform.platform()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, {options.repeats} repeats")
    with console.status("pictures"):
        shown = measured(options)
    console.print(table(shown, options.patience))
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in shown], indent=1), encoding="utf-8")


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lengths", nargs="+", type=int, choices=LENGTHS, default=list(LENGTHS))
    parser.add_argument("--pictures", nargs="+", choices=(*OURS, *THEIRS), default=[*OURS, *THEIRS], metavar="PICTURE")
    parser.add_argument("--repeats", type=int, default=5, help="of every number (at least 2)")
    parser.add_argument("--patience", type=float, default=120, help="seconds after which a picture is given up")
    parser.add_argument("--json", type=Path, help="a file for every single measurement")
    options = parser.parse_args()
    if options.repeats < 2:
        parser.error("quartiles need at least 2 repeats")
    return options


def measured(options: argparse.Namespace) -> list[Shown]:
    """Every picture at every length; one that did not come is not tried with more tokens."""
    tokenizer = AutoTokenizer.from_pretrained(FOLDER / "teacher")
    found, given_up = [], set()
    with sync_playwright() as playwright, app_server("benchmarks/attention_app.py", "--server.maxMessageSize", "2000") as server:
        browser = open_browser(playwright)
        for length in options.lengths:
            for picture in [name for name in options.pictures if name not in given_up]:
                repeats = islice(texts(tokenizer, length), options.repeats + 1)
                found.append(series(browser, server[0], picture, length, repeats, options.patience))
                if not found[-1].seconds:
                    given_up.add(picture)
        browser.close()
    return found


def series(browser: Browser, address: str, picture: str, length: int, repeats: Iterator[str], patience: float) -> Shown:
    """New texts one after the other on one page; the first warms up."""
    try:
        with clocked_page(browser) as page:
            frames = received(page)
            page.goto(address)
            rows = [click(page, frames, picture, text, patience) for text in repeats][1:]
    except PlaywrightError:  # out of time, or the page crashed
        return Shown(picture, length, (), ())
    return Shown(picture, length, *map(tuple, zip(*rows, strict=True)))


@contextmanager
def clocked_page(browser: Browser) -> Iterator[Page]:
    """A page with the clock; bertviz's frames get a few lines alone, since watching each of their changes would slow them."""
    clock, frames = ((HERE / name).read_text(encoding="utf-8") for name in ("clock.js", "frames.js"))
    context = browser.new_context(viewport=SCREEN)
    context.add_init_script(script=f"if (window === top) {{\n{clock}\n}}\n{frames}")
    try:
        yield context.new_page()
    finally:
        context.close()


def click(page: Page, frames: list[int], picture: str, text: str, patience: float) -> tuple[float, int]:
    """Seconds from the click on a picture's button to the picture, and bytes received meanwhile; its trace is there before."""
    box = page.get_by_role("textbox")
    box.fill(text)
    box.press("Enter")
    page.get_by_text(f"ready: {text}").wait_for(timeout=60_000)
    page.wait_for_function("bench.settled()", timeout=60_000, polling=100)
    frames.clear()
    page.get_by_role("button", name=picture, exact=True).click()
    ready = f"bench.answered() && bench.frames.size === {0 if picture in OURS else 2}"
    page.wait_for_function(ready, timeout=1000 * patience, polling=100)
    return page.evaluate("bench.painted - bench.pressed") / 1000, sum(frames)


def table(shown: list[Shown], patience: float) -> Table:
    """A row a picture and length, and its share of bertviz's model view at the same length."""
    result = Table(title=f"The same trace of 12 + 6 layers of 12 heads: median (quartiles); shares are of {YARDSTICK}")
    for name in ("tokens", "picture", "MB sent", "bytes", "click to painted, s", "time", "goal"):
        result.add_column(name, justify="left" if name in ("picture", "goal") else "right", no_wrap=True)
    yardsticks = {row.tokens: row for row in shown if row.picture == YARDSTICK and row.seconds}
    for row in shown:
        result.add_row(str(row.tokens), row.picture, *numbers(row, yardsticks.get(row.tokens), patience))
    return result


def numbers(row: Shown, yardstick: Shown | None, patience: float) -> tuple[str, ...]:
    """MB, their share, seconds, their share, and whether the goal is kept."""
    if not row.seconds:
        return "", "", f"none in {patience:.0f} s, or crashed", "", ""
    shares = shares_of(row, yardstick)
    bytes_share, time_share = (f"1/{1 / share:.1f}" for share in shares) if shares else ("", "")
    sent = f"{statistics.median(row.sent) / 1e6:.2f}"
    return sent, bytes_share, quartiles(row.seconds, "{:.2f}"), time_share, goal(row, shares)


def shares_of(row: Shown, yardstick: Shown | None) -> tuple[float, float] | None:
    """The row's median bytes and seconds over the yardstick's."""
    if yardstick is None:
        return None
    median = statistics.median
    return median(row.sent) / median(yardstick.sent), median(row.seconds) / median(yardstick.seconds)


def goal(row: Shown, shares: tuple[float, float] | None) -> str:
    """Whether a picture of ours keeps its goal, in words and a colour."""
    if row.picture not in OURS:
        return ""
    if row.tokens == AT and shares:
        kept = shares[0] <= BYTES_GOAL and shares[1] <= TIME_GOAL
        return coloured("1/20 of the bytes, 1/10 of the time", kept)
    return coloured("1 s", statistics.median(row.seconds) <= SECONDS_GOAL) if row.tokens == LONG else ""


def coloured(words: str, kept: bool) -> str:
    """The goal, kept or not."""
    return f"[green]≤ {words}[/green]" if kept else f"[red]> {words}[/red]"


if __name__ == "__main__":
    main()
