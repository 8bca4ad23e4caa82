"""How often a student that learns is looked at."""

import pytest

from distilbert_viz.distillation import watching
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
