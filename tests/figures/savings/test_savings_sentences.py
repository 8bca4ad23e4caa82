"""Sentences on what a student saves, of students that save nothing too."""

import dataclasses

import pytest

from distilbert_viz.cost import FULL_SIZE, causes, computation
from distilbert_viz.figures.savings import sentences
from tests.support.choices import MADE, verdict
from tests.support.counted import sizes
from tests.support.measured import measurement, timing


@pytest.mark.parametrize(
    ("teacher", "student", "digits", "said"),
    [(200, 121, 1, "39.5% fewer"), (100, 60, 0, "40% fewer"), (100, 150, 0, "50% more"), (1000, 1001, 1, "0.1% more")],
)
def test_a_larger_student_has_more_and_not_fewer_by_a_negative_share(teacher, student, digits, said):
    assert sentences.fewer(teacher, student, digits) == said


@pytest.mark.parametrize(
    ("teacher", "student", "said"), [(200, 100, "2.00 times less"), (100, 150, "1.50 times more"), (100, 100, "1.00 times less")]
)
def test_a_student_that_computes_more_is_not_said_to_compute_less(teacher, student, said):
    assert sentences.times_less(teacher, student) == said


@pytest.mark.parametrize(("seconds", "said"), [(0.05, "2.00 times as long"), (0.2, "0.50 times as long")])
def test_a_slower_student_is_not_said_to_take_less(seconds, said):
    one = timing(128, 1, 0.1, seconds)
    both = sizes(FULL_SIZE, "classification")
    computed = tuple(computation(size.class_name, size.architecture, 128, 1) for size in both)
    time = causes.to_time(measurement(one), both, computed)
    assert sentences.why_faster(time).startswith(
        f"The student has 6 of its teacher's 12 layers; its teacher takes {said} for the whole pass"
    )


@pytest.mark.parametrize(("weights", "said"), [((400, 300), "25% less"), ((300, 400), "33% more")])
def test_a_student_that_takes_more_memory_is_not_said_to_take_less(weights, said):
    measured = dataclasses.replace(MADE, weights=tuple(megabytes * 10**6 for megabytes in weights))
    assert sentences.memory(measured).endswith(f", {said}.")


def spread(low: float, high: float, **needs: float) -> str:
    """Which one to take, where each model's passes over one text take from `low` to `high` of its 100 and 60 ms."""
    one = dataclasses.replace(
        timing(128, 1, 0.1, 0.06), teacher=(0.1 * low, 0.1, 0.1 * high), student=(0.06 * low, 0.06, 0.06 * high)
    )
    return sentences.choice(verdict(measurement(one), **needs))


@pytest.mark.parametrize(
    ("latency", "said"),
    [
        (0.05, "Neither model does all that is asked here; the student comes nearest."),
        (0.08, "For what is asked here, take the student: the teacher doesn't do all of it."),
        (0.2, "For what is asked here, take the student: the other would do too."),
    ],
)
def test_who_serves_where_every_pass_takes_the_same(latency, said):
    assert spread(1, 1, latency=latency) == said


@pytest.mark.parametrize(
    ("latency", "said"),
    [
        (0.062, "Whether a model does all that is asked here is too close to call; the student comes nearest."),
        (0.095, "For what is asked here, take the student: whether the teacher does all of it is too close to call."),
    ],
)
def test_what_lies_within_an_interval_is_not_said_as_if_it_were_sure(latency, said):
    assert spread(0.8, 1.2, latency=latency) == said


@pytest.mark.parametrize(
    ("ratio", "said"), [((1.9, 1.8, 2.0), "(1.80 to 2.00)."), ((1.9, 0.6, 8.2), "(0.60 to 8.20, too close to call).")]
)
def test_a_ratio_stands_with_its_interval_and_says_where_that_leaves_it_open(ratio, said):
    sentence = sentences.speed(MADE, {(128, 1): ratio, (128, 8): ratio})
    assert sentence.endswith(f"it is 1.90 times as fast {said}")
