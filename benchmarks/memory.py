"""What a server holds: under a bound, while visitors walk through every page; and library by library. See README.md."""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from unittest import mock

import psutil
from rich.console import Console
from rich.table import Table
from transformers import AutoTokenizer

from app import PAGES
from benchmarks.memory_libraries import libraries
from benchmarks.room import ENDLESS, new_texts
from benchmarks.room_server import server
from benchmarks.texts import texts
from benchmarks.walker import walking
from distilbert_viz import memory, settings
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.runs.home import new_run

HEAD = ("bound", "after", "server, MB", "resident, MB", "children, MB", "most together, MB", "refused")
LOOK_SECONDS, REST_SECONDS = 0.25, 8.0
VISITORS = 5
SCREENS = [(entry.address, view) for part in PAGES.values() for entry in part for view in entry.views or ("",)]


@dataclass(frozen=True)
class Stage:
    """Bytes held at rest after a stage, by the server and by its children, the most at one time, and what pages refused.

    `resident`: the server's, the code of libraries and whatever else stands in files counted.
    """

    bound: str
    after: str
    server: int
    resident: int
    children: int
    most: int
    said: tuple[str, ...]


def main() -> None:
    """Measure what was asked for, print, and write it where --json says."""
    options, console = asked(), Console(width=140)
    console.print(f"{platform.platform()}, {os.cpu_count()} CPUs, {memory.said(memory.machine_bytes())} of memory")
    steps = libraries() if options.libraries else []
    if steps:
        console.print(drawn(("in one process, one after another", "holds then, MB", "adds, MB"), steps))
    stages = []
    for bound in options.bounds:
        for stage in measured(bound, options.run, options.lengths):
            stages.append(stage)
            console.print(*row(stage), sep=" | ")
    console.print(
        drawn(("bound", "after", "server, MB", "resident, MB", "children, MB", "most, MB", "refused"), list(map(row, stages)))
    )
    console.print("\n".join(sorted({said for stage in stages for said in stage.said})), markup=False)
    if options.json:
        options.json.write_text(json.dumps({"libraries": steps, "server": list(map(asdict, stages))}, indent=1), encoding="utf-8")


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bounds", nargs="*", default=["", "900 MB"], help="a fresh server each; '' is what the machine decides")
    parser.add_argument("--lengths", nargs="*", type=int, default=[128, 384], help="tokens of the long texts of the last stages")
    parser.add_argument("--run", action="store_true", help="the default run learns beside the visitors")
    parser.add_argument("--no-libraries", dest="libraries", action="store_false", help="the server alone")
    parser.add_argument("--json", type=Path, help="a file for the same numbers")
    return parser.parse_args()


def drawn(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    """A table for the terminal."""
    made = Table(*head)
    for row in rows:
        made.add_row(*row)
    return made


def row(stage: Stage) -> tuple[str, ...]:
    """A row of the table."""
    sizes = map(megabytes, (stage.server, stage.resident, stage.children, stage.most))
    return stage.bound, stage.after, *sizes, str(len(stage.said))


def megabytes(size: int) -> str:
    """Without a unit."""
    return f"{size / 1e6:,.0f}"


def measured(bound: str, run: bool, lengths: list[int]) -> Iterator[Stage]:
    """The stages of one server under this bound."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        environment = {settings.RUNS: folder, settings.MEMORY: bound, settings.PUBLIC: "1"}
        stack.enter_context(mock.patch.dict(os.environ, environment))
        if run:
            new_run(Recipe(device="cpu", steps=ENDLESS), "beside the visitors")
        address, process = stack.enter_context(server())
        for after, people, kind in stages(lengths):
            with watched(process) as most:
                said = asyncio.run(walked(address, people, kind))
                time.sleep(REST_SECONDS)
            held, resident = memory.own_bytes(process), int(process.memory_info().rss)
            yield Stage(bound or "the machine's", after, held, resident, memory.held_bytes(process) - held, most[0], said)


def stages(lengths: list[int]) -> Iterator[tuple[str, list[list[tuple[str, str]]], Iterator[str]]]:
    """What a stage is called, the pages of each visitor, and endless texts."""
    tokenizer = AutoTokenizer.from_pretrained(FOLDER / "teacher")
    short = new_texts(VISITORS)
    yield "one visitor, one page", [SCREENS[:1]], short
    turned = [SCREENS[i * 5 :] + SCREENS[: i * 5] for i in range(VISITORS)]
    yield f"{VISITORS} visitors, every page, texts of 8 to 32 tokens", turned, short
    yield "the same again", turned, short
    for length in lengths:
        yield f"one visitor, every page, texts of {length} tokens", [SCREENS], texts(tokenizer, length)


async def walked(address: str, people: list[list[tuple[str, str]]], kind: Iterator[str]) -> tuple[str, ...]:
    """All visitors at one time, each through their pages with a new text a page; what the pages refused."""
    said = await asyncio.gather(*(walk(address, screens, list(islice(kind, len(screens)))) for screens in people))
    return tuple(sentence for one in said for sentence in one)


async def walk(address: str, screens: list[tuple[str, str]], its_texts: list[str]) -> list[str]:
    """One visitor's way: each page is opened by its link, and left once it is at rest."""
    said: list[str] = []
    for (page, view), text in zip(screens, its_texts, strict=True):
        async with walking(address, page) as walker:
            await walker.ask(text=text, **({"view": view.replace(" ", "-")} if view else {}))
            await walker.rest()
        said += [f"{page} {view}: {sentence}" for sentence in walker.said]
    return said


@contextlib.contextmanager
def watched(process: psutil.Process) -> Iterator[list[int]]:
    """A list whose one number is the most that was held at one time, looked for all the while."""
    most, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(LOOK_SECONDS):
            most[0] = max(most[0], memory.held_bytes(process))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        over.set()
        looking.join()


if __name__ == "__main__":
    main()
