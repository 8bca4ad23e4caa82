"""How long a reader waits: server time, bytes, seconds to the picture, and a cold start. See README.md beside this file."""

import argparse
import json
import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table
from transformers import AutoTokenizer

from benchmarks.browser import ADDRESSES, ColdStart, browser_times, cold_start
from benchmarks.server import server_times
from benchmarks.texts import texts
from distilbert_viz.pairs.catalogue import FOLDER
from tests.support.browsers import open_browser

LENGTHS = (32, 128)
RATIO_GOALS = {32: 2.5, 128: 1.5}
OWN_RATIO_GOALS = {"lost": {32: 3.0, 128: 3.0}}  # every mixture of both models is in the first picture
SECONDS_GOALS = {32: 0.5, 128: 1.0}
FIRST_PAINT_GOAL = 2.0


def main() -> None:
    """Measure, print, and write the raw numbers where --json says."""
    options = asked()
    console = Console(width=150)
    console.print(f"{platform.platform()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, {options.repeats} repeats")
    raw = measured(options.pages, options.repeats, console)
    console.print(sentence_table(raw["server"], raw["browser"]))
    console.print(cold_table(raw["cold"]))
    if options.json:
        options.json.write_text(json.dumps(plain(raw), indent=1), encoding="utf-8")


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", nargs="+", choices=ADDRESSES, default=list(ADDRESSES), metavar="PAGE", help=", ".join(ADDRESSES))
    parser.add_argument("--repeats", type=int, default=20, help="of every number (at least 2)")
    parser.add_argument("--json", type=Path, help="a file for every single measurement")
    options = parser.parse_args()
    if options.repeats < 2:
        parser.error("quartiles need at least 2 repeats")
    return options


def measured(pages: list[str], repeats: int, console: Console) -> dict[str, object]:
    """Every repeat of every number, by part. The browser is started after the in-process part is over."""
    tokenizer = AutoTokenizer.from_pretrained(FOLDER / "teacher")
    lengths = {length: texts(tokenizer, length) for length in LENGTHS}
    with console.status("server time"):
        server = server_times(pages, lengths, repeats)
    with sync_playwright() as playwright:
        browser = open_browser(playwright)
        with console.status("seconds and bytes in the browser"):
            seen = browser_times(browser, pages, lengths, repeats)
        with console.status("cold starts"):
            cold = [cold_start(browser, pages[0]) for _ in range(repeats)]
        browser.close()
    return {"server": server, "browser": seen, "cold": cold}


def quartiles(values: Sequence[float], form: str, scale: float = 1.0) -> str:
    """Median, and in brackets the first and third quartile; "-" when there is nothing to order."""
    if len(values) < 2:
        return "-"
    low, middle, high = (form.format(scale * value) for value in statistics.quantiles(values, n=4, method="inclusive"))
    return f"{middle} ({low}-{high})"


def against(values: Sequence[float], goal: float) -> str:
    """Whether the median keeps the goal, in a word and a colour."""
    return f"[green]≤ {goal}[/green]" if statistics.median(values) <= goal else f"[red]> {goal}[/red]"


def sentence_table(server: dict, browser: dict) -> Table:
    """A new sentence on every page: what the server spends over the bare passes, what is sent, how long it takes."""
    table = Table(title="A new sentence: median (quartiles)")
    for name in ("page", "tokens", "bare ms", "page ms", "page / bare", "goal", "kB sent", "Enter to picture, s", "goal"):
        table.add_column(name, justify="left" if name == "page" else "right", no_wrap=True)
    for page, length in server:
        bare, spent = zip(*server[page, length], strict=True)
        seconds, sent = zip(*browser[page, length], strict=True)
        goal = OWN_RATIO_GOALS.get(page, RATIO_GOALS)[length]
        ratios = [b / a for a, b in server[page, length]]
        table.add_row(
            page, str(length), quartiles(bare, "{:.0f}", 1000), quartiles(spent, "{:.0f}", 1000),
            quartiles(ratios, "{:.2f}"), against(ratios, goal), quartiles(sent, "{:,.0f}", 1e-3),
            quartiles(seconds, "{:.2f}"), against(seconds, SECONDS_GOALS[length]),
        )  # fmt: skip
    return table


def cold_table(starts: list[ColdStart]) -> Table:
    """Seconds from navigation to a server just started, and whether torch was there before the first input."""
    table = Table(title="A cold start, seconds since navigation: median (quartiles)")
    for name in ("first text input", "goal", "torch mapped", "first picture", "torch before the first input"):
        table.add_column(name, no_wrap=True)
    inputs = [start.first_input for start in starts]
    mapped = [start.torch for start in starts if start.torch is not None]
    early = sum(start.torch < start.first_input for start in starts if start.torch is not None)
    seen = f"in {early} of {len(mapped)} starts" if mapped else "not known: no libtorch was seen"
    pictures = [start.first_picture for start in starts]
    table.add_row(
        quartiles(inputs, "{:.2f}"), against(inputs, FIRST_PAINT_GOAL), quartiles(mapped, "{:.2f}"), quartiles(pictures, "{:.2f}"),
        f"{seen} (libtorch in /proc/PID/maps, Linux only)",
    )  # fmt: skip
    return table


def plain(raw: dict) -> dict:
    """The same as JSON holds it: keys "page tokens", and what the numbers are."""
    names = {"server": ("bare_seconds", "page_seconds"), "browser": ("seconds", "bytes")}
    parts = {
        part: {
            f"{page} {length}": [dict(zip(keys, row, strict=True)) for row in rows] for (page, length), rows in raw[part].items()
        }
        for part, keys in names.items()
    }
    return {**parts, "cold": [vars(start) for start in raw["cold"]]}


if __name__ == "__main__":
    main()
