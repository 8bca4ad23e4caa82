"""The process that trains one run: it reads the recipe from the run's folder and writes there how the training ended."""

import errno
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import FrameType

import psutil

from distilbert_viz.records import Step
from distilbert_viz.runs.record import FAILED, FINISHED, PAUSED, RUNNING, STOPPED, WAITING, Record

AFTER = {None: FINISHED, "pause": PAUSED, "stop": STOPPED, "leave": WAITING}


class Recorder(Record):
    """A run's record that also reports each newest step, and that hears the system's request to leave.

    Its connection stays open: whoever closes the last one has SQLite write the whole log back and wait for the disk, and a run
    asks after every step.
    """

    def __init__(self, folder: Path, report: Callable[[Step], None]):
        super().__init__(folder)
        self.report, self.leaving = report, False

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        return self._connected()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with self._connection:
            yield self._connection

    def close(self) -> None:
        """Write the log back; nothing is recorded any more."""
        self._connection.close()

    def steps(self, steps: list[Step]) -> None:
        """Keep steps."""
        super().steps(steps)
        self.report(steps[-1])

    def asked(self) -> str:
        """What is asked of the run now: "go", "pause", "stop" or "leave"."""
        return "leave" if self.leaving else super().asked()

    def leave(self, number: int, frame: FrameType | None) -> None:
        """Hear a signal: save and go at the next step's end."""
        self.leaving = True


def train(folder: Path, report: Callable[[Step], None], closely: bool = False) -> str | None:
    """Train the run in `folder` to its end, watched `closely` where it is to be played; None when finished, else why it left.

    A failure is recorded and raised.
    """
    record, first = Recorder(folder, report), int(os.environ.get("RANK", "0")) == 0
    signal.signal(signal.SIGTERM, record.leave)
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    began = psutil.Process().create_time()
    spent = max((step.seconds for step in record.all_steps()[-1:]), default=0.0)
    if first:
        record.set(status=RUNNING, pid=os.getpid(), pid_began=began, reason="")
    try:
        from distilbert_viz.distillation import engine

        left = engine.distil(record.recipe, folder, record, spent, closely)
    except Exception as error:  # raised again: the run only keeps the sentence
        if first:
            record.set(status=FAILED, reason=sentence(error))
        raise
    if first:
        record.set(status=AFTER[left], pid=0)
    return left


def sentence(error: Exception) -> str:
    """Why a run failed, for a person."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full. What was recorded is kept; make room, then resume."
    if isinstance(error, MemoryError) or "out of memory" in str(error):
        return "There was not enough memory: try fewer texts at a time, or shorter ones."
    if isinstance(error, ValueError | ArithmeticError | FileNotFoundError | ConnectionError):
        return str(error).strip().splitlines()[0][:300]
    return f"{type(error).__name__}: {(str(error).strip() or 'without a word').splitlines()[0][:300]}"
