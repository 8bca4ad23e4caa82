"""One run at a time on a device, the rest wait. The runs' folders are the queue: each says whether it waits, and since when.

A consumer a device and machine, started by the app, trains the run that has waited longest.
"""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from distilbert_viz.runs import home, spare
from distilbert_viz.runs.record import UNDER_WAY, WAITING, Record


def enqueue(run: Record) -> None:
    """Put a run at the end of its device's queue, and see to it that a consumer is at work."""
    line_up(run)
    start_consumer(run.recipe.device)


def line_up(run: Record) -> None:
    """Put a run at the end of its device's queue; a consumer that is at work takes it from there."""
    run.set(status=WAITING, control="go", reason="", asked_for=time.time())
    bell(run.recipe.device).touch()


def bell(device: str) -> Path:
    """The file that is touched once a run waits for the device. It holds nothing: whoever misses it finds the run's folder."""
    return home.home() / f"queue-{device}.bell"


_consumers: dict[str, subprocess.Popen[bytes]] = {}


def start_consumer(device: str) -> None:
    """Start the consumer of a device as a child of this process, once; where another app's is at work, it waits."""
    if device in _consumers and _consumers[device].poll() is None:
        return
    command = [sys.executable, "-m", "distilbert_viz.runs.consumer", device, str(os.getpid())]
    with (home.home() / f"consumer-{device}.txt").open("ab") as log:
        _consumers[device] = subprocess.Popen(
            command, cwd=spare.ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def start_needed_consumers() -> None:
    """At the start of a server: take up what waits, and what was under way when the last one ended."""
    needed = [home.recipe_of(run) for run, state in home.with_states() if state["status"] in (*UNDER_WAY, WAITING)]
    for device in {recipe.device for recipe in needed if recipe}:
        start_consumer(device)


def end_consumers(seconds: float) -> None:
    """Let what trains save and leave, and wait so long for it; where this takes longer, it goes on without this process."""
    until = time.monotonic() + seconds
    for consumer in _consumers.values():
        consumer.terminate()
    for consumer in _consumers.values():
        with suppress(subprocess.TimeoutExpired):
            consumer.wait(max(0.0, until - time.monotonic()))
