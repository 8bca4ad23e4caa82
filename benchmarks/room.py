"""A room of people on one server, each with another text every three seconds, while a student learns. See README.md."""

import argparse
import asyncio
import contextlib
import json
import math
import os
import platform
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from unittest import mock

import psutil
from rich.console import Console

from benchmarks.answers import answers, summary
from benchmarks.room_server import learning, sampled, server
from benchmarks.room_tables import answers_table, server_table
from benchmarks.texts import NOUNS
from benchmarks.visitors import PICTURES, Visitor, visit
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.runs.home import new_run
from distilbert_viz.runs.record import Record

PERIOD_SECONDS = 3.0
WARM_UP_SECONDS = 3 * PERIOD_SECONDS
OPENING_SECONDS = 180.0
WORDS = (*NOUNS.split(), "the", "a", "old", "near", "and", "with", "behind", "nobody", "asked", "why", "after", "until")
FEWEST_WORDS, MOST_WORDS = 5, 29  # with [CLS], the full stop and [SEP] 8 to 32 WordPieces
ENDLESS = 1_000_000


def main() -> None:
    """Measure, print, and write the raw numbers where --json says."""
    options, console = asked(), Console(width=160)
    console.print(f"{platform.platform()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, {options.seconds:.0f} s each")
    rooms = []
    for count in options.visitors:
        with console.status(f"{count} visitors"):
            rooms.append(measured(count, options.seconds, options.distillation))
        console.print(answers_table(rooms[-1:]), server_table(rooms[-1:]))
        console.print("\n".join(rooms[-1]["said"]), markup=False)
    if len(rooms) > 1:
        console.print(answers_table(rooms), server_table(rooms))
    if options.json:
        options.json.write_text(json.dumps(plain(rooms), indent=1), encoding="utf-8")


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", nargs="+", type=int, default=[1, 10, 30, 100], help="how many at once, a fresh server each")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each room is measured")
    parser.add_argument("--minutes", type=float, help="the same in minutes; 15 tell whether memory stays flat")
    parser.add_argument("--without-distillation", dest="distillation", action="store_false", help="no student learns beside it")
    parser.add_argument("--json", type=Path, help="a file for every single measurement")
    options = parser.parse_args()
    if options.minutes:
        options.seconds = 60 * options.minutes
    if min(options.visitors) < 1:
        parser.error("a room has at least 1 visitor")
    return options


def measured(count: int, seconds: float, distillation: bool) -> dict[str, object]:
    """One room on a server of its own, whose runs lie in a folder that goes with it."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        stack.enter_context(mock.patch.dict(os.environ, {"DISTILBERT_VIZ_RUNS": folder}))
        # The default run of the page Live run, without an end in sight; a server takes up at its start what waits in the queue.
        run = new_run(Recipe(device="cpu", steps=ENDLESS), "beside the room") if distillation else None
        address, process = stack.enter_context(server())
        return asyncio.run(room(address, process, count, seconds, run))


async def room(address: str, server: psutil.Process, count: int, seconds: float, run: Record | None) -> dict[str, object]:
    """All visitors come, type for a while that isn't counted, then for `seconds` that are, and wait for what is under way."""
    texts = new_texts(count)
    async with contextlib.AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(visit(address, page_of(0), next(texts)))]
        await all_settled(visitors, OPENING_SECONDS)  # the models are loaded now
        for number in range(1, count):
            visitors.append(await stack.enter_async_context(visit(address, page_of(number), next(texts))))
            await asyncio.sleep(PERIOD_SECONDS / count)
        if waiting := await all_settled(visitors, OPENING_SECONDS):
            raise RuntimeError(f"{waiting} of {count} visitors did not see a first picture: {last_words(visitors)}")
        await learning(run)
        begin = time.monotonic()
        since, until = begin + WARM_UP_SECONDS, begin + WARM_UP_SECONDS + seconds
        people = [typing(visitor, texts, begin + PERIOD_SECONDS * i / count, until) for i, visitor in enumerate(visitors)]
        samples, *_ = await asyncio.gather(sampled(server, run, since, until), *people)
        await all_settled(visitors, 20.0)
    return found(visitors, samples, since, until)


def page_of(number: int) -> str:
    """Visitors sit before one page or the other in turn."""
    return list(PICTURES)[number % len(PICTURES)]


def new_texts(seed: int) -> Iterator[str]:
    """Endless texts of 8 to 32 WordPieces ([CLS], full stop and [SEP] counted), no two alike."""
    chance, seen = random.Random(seed), set()
    while True:
        text = " ".join(chance.choices(WORDS, k=chance.randint(FEWEST_WORDS, MOST_WORDS))).capitalize() + "."
        if text not in seen:
            seen.add(text)
            yield text


async def all_settled(visitors: list[Visitor], seconds: float) -> int:
    """How many of them still wait for their newest text when all have it, or the time is over."""
    deadline = time.monotonic() + seconds
    while (waiting := sum(not visitor.settled() for visitor in visitors)) and time.monotonic() < deadline:
        await asyncio.sleep(0.2)
    return waiting


def last_words(visitors: list[Visitor]) -> list[str]:
    """What their pages said went wrong."""
    return sorted({event.words for visitor in visitors for event in visitor.events if event.words})


async def typing(visitor: Visitor, texts: Iterator[str], due: float, until: float) -> None:
    """Another text every three seconds, whether the last one was answered or not."""
    while due < until:
        await asyncio.sleep(due - time.monotonic())
        await visitor.type(next(texts))
        due += PERIOD_SECONDS


def found(visitors: list[Visitor], samples: list[dict[str, float]], since: float, until: float) -> dict[str, object]:
    """What is shown of a room, and what it was made of."""
    events = {page: [v.events for v in visitors if v.page == page] for page in PICTURES}
    parts = {"both": [theirs for page in events.values() for theirs in page], **events}
    return {
        "visitors": len(visitors),
        "seconds": until - since,
        "pages": {page: summary(theirs, since, until) for page, theirs in parts.items() if theirs},
        "said": last_words(visitors),
        "samples": samples,
        "answers": [
            {"visitor": i, "page": v.page, **asdict(a)} for i, v in enumerate(visitors) for a in answers(v.events, since, until)
        ],
    }


def plain(value: object) -> object:
    """The same as JSON holds it: a wait without an end is null."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return None if isinstance(value, float) and math.isinf(value) else value


if __name__ == "__main__":
    main()
