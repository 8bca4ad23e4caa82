"""A teacher for somebody else's trainings, and a watch that looks after every step."""

import pytest

from distilbert_viz.distillation.watching import Pace
from distilbert_viz.watch.budget import Budget
from tests.support.others import teacher_in


@pytest.fixture(scope="session")
def learned_from(teacher):
    """The tiny teacher as a stock network, and its tokenizer."""
    return teacher_in(teacher)


@pytest.fixture
def always(monkeypatch):
    """Everything is due after every step, whatever it takes."""
    monkeypatch.setattr(Pace, "due", lambda pace: True)
    monkeypatch.setattr(Budget, "allows", lambda budget, seconds, part=1.0: True)
