"""The server of a room: started with what it needs, and what it and its children take while people are there."""

import asyncio
import contextlib
import math
import time
from collections.abc import Iterator

import psutil

from benchmarks.browser import app_server
from distilbert_viz.runs.record import FAILED, Record

STARTING_SECONDS = 180.0
SAMPLE_SECONDS = 10.0
LEAVING_SECONDS = 90.0


@contextlib.contextmanager
def server() -> Iterator[tuple[str, psutil.Process]]:
    """Address and process of the app, without a visitor yet; at the end its children have saved and gone, too."""
    children: list[psutil.Process] = []
    try:
        with app_server() as (address, number):
            process = psutil.Process(number)
            try:
                yield address, process
            finally:
                children = process.children(recursive=True)
    finally:
        psutil.wait_procs(children, timeout=LEAVING_SECONDS)


async def learning(run: Record | None) -> None:
    """Come back once the run has made its first steps. Raises RuntimeError when it failed."""
    deadline = time.monotonic() + STARTING_SECONDS
    while run is not None and run.newest()[0] < 2:
        if run.state()["status"] == FAILED or time.monotonic() > deadline:
            raise RuntimeError(f"the distillation did not begin: {run.state()}")
        await asyncio.sleep(0.5)


async def sampled(server: psutil.Process, run: Record | None, since: float, until: float) -> list[dict[str, float]]:
    """The server, what it started, and this process, every ten seconds and at the end."""
    samples, due = [], since
    while due <= until:
        await asyncio.sleep(due - time.monotonic())
        samples.append({"seconds": time.monotonic() - since, **sample(server, run)})
        due = min(due + SAMPLE_SECONDS, until) if due < until else math.inf
    return samples


def sample(server: psutil.Process, run: Record | None) -> dict[str, float]:
    """Resident memory in MiB, processor seconds spent so far, by the whole machine too, and steps made."""
    machine = psutil.cpu_times()
    numbers = {"machine CPU s": machine.user + machine.system + getattr(machine, "nice", 0.0)}
    for name, processes in {"server": [server], "children": server.children(recursive=True), "client": [psutil.Process()]}.items():
        times = [process.cpu_times() for process in processes]
        numbers[f"{name} MiB"] = sum(process.memory_info().rss for process in processes) / 2**20
        numbers[f"{name} CPU s"] = sum(spent.user + spent.system for spent in times)
    return numbers | {"steps": 0 if run is None else run.newest()[0]}
