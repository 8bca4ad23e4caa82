"""What is looked at in a notebook's picture: at first as in the app, later what was clicked or set."""

from dataclasses import dataclass
from typing import TypeAlias

from traitlets import TraitError

from distilbert_viz import comparison
from distilbert_viz.pairs.layers import matched_depths, started_by
from distilbert_viz.records import Trace, TracePair

Head: TypeAlias = tuple[int, int | None]  # layer and head; None is the mean over the layer's heads
Mixture: TypeAlias = tuple[str, int, int]  # whose states, after how many of its layers, from which layer of the other on


@dataclass(frozen=True)
class Chosen:
    """A head of each model, the position of a token, a mixture of the two models."""

    heads: tuple[Head, Head]
    token: int
    mixture: Mixture

    @property
    def no_means(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Both heads where every head is drawn, and the mean over a layer's is none of them: its first one stands for it."""
        (layer, head), (student_layer, student_head) = self.heads
        return (layer, head or 0), (student_layer, student_head or 0)


def first(traces: TracePair, teacher: Head | None = None, student: Head | None = None, token: int | None = None) -> Chosen:
    """What is looked at where less is said: the token of the first [MASK] or the first word, the teacher's head that is clearest
    there, the student's beside it, and the student's first layer handed over where it began.

    Raises TraitError, one sentence, where a model has no such head, or the text no such token.
    """
    at = traces.encoding.first_position if token is None else has_token(traces, token)
    head = comparison.clearest_head(traces.teacher, at) if teacher is None else has_head("teacher", traces.teacher, teacher)
    other = beside(traces, head) if student is None else has_head("student", traces.student, student)
    return Chosen((head, other), at, ("student", 1, matched_depths(traces.initial_layers)[1]))


def beside(traces: TracePair, head: Head) -> Head:
    """The student's head beside a teacher's: of the layer that the teacher's layer, or the nearest one below it, started."""
    layer, number = head
    return started_by(traces.initial_layers, layer), None if number is None else min(number, traces.student.heads - 1)


def has_token(traces: TracePair, token: int) -> int:
    """The same position. Raises TraitError where the text has no such token."""
    if not 0 <= token < len(traces.encoding):
        raise TraitError(f"There is no token {token}: the text has tokens 0 to {len(traces.encoding) - 1}.")
    return token


def has_head(voice: str, trace: Trace, head: Head) -> Head:
    """The same head. Raises TraitError where the model has no such head."""
    layer, number = head
    if 0 <= layer < trace.layers and (number is None or 0 <= number < trace.heads):
        return head
    has = f"{trace.layers} layers of {trace.heads} heads"
    raise TraitError(f"The {voice} has no (layer, head) {head}: both are counted from 0, and it has {has}.")
