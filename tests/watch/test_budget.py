"""Watching takes no more of the steps' time than it may, and says what it took."""

import itertools

import numpy as np
import pytest

from distilbert_viz.distillation import watching
from distilbert_viz.distillation.probes import HeldOut, Probes
from distilbert_viz.records import Evaluation, Picture
from distilbert_viz.runs import watched
from distilbert_viz.runs.child import Recorder
from distilbert_viz.runs.watched import Watched
from distilbert_viz.watch import budget as budgets
from distilbert_viz.watch.budget import Budget
from distilbert_viz.watch.watcher import Watcher

DESCRIBED = Watched("train.py", "here", "BertForMaskedLM", "DistilBertForMaskedLM", 0, 2, (0, 2), "token", 0.03)
EVALUATION, PICTURE, STEP = 0.4, 0.05, 0.1


class Clock:
    """Time that goes only where somebody works."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(budgets, "now", made)
    monkeypatch.setattr(watching.time, "monotonic", made)
    return made


class SlowHeldOut(HeldOut):
    """An evaluation that takes a while."""

    def __init__(self, clock: Clock):
        self.clock = clock

    def evaluate(self, student, number, seconds):
        self.clock.now += EVALUATION * (1 + number % 3 / 10)
        return Evaluation(number, 1.0, 0.5, 0.5, 0.5, seconds)


class SlowProbes(Probes):
    """A picture that takes a while."""

    probes = ()

    def __init__(self, clock: Clock):
        self.clock = clock

    def picture(self, student, number):
        self.clock.now += PICTURE
        return Picture(number, ())


class Blind(Watcher):
    """A watcher of a student that isn't there."""

    def student(self):
        return None


def watcher(folder, clock: Clock, share: float) -> Blind:
    watched.create(folder / "run", DESCRIBED, "run")
    made = Blind(Recorder(folder / "run", lambda step: None), None, Budget(share))
    made.held_out, made.probes = SlowHeldOut(clock), SlowProbes(clock)
    with made.budget.working(inside=False):
        made.first_look()
    return made


@pytest.mark.parametrize("share", [0.03, 0.2])
def test_the_budget_is_held_at_every_step_but_for_one_look_that_took_longer_than_the_last(tmp_path, clock, share):
    made = watcher(tmp_path, clock, share)
    steps = 1500
    for number in range(1, steps + 1):
        clock.now += STEP
        made.budget.step_ends()
        with made.budget.working():
            made.step(number)
        over = made.budget.spent - share * made.budget.steps
        assert over <= 0.2 * EVALUATION + 1e-9, number
    assert made.budget.steps == pytest.approx(steps * STEP)
    assert share / 3 < made.budget.taken <= share
    record = Recorder(tmp_path / "run", lambda step: None)
    assert len(record.all_evaluations()) > 2
    assert len(record.pictures()) > 5
    assert made.budget.around == pytest.approx(EVALUATION + PICTURE)
    assert made.budget.sentence().startswith(f"watching took {100 * made.budget.taken:.1f}% of the steps' time (at most ")


def test_steps_that_are_shorter_than_a_note_of_them_are_noted_now_and_then(tmp_path, clock):
    made = watcher(tmp_path, clock, 0.1)
    slow = itertools.count()
    give = made.give

    def costly(numbers):
        give(numbers)
        if made.given:
            clock.now += STEP
            next(slow)

    for number in range(1, 201):
        clock.now += STEP
        with made.budget.working():
            costly({"loss": 1.0})
        made.budget.step_ends()
        with made.budget.working():
            made.step(number)
    assert 5 <= next(slow) <= 25
    assert made.budget.taken <= 0.11


def test_what_is_no_step_is_not_counted_as_one(clock):
    budget = Budget(0.03)
    clock.now += 5.0
    budget.mark_now()
    clock.now += 1.0
    with budget.working():
        clock.now += 0.5
    budget.step_ends()
    budget.aside = True
    clock.now += 30.0  # an evaluation of theirs
    budget.step_begins()
    clock.now += 1.0
    budget.step_ends()
    budget.step_begins()
    clock.now += 1.0
    budget.step_ends()
    assert (budget.steps, budget.spent) == (3.0, 0.5)
    assert budget.taken == pytest.approx(1 / 6)
    assert np.isclose(budget.share, 0.03)
