"""What a visitor who only looks costs: the server's memory with more and more open pages, all of one text. See README.md."""

import argparse
import asyncio
import contextlib
import os
import platform
import tempfile
from unittest import mock

import psutil
from rich.console import Console
from rich.table import Table
from scipy.stats import linregress

from benchmarks.room import OPENING_SECONDS, all_settled, last_words
from benchmarks.room_server import server
from benchmarks.visitors import PICTURES, visit

TEXT = "Everybody in this room reads the same old sentence."
STEP, MOST = 20, 100
REST_SECONDS = 6.0


def main() -> None:
    """Measure each page on a fresh server, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=MOST, help=f"the most at one time; at least {3 * STEP}")
    most, console = max(3 * STEP, parser.parse_args().visitors), Console(width=120)
    console.print(f"{platform.platform()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}")
    table = Table("page", *(f"{count} open, MiB" for count in range(STEP, most + 1, STEP)), "a page, kB", "± 95%", "all left, MiB")
    for page in PICTURES:
        with console.status(page):
            table.add_row(page, *measured(page, most))
    console.print(table)


def measured(page: str, most: int) -> tuple[str, ...]:
    """A row of the table."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        stack.enter_context(mock.patch.dict(os.environ, {"DISTILBERT_VIZ_RUNS": folder}))
        held, left = asyncio.run(opened(*stack.enter_context(server()), page, most))
    fit = linregress(range(STEP, most + 1, STEP), held)
    each = (f"{value * 2**20 / 1000:,.0f}" for value in (fit.slope, 1.96 * fit.stderr))
    return (*(f"{value:,.1f}" for value in held), *each, f"{left:,.1f}")


async def opened(address: str, process: psutil.Process, page: str, most: int) -> tuple[list[float], float]:
    """Resident MiB after every STEP more pages, none closed and each with its picture and check; and once all have left."""
    held = []
    async with contextlib.AsyncExitStack() as stack:
        visitors = []
        for count in range(1, most + 1):
            visitors.append(await stack.enter_async_context(visit(address, page, TEXT)))
            if await all_settled(visitors[-1:], OPENING_SECONDS):
                raise RuntimeError(f"visitor {count} did not see a picture: {last_words(visitors)}")
            if count % STEP == 0:
                held.append(await rested(process))
    return held, await rested(process)


async def rested(process: psutil.Process) -> float:
    """Resident MiB once the server has had nothing to do for some seconds."""
    await asyncio.sleep(REST_SECONDS)
    return process.memory_info().rss / 2**20


if __name__ == "__main__":
    main()
