"""Somebody else's student while it learns, at a pace that keeps within the budget of its steps' time."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from statistics import fmean

import torch

from distilbert_viz.distillation.watching import Pace, Paces, Watching
from distilbert_viz.pairs.models import Model
from distilbert_viz.records import NamedLoss, Step
from distilbert_viz.runs.child import Recorder
from distilbert_viz.watch.budget import Budget
from distilbert_viz.watch.sight import Sight

KNOWN = {field.name for field in fields(Step)} - {"number", "seconds"}
MOST_NAMES = 12
EVALUATED, DRAWN, FLUSHED, NOTED = 0.5, 0.3, 0.1, 0.1  # of the budget: the last is kept for noting the steps

Number = torch.Tensor | float | int
Numbers = dict[str, list[torch.Tensor]]  # what a step was given by name, as often as it was given


@dataclass(frozen=True, eq=False)
class Made:
    """A step that waits to be written: after how many seconds of training it was made, and its numbers."""

    number: int
    seconds: float
    numbers: Numbers


class Watcher(Watching):
    """Writes to `record` what was given by name, and what `sight` sees; without it losses alone.

    `spent`: seconds of training before this part of it.
    """

    def __init__(self, record: Recorder, sight: Sight | None, budget: Budget, spent: float = 0.0):
        paces = Paces.of(*(part * budget.share for part in (EVALUATED, DRAWN, FLUSHED)))
        held_out, probes = (None, None) if sight is None else (sight.held_out, sight.probes)
        super().__init__(record, held_out, probes, paces)
        self.recorder, self.sight, self.budget = record, sight, budget
        self.began = time.monotonic() - spent
        self.given: Numbers = {}
        self.waiting: list[Made] = []
        self.names: list[str] = []

    def student(self) -> Model:
        """The student as it is now."""
        assert self.sight is not None
        return self.sight.student()

    def seconds(self) -> float:
        """Of training, over all parts of it."""
        return time.monotonic() - self.began

    def affords(self, pace: Pace) -> bool:
        """Whether what is due at this pace fits into the budget, if it takes as long as the last time."""
        return self.budget.allows(pace.cost, 1 - NOTED)

    def give(self, numbers: Mapping[str, Number]) -> None:
        """Numbers of the step under way: given several times, as in the parts of a step, it is their mean (of tokens the sum)."""
        if self.budget.allows(0.0):
            for name, number in numbers.items():
                self.given.setdefault(name, []).append(_kept(number))

    def step(self, number: int) -> None:
        """The step has ended. What is due is done first, so that the step can still be told more; see `tell`."""
        self.look(number, whole=False)
        if self.budget.allows(0.0):
            self.waiting.append(Made(number, self.seconds(), self.given))
        self.given = {}

    def tell(self, number: int, numbers: Mapping[str, Number]) -> None:
        """What came to be known of the last step after its end; what it was given itself stays."""
        if self.waiting and self.waiting[-1].number == number:
            for name, value in numbers.items():
                self.waiting[-1].numbers.setdefault(name, [_kept(value)])

    def flush(self) -> None:
        """Write the steps that wait, and what watching took."""
        if not self.waiting:
            return
        with self.paces.flushes:
            made, self.waiting = self.waiting, []
            said = [(one, _one_each(numbers)) for one, numbers in zip(made, _read(made), strict=True)]
            self.recorder.steps([_step(*one) for one in said])
            self.recorder.named_losses([loss for one in said for loss in self._own(*one)])
            self.recorder.set(watching=self.budget.sentence())

    def _own(self, made: Made, said: Mapping[str, float]) -> list[NamedLoss]:
        """Losses under names of their own; the first MOST_NAMES names that come up."""
        own = {name: value for name, value in said.items() if name not in KNOWN}
        self.names += [name for name in own if name not in self.names][: MOST_NAMES - len(self.names)]
        return [NamedLoss(made.number, name, own[name]) for name in self.names if name in own]


def _kept(number: Number) -> torch.Tensor:
    """A number of its own: theirs may be added to, or hold on to a step's memory."""
    return torch.as_tensor(number).detach().float().mean()


def _read(made: list[Made]) -> list[Numbers]:
    """The same steps' numbers on the CPU, with one wait for the device that they lie on."""
    flat = [number for one in made for numbers in one.numbers.values() for number in numbers]
    if not flat:
        return [one.numbers for one in made]
    read = iter(torch.stack([number.to(flat[0].device) for number in flat]).cpu())
    return [{name: [next(read) for _ in numbers] for name, numbers in one.numbers.items()} for one in made]


def _one_each(numbers: Numbers) -> dict[str, float]:
    """One number a name: tokens are counted together, all else is a mean over the parts of a step."""
    return {name: (sum if name == "tokens" else fmean)(map(float, values)) for name, values in numbers.items()}


def _step(made: Made, said: Mapping[str, float]) -> Step:
    """The numbers that every step of ours has; NaN, or no tokens, where nothing was said."""
    known = {name: said.get(name, math.nan) for name in sorted(KNOWN - {"tokens"})}
    return Step(number=made.number, seconds=made.seconds, tokens=int(said.get("tokens", 0)), **known)
