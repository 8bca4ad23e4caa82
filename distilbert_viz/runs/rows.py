"""Steps, probes and pictures as rows of a run's record. Weights of attention are kept as bytes: 256 steps from 0 to 1.

What is NaN is nothing in a row, and what isn't finite nothing in words.
"""

import json
import math
from collections.abc import Sequence
from typing import NotRequired, TypedDict

import numpy as np
from jaxtyping import Float

from distilbert_viz.records import Evaluation, NamedLoss, Picture, Probe, ProbePicture, Step

Row = tuple[int | float | None, ...]


class ProbeWords(TypedDict):
    """A probe without its weights, whose `shape` is (layer, head, query, key)."""

    text: str
    tokens: list[str]
    position: int
    candidates: list[str]
    teacher: list[float | None]
    shape: list[int]


class PictureWords(TypedDict):
    """The student's side of one probe without its weights."""

    student: list[float | None]
    own: list[str]
    own_probabilities: list[float | None]
    kl: float | None
    hand_over: NotRequired[list[float | None]]  # the first probe's


def as_step(row: Row) -> Step:
    """The step that a row of the table `step` holds."""
    number, loss, loss_ce, loss_mlm, loss_cos, gradient_norm, learning_rate, tokens, seconds = map(_number, row)
    return Step(int(number), loss, loss_ce, loss_mlm, loss_cos, gradient_norm, learning_rate, int(tokens), seconds)


def as_evaluation(row: Row) -> Evaluation:
    """The evaluation that a row of the table `evaluation` holds."""
    number, kl, agreement, student_accuracy, teacher_accuracy, seconds = map(_number, row)
    return Evaluation(int(number), kl, agreement, student_accuracy, teacher_accuracy, seconds)


def as_named_loss(row: tuple[int, str, float | None]) -> NamedLoss:
    """The loss that a row of the table of named losses holds."""
    number, name, value = row
    return NamedLoss(number, name, _number(value))


def _number(cell: int | float | None) -> float:
    return math.nan if cell is None else float(cell)


def or_nothing(number: int | float) -> int | float | None:
    """A number as JSON can say it."""
    return number if math.isfinite(number) else None


def of_probe(number: int, probe: Probe) -> tuple[int, str, bytes]:
    """(number, words, weights) of the teacher's side of a probe."""
    words = ProbeWords(
        text=probe.text,
        tokens=list(probe.tokens),
        position=probe.position,
        candidates=list(probe.candidates),
        teacher=_finite(probe.teacher.tolist()),
        shape=list(probe.attentions.shape),
    )
    return number, json.dumps(words), _bytes(probe.attentions)


def of_picture(picture: Picture) -> tuple[int, str, bytes]:
    """(step, words of every probe, weights of every probe one after the other)."""
    words = [_words(probe) for probe in picture.probes]
    if picture.hand_over:
        words[0]["hand_over"] = _finite(picture.hand_over)
    return picture.number, json.dumps(words), b"".join(_bytes(probe.attentions) for probe in picture.probes)


def _words(probe: ProbePicture) -> PictureWords:
    return PictureWords(
        student=_finite(probe.student.tolist()),
        own=list(probe.own),
        own_probabilities=_finite(probe.own_probabilities.tolist()),
        kl=or_nothing(probe.kl),
    )


def _finite(numbers: Sequence[float]) -> list[float | None]:
    return [or_nothing(number) for number in numbers]


def _bytes(attentions: Float[np.ndarray, "layer head query key"]) -> bytes:
    return bytes(np.rint(255 * np.nan_to_num(attentions)).astype(np.uint8).tobytes())
