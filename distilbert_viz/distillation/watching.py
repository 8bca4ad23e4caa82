"""What is recorded of a student while it learns: steps, evaluations and pictures, each at a pace that leaves the time to it."""

import math
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from distilbert_viz.distillation.probes import HeldOut, Probes
from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Evaluation, Picture, Probe, Step

FLUSH_SECONDS = 0.25


@runtime_checkable
class Record(Protocol):
    """Where a run's records go, and where its wishes come from. Rank 0 alone writes and reads."""

    def probes(self, probes: tuple[Probe, ...]) -> None: ...
    def steps(self, steps: list[Step]) -> None: ...
    def evaluation(self, evaluation: Evaluation) -> None: ...
    def picture(self, picture: Picture) -> None: ...
    def asked(self) -> str: ...
    def held(self, held: bool) -> None: ...


class Pace:
    """Work that comes at most every `shortest` seconds, takes at most `share` of the time and grows rarer as time goes on.

    `patience`: seconds after which somebody who watches from the beginning sees something move, whatever it takes; a quarter of
    the time that has passed is added, so that the share is kept later on.
    """

    def __init__(self, shortest: float, share: float, thinning: float = 0.0, patience: float = math.inf):
        self.shortest, self.share, self.thinning, self.patience = shortest, share, thinning, patience
        self.begun = self.last = time.monotonic()
        self.cost = 0.0

    def due(self) -> bool:
        """Whether it is time again."""
        now = time.monotonic()
        passed = now - self.begun
        afforded = min(self.cost / self.share, self.patience + passed / 4)
        return now - self.last >= max(self.shortest, afforded, self.thinning * passed)

    def __enter__(self) -> None:
        self.started = time.monotonic()

    def __exit__(self, *failure: object) -> None:
        self.last = time.monotonic()
        self.cost = self.last - self.started


@dataclass(frozen=True, eq=False)
class Paces:
    """How often what is done: flushes write the steps that wait."""

    evaluations: Pace
    pictures: Pace
    flushes: Pace

    @classmethod
    def of(cls, evaluated: float, drawn: float, flushed: float = 1.0, patience: float = math.inf) -> "Paces":
        """Each with the share of the time that it may take; `patience` of whoever watches evaluations and pictures."""
        seen = Pace(1.0, evaluated, 1 / 500, patience), Pace(0.5, drawn, 1 / 300, patience)
        return cls(*seen, Pace(FLUSH_SECONDS, flushed))


class Watching(ABC):
    """A student that is looked at while it learns; what is seen goes to `record`.

    `held_out` and `probes` are None where there is nothing to be read, as on every rank but the first.
    """

    def __init__(self, record: Record, held_out: HeldOut | None, probes: Probes | None, paces: Paces):
        self.record, self.held_out, self.paces = record, held_out, paces
        self.probes = probes if probes is not None and probes.probes else None  # of no sentence there is no picture

    @abstractmethod
    def student(self) -> Model:
        """The student as it is now."""

    @abstractmethod
    def seconds(self) -> float:
        """Of training, over all parts of the run, pauses not counted."""

    @abstractmethod
    def flush(self) -> None:
        """Write the steps that wait."""

    def affords(self, pace: Pace) -> bool:
        """Whether there is time for what is due, beyond its own pace."""
        return True

    def first_look(self, number: int = 0) -> None:
        """The teacher's side of the probes, and the student as it starts, after `number` steps."""
        if self.probes is not None:
            self.record.probes(self.probes.probes)
        self.look(number, whole=True)

    def look(self, number: int, whole: bool) -> None:
        """After `number` steps, whatever is due; all there is where it is the `whole` that is wanted, as at the end."""
        if whole or self._due(self.paces.flushes):
            self.flush()
        if whole or self._due(self.paces.evaluations):
            self._evaluate(number)
        if whole or self._due(self.paces.pictures):
            self._draw(number)

    def _due(self, pace: Pace) -> bool:
        return pace.due() and self.affords(pace)

    def _evaluate(self, number: int) -> None:
        if self.held_out is not None:
            with self.paces.evaluations:
                self.record.evaluation(self.held_out.evaluate(self.student(), number, self.seconds()))

    def _draw(self, number: int) -> None:
        if self.probes is not None:
            with self.paces.pictures:
                self.record.picture(self.probes.picture(self.student(), number))
