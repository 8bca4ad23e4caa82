"""Where it was lost, for the report: the sentence, the hand-over with its words, and both maps on colour."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from distilbert_viz.drawing import colours
from distilbert_viz.drawing.labels import visible
from distilbert_viz.figures.kept import lost as figures
from distilbert_viz.figures.kept import lost_maps
from distilbert_viz.records import Answer, HandOver


class Point(TypedDict):
    """A state that was handed over, or the student itself: KL in nats, and its likeliest outcomes."""

    state: str
    kl: float
    words: list[tuple[str, float]]


class Cell(TypedDict):
    """A mixture's KL, its colour in either theme, whether its layers lie side by side, and whether it is its row's best."""

    text: str
    light: str
    dark: str
    outlined: bool
    best: bool


class Map(TypedDict):
    """All mixtures of one kind: a row a state, named, and a column a start."""

    name: str
    columns: list[str]
    rows: list[tuple[str, list[Cell]]]


class Lost(TypedDict):
    """What the report shows."""

    sentence: str
    points: list[Point]
    maps: list[Map]
    about: str


def lost(found: HandOver, outcomes: Sequence[str]) -> Lost:
    """Of one text."""
    answers = [(figures.depth_name(d), found.student_then_teacher.answer(d, start)) for d, start in enumerate(found.matched)]
    points = [_point(*one, outcomes) for one in [*answers, ("the student itself", found.student)]]
    framed = set(enumerate(found.matched))
    turned = {(start, depth) for depth, start in framed}
    maps = [
        _map("Student's states, read on by the teacher", found.student_then_teacher.kl, framed),
        _map("Teacher's states, read on by the student", found.teacher_then_student.kl, turned),
    ]
    return {"sentence": figures.sentence(found), "points": points, "maps": maps, "about": lost_maps.maps_sentence(found)}


def _point(state: str, answer: Answer, outcomes: Sequence[str]) -> Point:
    words = zip(answer.ids.tolist(), answer.probabilities.tolist(), strict=True)
    return {"state": state, "kl": answer.kl, "words": [(visible(outcomes[number]), p) for number, p in words]}


def _map(name: str, kl: np.ndarray, framed: set[tuple[int, int]]) -> Map:
    columns = [figures.start_name(start, kl.shape[1] - 1) for start in range(kl.shape[1])]
    rows = [
        (figures.depth_name(depth), [_cell(value, (depth, start) in framed, value == min(row)) for start, value in enumerate(row)])
        for depth, row in enumerate(kl.tolist())
    ]
    return {"name": name, "columns": columns, "rows": rows}


def _cell(value: float, outlined: bool, best: bool) -> Cell:
    light, dark = (colours.shade(min(1.0, value / lost_maps.STRONGEST), theme) for theme in colours.TEXT)
    return {"text": f"{value:.2f}", "light": light, "dark": dark, "outlined": outlined, "best": best}
