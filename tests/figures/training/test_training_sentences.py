"""Sentences on distillation: of a race in which nothing that was left out is missed."""

import pytest

from distilbert_viz.figures.training import sentences
from distilbert_viz.records import Evaluation


def ended(kl: float) -> list[Evaluation]:
    """A run that ended so far from its teacher."""
    return [Evaluation(60, kl, 0.4, 0.3, 0.35, 9.0)]


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"no L_mlm": 0.4}, "None of the students that lack a part ends farther from its teacher than the one"),
        ({"no L_mlm": 0.4, "random start": 2.0}, "A student that learns without the teacher's layers to begin with ends farthest"),
    ],
)  # fmt: skip
def test_a_student_that_ends_nearer_is_not_said_to_end_farthest(others, said):
    results = {"all parts": ended(0.5)} | {variant: ended(kl) for variant, kl in others.items()}
    assert sentences.race(results).startswith(said)
