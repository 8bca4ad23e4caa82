"""Sentences on what a student saves, of students that save nothing too."""

import dataclasses

import pytest

from distilbert_viz.figures.savings import sentences
from tests.support.choices import MADE


@pytest.mark.parametrize(
    ("teacher", "student", "digits", "said"),
    [(200, 121, 1, "39.5 % fewer"), (100, 60, 0, "40 % fewer"), (100, 150, 0, "50 % more"), (1000, 1001, 1, "0.1 % more")],
)
def test_a_larger_student_has_more_and_not_fewer_by_a_negative_share(teacher, student, digits, said):
    assert sentences.fewer(teacher, student, digits) == said


@pytest.mark.parametrize(("weights", "said"), [((400, 300), "25 % less"), ((300, 400), "33 % more")])
def test_a_student_that_takes_more_memory_is_not_said_to_take_less(weights, said):
    measured = dataclasses.replace(MADE, weights=tuple(megabytes * 10**6 for megabytes in weights))
    assert sentences.memory(measured).endswith(f", {said}.")
