"""What the numbers of a page make worth a look: the cells of a hand-over, the heads of a sweep."""

import numpy as np
import pytest

from distilbert_viz import tracing
from distilbert_viz.figures.kept import lost_maps, sweep
from distilbert_viz.records import Sweep


@pytest.fixture(scope="module")
def found(built_in):
    return tracing.hand_over(built_in, tracing.trace_pair(built_in, "The capital of France is [MASK]."), 6, True)


def test_the_cells_worth_a_look_are_the_worst_the_jump_and_a_dot_without_a_frame(found):
    cells = lost_maps.worth_a_look(found)
    both = np.concatenate([part.kl.ravel() for part in (found.student_then_teacher, found.teacher_then_student)])
    worst = cells["the worst mixture"]
    assert lost_maps.mixtures_of(found, worst).kl[worst[1:]] == both.max()
    _, depth, start = cells["the highest jump"]
    rises = [after - before for before, after in zip(found.curve, found.curve[1:], strict=False)]
    assert (start, rises[depth - 1]) == (found.matched[depth], max(rises))
    if "a dot beside its frame" in cells:
        _, depth, start = cells["a dot beside its frame"]
        row = found.student_then_teacher.kl[depth]
        assert row[start] == row.min() < row[found.matched[depth]]


def test_the_strongest_two_are_those_without_which_most_moves():
    moved = np.array([[0.1, 0.4, 0.2], [0.0, 0.3, 0.05]], np.float32)
    assert sweep.strongest_two(moved) == ["L0 H1", "L1 H1"]


@pytest.mark.parametrize(
    ("least", "said"), [(0.02, "any of 2 heads it never moves by less"), (0.001, "any one of 1 of 2 heads it moves by less")]
)
def test_heads_that_hardly_matter_are_counted_and_none_is_called_none(least, said):
    moved = np.array([[least, 0.5]], np.float32)
    sentence = sweep.sentence(Sweep(0, 1.0, moved, np.zeros((0, 2), np.float32)))
    assert "without L0 H1 the soft label moves most, by 0.5 nats" in sentence
    assert said in sentence
