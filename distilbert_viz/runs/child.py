"""The process that trains one run: its recipe is on the disk before torch is imported, its fate is in its record."""

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil

from distilbert_viz.records import Evaluation, Picture, Probe, Step
from distilbert_viz.runs.record import FAILED, FINISHED, PAUSED, RUNNING, STOPPED, WAITING, Record

AFTER = {None: FINISHED, "pause": PAUSED, "stop": STOPPED, "leave": WAITING}


class Told:
    """A run's record that also tells somebody each step, and that hears a request to leave from the system."""

    def __init__(self, record: Record, tell: Callable[[Step], None]):
        self.record, self.tell, self.leaving = record, tell, False

    def probes(self, probes: tuple[Probe, ...]) -> None:
        """Keep the teacher's side of every probe."""
        self.record.probes(probes)

    def steps(self, steps: list[Step]) -> None:
        """Keep steps."""
        self.record.steps(steps)
        self.tell(steps[-1])

    def evaluation(self, evaluation: Evaluation) -> None:
        """Keep an evaluation."""
        self.record.evaluation(evaluation)

    def picture(self, picture: Picture) -> None:
        """Keep a picture."""
        self.record.picture(picture)

    def asked(self) -> str:
        """What is asked of the run now."""
        return "leave" if self.leaving else self.record.asked()

    def held(self, held: bool) -> None:
        """Say that the run waits in its place."""
        self.record.held(held)

    def leave(self, *_: object) -> None:
        """Save and go at the next step's end."""
        self.leaving = True


def train(folder: Path, tell: Callable[[Step], None]) -> str | None:
    """Train the run in `folder` to its end; None when finished, else why it left. A failure is recorded and raised."""
    record, first = Record(folder), int(os.environ.get("RANK", "0")) == 0
    told = Told(record, tell)
    signal.signal(signal.SIGTERM, told.leave)
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    began = psutil.Process().create_time()
    spent = max((step.seconds for step in record.all_steps()[-1:]), default=0.0)
    if first:
        record.set(status=RUNNING, pid=os.getpid(), pid_began=began, reason="")
    try:
        from distilbert_viz.distillation import engine

        left = engine.distil(record.recipe, folder, told, spent)
    except Exception as error:
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
