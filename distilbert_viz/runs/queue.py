"""One run at a time on a device, the rest wait: huey on SQLite, and a consumer that the app starts once a machine."""

import os
import subprocess
import sys
import time
from pathlib import Path

from huey import SqliteHuey

from distilbert_viz.runs import home, spare
from distilbert_viz.runs.record import FAILED, STARTING, UNDER_WAY, WAITING, Record

DEVICES = ("cpu", "cuda", "mps")


def queue(device: str) -> SqliteHuey:
    """The queue of one device; tasks are kept on the disk."""
    return SqliteHuey(f"distil-{device}", filename=str(home.home() / "queue.sqlite"), results=False)


def enqueue(run: Record) -> None:
    """Put a run at the end of its device's queue."""
    run.set(status=WAITING, control="go", reason="", asked_for=time.time())
    huey = queue(run.recipe.device)
    task(huey)(run.id)
    start_consumer(run.recipe.device)


def task(huey: SqliteHuey) -> object:
    """The only task there is: train the run with an id."""
    return huey.task(name="train")(train)


def train(identity: str) -> None:
    """Let a process train a run that still waits, and stay until it ends; then have another ready for the next."""
    run = home.find(identity)
    if run is None or run.state()["status"] != WAITING:
        return
    run.set(status=STARTING)
    code = spare.give(_ready.pop() if _ready else spare.start(), run.folder)
    if home.find(identity) and run.state()["status"] in UNDER_WAY:
        run.set(status=FAILED, reason=_reason(code, run.folder / "log.txt"))
    make_ready()


_ready: list[subprocess.Popen] = []


def make_ready() -> None:
    """Have one process waiting that has read its libraries."""
    _ready[:] = [process for process in _ready if process.poll() is None]
    if not _ready:
        _ready.append(spare.start())


def _reason(code: int, log: Path) -> str:
    if code < 0:
        return (
            f"The training process was killed (signal {-code}). What it recorded is kept; resume goes on from the last checkpoint."
        )
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return f"The training process ended with status {code}: {lines[-1][:300] if lines else 'it said nothing'}"


_consumers: dict[str, subprocess.Popen] = {}


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
    for device in {run.recipe.device for run in home.all_runs() if run.state()["status"] in (*UNDER_WAY, WAITING)}:
        start_consumer(device)
