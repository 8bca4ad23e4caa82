"""Heads of both models in numbers: how alike they are, what each of them looks at, and words in place of their pieces."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, eq=False)
class Similarity:
    """All heads (or layers) of the student (rows) with all of the teacher (columns): a matrix a measure, beside `shuffled`.

    `student` and `teacher` say which row and column is which: (layer, head), head None for the whole layer. `shuffled` is
    what the measures come to, on average, when the student's tokens are shuffled. Each is a mean over `texts` texts.
    """

    student: tuple[tuple[int, int | None], ...]
    teacher: tuple[tuple[int, int | None], ...]
    measures: dict[str, Float[np.ndarray, "student teacher"]]
    shuffled: dict[str, Float[np.ndarray, "student teacher"]]
    texts: int = 1


@dataclass(frozen=True, eq=False)
class Matching:
    """The best way to give every student head (or layer) a teacher's of its own, by one measure.

    `pairs` are cells (row, column) of a Similarity, student first, in the student's order; `mean` is over them.
    `shuffled_mean`: what the best matching reaches when the student's tokens are shuffled.
    """

    measure: str
    pairs: tuple[tuple[int, int], ...]
    mean: float
    shuffled_mean: float


@dataclass(frozen=True, eq=False)
class HeadAtlas:
    """Every head of one model on one text of `tokens` tokens.

    `entropy` in nats and `distance` in tokens, means over queries. `shares`: how much of its attention a head gives, on
    average over the queries that could, to "itself", the "previous" and the "next" token, what starts and what ends a text (by
    its name, such as "[CLS]" and "[SEP]"), and, where the text has them, "punctuation" and the ordinary tokens of the "other
    segment". `kinds` by layer, then head.
    """

    tokens: int
    entropy: Float[np.ndarray, "layer head"]
    distance: Float[np.ndarray, "layer head"]
    shares: dict[str, Float[np.ndarray, "layer head"]]
    kinds: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class NamedHead:
    """A head of the teacher that has a `name` on one text, and the share of its attention, from 0 to 1, that earned it."""

    name: str
    layer: int
    head: int
    share: float


@dataclass(frozen=True, eq=False)
class HeadSpace:
    """The heads of both models as points: the nearer, the more alike what they look at.

    `held`: the share of the squared distances that the two axes hold, 1 if the picture tells everything.
    """

    student: Float[np.ndarray, "layer head 2"]
    teacher: Float[np.ndarray, "layers heads 2"]
    held: float


@dataclass(frozen=True, eq=False)
class Carried:
    """What attention gives to a group of `tokens` tokens, and what it carries from there, in every head of one model.

    `attention`: the group's share of the weights. `carried`: its share of the lengths ||weight x transformed value||. Both
    are means over queries. `length`: how long its transformed values are, 1 being the mean over all tokens in that head.
    """

    name: str
    tokens: int
    attention: Float[np.ndarray, "layer head"]
    carried: Float[np.ndarray, "layer head"]
    length: Float[np.ndarray, "layer head"]


@dataclass(frozen=True, eq=False)
class Words:
    """A text's tokens gathered into words: word i is the `lengths[i]` tokens from `starts[i]` on, written `labels[i]`."""

    labels: tuple[str, ...]
    starts: Int[np.ndarray, "word"]
    lengths: Int[np.ndarray, "word"]
