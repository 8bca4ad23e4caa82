"""The consumer of a device's queue, started by the app: python -m distilbert_viz.runs.consumer DEVICE PARENT_PID.

One a device and machine works, by a lock that dies with its process; others wait for it. When its app is gone it tells
the training to save and leave, and goes too; the next consumer puts the run back.
"""

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import psutil

from distilbert_viz import memory
from distilbert_viz.runs import home, needs, opened, queue, spare
from distilbert_viz.runs.record import FAILED, STARTING, UNDER_WAY, WAITING, Record

SECONDS_A_LOOK = 0.1


class Consumer:
    """Trains the waiting runs of one device, the longest-waiting first, one after another until it is `leaving`."""

    def __init__(self, device: str):
        self.device, self.asked, self.leaving = device, threading.Event(), threading.Event()
        self.ready: subprocess.Popen[str] | None = None
        self.said = ""

    def work(self) -> None:
        """Put back what an earlier consumer left, then train what waits. The folders are read again only after the bell."""
        self.be_ready()
        self.put_back()
        bell, heard = queue.bell(self.device), -1
        bell.touch()
        while not self.leaving.wait(SECONDS_A_LOOK):
            if (rung := bell.stat().st_mtime_ns) != heard and not self.train_next():
                heard = rung
        self.put_back_ended()

    def put_back(self) -> None:
        """Let every run whose training process is gone wait again, once those that outlived their consumer have ended."""
        while self.put_back_ended() and not self.leaving.is_set():
            self.leaving.wait(SECONDS_A_LOOK)

    def put_back_ended(self) -> int:
        """Let every unfinished run whose process is gone wait again; how many were unfinished."""
        unfinished = home.unfinished(self.device)
        for run in unfinished:
            if not home.alive(run):
                run.set(status=WAITING)
        return len(unfinished)

    def train_next(self) -> bool:
        """Train the run that has waited longest; False where none waits."""
        try:
            waiting = home.waiting(self.device)
            if waiting:
                self.train(waiting[0])
        except (OSError, sqlite3.OperationalError) as error:  # a run that is deleted at this very moment, or a full disk
            if str(error) != self.said:
                self.said = str(error)
                print(error, file=sys.stderr)
            return True
        return bool(waiting)

    def train(self, run: Record) -> None:
        """Let a process train the run, and stay until it ends; then have another ready for the next. Where memory lacks, say so."""
        if why := needs.lacking(run.recipe):
            run.set(status=FAILED, reason=why)
            return
        process = self.get_ready()
        run.set(status=STARTING, pid=process.pid, pid_began=opened.began(process.pid))
        self.ready = None  # only now: where nothing can be written, as on a full disk, the next try finds it ready still
        code = spare.give(process, run.folder)
        if home.find(run.id) and run.state()["status"] in UNDER_WAY and not self.leaving.is_set():
            run.set(status=FAILED, reason=reason(code, run.folder / "log.txt"))
        self.be_ready()

    def be_ready(self) -> None:
        """Have a process wait for the next run, where there will be one and memory isn't short."""
        if memory.present_plan().spare and not self.leaving.is_set():
            self.get_ready()

    def get_ready(self) -> subprocess.Popen[str]:
        """The process that waits for a run and has read its libraries, or soon will have."""
        if self.ready is None or self.ready.poll() is not None:
            self.ready = spare.start()
        return self.ready

    def leave_with(self, parent: int) -> None:
        """Once the parent process is gone, or asks, let the training save and leave, and end."""
        while _lives(parent) and not self.asked.wait(1):
            pass
        self.leaving.set()
        for child in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):  # it has just ended by itself
                child.send_signal(signal.SIGTERM)
        psutil.wait_procs(psutil.Process().children(), timeout=60)
        self.put_back_ended()
        os._exit(0)


def _lives(pid: int) -> bool:
    """Whether the process lives: one that has ended and that nobody has asked how doesn't."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def reason(code: int, log: Path) -> str:
    """Why a training process ended with this status (negative: a signal) before its run did, for a person."""
    if code < 0:
        return (
            f"The training process was killed (signal {-code}). What it recorded is kept; resume goes on from the last checkpoint."
        )
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return f"The training process ended with status {code}: {lines[-1][:300] if lines else 'it said nothing'}"


def main(device: str, parent: int) -> None:
    """Wait for the device, and work until the parent process ends."""
    consumer = Consumer(device)
    signal.signal(signal.SIGTERM, lambda number, frame: consumer.asked.set())
    threading.Thread(target=consumer.leave_with, args=(parent,), daemon=True).start()
    with (home.home() / f"consumer-{device}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        consumer.work()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
