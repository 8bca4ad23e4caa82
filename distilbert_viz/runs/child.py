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

from distilbert_viz.distillation.recipe import RecipeError
from distilbert_viz.records import Step
from distilbert_viz.runs import home, opened
from distilbert_viz.runs.record import FAILED, FINISHED, PAUSED, RUNNING, STOPPED, WAITING, Record

AFTER = {"go": WAITING, "pause": PAUSED, "stop": STOPPED}  # by what a person asks for once a run has left
FULL = ("no space left on device", "disk is full")  # what safetensors and SQLite say, whose errors are no OSError


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

    A failure is recorded and raised. Raises RecipeError where another process trains it.
    """
    record, first = Recorder(folder, report), int(os.environ.get("RANK", "0")) == 0
    signal.signal(signal.SIGTERM, record.leave)
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    spent = max((step.seconds for step in record.all_steps()[-1:]), default=0.0)
    if first:
        _refuse_another(record)
        record.set(status=RUNNING, pid=os.getpid(), pid_began=opened.began(os.getpid()), reason="")
    try:
        from distilbert_viz.distillation import engine

        if any(map(home.is_uploaded, record.recipe.text)):
            from distilbert_viz.distillation import text

            text.prepare_in(folder / "prepared")  # and no copy of it is left once the run is deleted
        left = engine.distil(record.recipe, folder, record, spent, closely)
    except Exception as error:  # raised again: the run only keeps the sentence
        if first:
            record.set(status=FAILED, reason=sentence(error), pid=0)
        raise
    if first:  # while it saved, a person may have asked for something else than what it left for
        record.set(status=FINISHED if left is None else AFTER[Record.asked(record)], pid=0)
    return left


def _refuse_another(record: Record) -> None:
    state = record.state()
    if state.get("pid") != os.getpid() and opened.is_alive(state):
        raise RecipeError(f"{record.folder} is being trained already, by the process {state['pid']}.")


def sentence(error: Exception) -> str:
    """Why a run failed, for a person."""
    said = (str(error).strip() or "without a word").splitlines()[0][:300]
    if getattr(error, "errno", None) == errno.ENOSPC or any(words in said.lower() for words in FULL):
        return "The disk is full. What was recorded is kept; make room, then resume."
    if isinstance(error, MemoryError) or "out of memory" in str(error):
        return "There was not enough memory: try fewer texts at a time, or shorter ones."
    known = str(error).strip() and isinstance(error, ValueError | ArithmeticError | FileNotFoundError | ConnectionError)
    return said if known else f"{type(error).__name__}: {said}"
