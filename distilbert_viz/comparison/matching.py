"""Every student head (or layer) given a teacher's of its own, and what the initialisation had given it."""

import numpy as np

from distilbert_viz.comparison.heads import JS
from distilbert_viz.records import Matching, Similarity


def best_matching(similarity: Similarity, measure: str) -> Matching:
    """The one-to-one matching whose mean is the best there is: the lowest of a distance, else the highest.

    By scipy.optimize.linear_sum_assignment (the algorithm of Jonker and Volgenant, as in Crouse 2016).
    """
    values, shuffled = similarity.measures[measure], similarity.shuffled[measure]
    rows, columns = _assignment(values, measure)
    floor = shuffled[_assignment(shuffled, measure)].mean()
    pairs = tuple(zip(rows.tolist(), columns.tolist(), strict=True))
    return Matching(measure, pairs, float(values[rows, columns].mean()), float(floor))


def _assignment(values: np.ndarray, measure: str) -> tuple[np.ndarray, np.ndarray]:
    from scipy.optimize import linear_sum_assignment  # its import would keep the first paint waiting

    return linear_sum_assignment(values, maximize=measure != JS)


def initial_cells(similarity: Similarity, initial_layers: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """The cells (row, column) of what started what: student layer i from teacher layer initial_layers[i], head from head.

    A copied layer keeps its heads in their order (Sanh et al. 2019, section 3, and the released script). None where no layer
    started another.
    """
    if not initial_layers:
        return ()
    columns = {place: column for column, place in enumerate(similarity.teacher)}
    started = [(row, columns.get((initial_layers[layer], head))) for row, (layer, head) in enumerate(similarity.student)]
    return tuple((row, column) for row, column in started if column is not None)


def from_initial_layers(matching: Matching, similarity: Similarity, initial_layers: tuple[int, ...]) -> int:
    """How many of the matched pairs have their teacher head in the layer that started the student's."""
    pairs = ((similarity.student[row][0], similarity.teacher[column][0]) for row, column in matching.pairs)
    return sum(teacher_layer == initial_layers[student_layer] for student_layer, teacher_layer in pairs)
