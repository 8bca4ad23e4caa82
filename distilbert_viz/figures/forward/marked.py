"""A text with parts of it marked, once as the teacher reads it and once as the student does: an answer, or tags."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypedDict

import numpy as np
from jaxtyping import Int

from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.drawing.labels import counted
from distilbert_viz.drawing.tables import Table
from distilbert_viz.records import Encoding, PositionLabels, Span

NOTHING = "O"  # what the tagging schemes call a token that has no tag


class Part(TypedDict):
    """Some of the text, and what is said of it; "" where nothing is."""

    text: str
    mark: str


class Row(TypedDict):
    """The whole text as one model reads it."""

    voice: str
    parts: list[Part]


def answers(found: Sequence[Span], encoding: Encoding) -> list[Row]:
    """The span that each model answers with, and how probable it is."""
    rows = []
    for voice, one in zip(VOICES, found, strict=True):
        marks = [f"p = {one.probability:.3g}" if one.start <= i <= one.end else "" for i in range(len(encoding))]
        rows.append(Row(voice=voice, parts=list(_parts(encoding, marks))))
    return rows


def tags(labels: PositionLabels, encoding: Encoding, names: Sequence[str]) -> list[Row]:
    """Every part of the text with the likeliest tag that each model gives it; neighbours of one tag are one part."""
    ids = (labels.teacher_ids, labels.student_ids)
    return [
        Row(voice=voice, parts=list(_parts(encoding, _called(own, encoding, names))))
        for voice, own in zip(VOICES, ids, strict=True)
    ]


def _called(ids: Int[np.ndarray, "token"], encoding: Encoding, names: Sequence[str]) -> list[str]:
    called = (names[i] for i in ids.tolist())
    return ["" if special or name == NOTHING else name for name, special in zip(called, encoding.special, strict=True)]


def _parts(encoding: Encoding, marks: Sequence[str]) -> Iterator[Part]:
    """The text cut where a mark begins or ends; what stands between two tokens goes along where both have the same mark."""
    seen = 0
    read = [i for i, (start, end) in enumerate(encoding.offsets.tolist()) if end > start]
    for mark, run in groupby(read, key=marks.__getitem__):
        places = list(run)
        start, end = int(encoding.offsets[places[0], 0]), int(encoding.offsets[places[-1], 1])
        if mark and seen < start:
            yield Part(text=encoding.text[seen:start], mark="")
        yield Part(text=encoding.text[start if mark else seen : end], mark=mark)
        seen = end
    if seen < len(encoding.text):
        yield Part(text=encoding.text[seen:], mark="")


def answer_sentence(found: Sequence[Span]) -> str:
    """Whether both models answer alike."""
    teacher, student = found
    if (teacher.start, teacher.end) == (student.start, student.end):
        return "Both models answer with the same span."
    apart = teacher.end < student.start or student.end < teacher.start
    return "The two answers have no token in common." if apart else "The two answers overlap, and are not the same."


def answers_table(found: Sequence[Span], encoding: Encoding) -> Table:
    """A row a model: the answer, where it stands, and how probable it is."""
    spans = [(int(encoding.offsets[one.start, 0]), int(encoding.offsets[one.end, 1])) for one in found]
    return {
        "model": list(VOICES),
        "answer": [encoding.text[start:end] for start, end in spans],
        "first token": [one.start for one in found],
        "last token": [one.end for one in found],
        "probability": [one.probability for one in found],
    }


def agreement_sentence(labels: PositionLabels, encoding: Encoding) -> str:
    """At how many of the text's own tokens both models find the same tag likeliest."""
    ordinary = ~np.array(encoding.special)
    same, own = int((labels.teacher_ids == labels.student_ids)[ordinary].sum()), int(ordinary.sum())
    return f"Both models give the same tag to {same} of {counted(own, 'token')}."
