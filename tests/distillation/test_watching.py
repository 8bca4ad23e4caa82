"""How often a student that learns is looked at."""

from types import SimpleNamespace

import pytest
import torch

from distilbert_viz.distillation import watching
from distilbert_viz.distillation.keeping import Keeper
from distilbert_viz.distillation.watching import Pace


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is set."""
    now = [0.0]
    monkeypatch.setattr(watching.time, "monotonic", lambda: now[0])
    return now


def looks(clock: list[float], pace: Pace, cost: float, until: float) -> list[float]:
    """When it was due, asked every second, where every look takes `cost` seconds; the first comes before the first second."""
    with pace:
        clock[0] += cost
    seen = []
    while clock[0] < until:
        clock[0] += 1.0
        if pace.due():
            seen.append(clock[0])
            with pace:
                clock[0] += cost
    return seen


def test_a_look_takes_its_share_of_the_time_and_no_more(clock):
    assert looks(clock, Pace(1.0, 0.05), 1.0, 100.0) == [21.0, 42.0, 63.0, 84.0]


def test_where_a_look_takes_long_the_first_ones_come_all_the_same_and_later_ones_by_the_share(clock):
    seen = looks(clock, Pace(1.0, 0.05, patience=5.0), 6.0, 2_000.0)
    assert seen[0] <= 15.0
    assert len([at for at in seen if at <= 65.0]) >= 3
    assert {round(later - earlier) for earlier, later in zip(seen[-6:], seen[-5:], strict=False)} == {126}


def test_a_look_that_takes_no_time_comes_no_more_often_than_the_shortest(clock):
    assert looks(clock, Pace(2.0, 0.05), 0.0, 9.0) == [2.0, 4.0, 6.0, 8.0]


def test_a_process_that_writes_nothing_keeps_no_steps_for_it():
    keeper = Keeper(SimpleNamespace(), None, None, None, 0.0, 60.0)
    reduced = SimpleNamespace(reduce=lambda flags, how: flags)
    keeper.trainer = SimpleNamespace(
        is_world_process_zero=lambda: False, parts=torch.zeros(5), step_parts=lambda: torch.zeros(5), accelerator=reduced
    )
    keeper.rate, keeper.clock = 1e-3, 0.0
    state, control = SimpleNamespace(global_step=1, max_steps=9), SimpleNamespace(should_training_stop=False, should_save=False)
    keeper.on_step_end(None, state, control)
    assert (keeper.waiting, control.should_save, control.should_training_stop) == ([], False, False)
