"""Which teacher layer starts which student layer, and which student layer lies beside which teacher layer."""

import pytest

from distilbert_viz.pairs.layers import initial_layers, started_by


@pytest.mark.parametrize(
    ("teacher", "student", "started"),
    [
        (12, 6, (0, 2, 4, 7, 9, 11)),
        (6, 3, (0, 2, 5)),
        (6, 1, (0,)),
        (6, 6, (0, 1, 2, 3, 4, 5)),
        (1, 1, (0,)),
        (12, 2, (0, 11)),
    ],
)
def test_student_layers_start_from_teacher_layers_spread_over_the_whole_depth(teacher, student, started):
    assert initial_layers(teacher, student) == started


def test_no_teacher_layer_starts_two_student_layers():
    for teacher in range(1, 25):
        for student in range(1, teacher + 1):
            started = initial_layers(teacher, student)
            assert list(started) == sorted(set(started))
            assert (len(started), started[0]) == (student, 0)
            assert started[-1] < teacher


@pytest.mark.parametrize(("teacher", "student"), [(6, 7), (3, 6), (6, 0), (6, -1)])
def test_a_student_deeper_than_its_teacher_is_refused(teacher, student):
    with pytest.raises(ValueError, match=f"1 to {teacher} layers, not {student}"):
        initial_layers(teacher, student)


@pytest.mark.parametrize(
    ("layers", "beside"),
    [((0, 2, 5), [0, 0, 1, 1, 1, 2]), ((1, 3, 5), [0, 0, 0, 1, 1, 2]), ((4,), [0] * 6), ((4, 1), [1, 1, 1, 1, 0, 0])],
)
def test_every_teacher_layer_has_a_student_layer_beside_it_whichever_started_the_students(layers, beside):
    assert [started_by(layers, teacher) for teacher in range(6)] == beside
