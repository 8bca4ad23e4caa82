"""Where it was lost: states of one model read on by the other, or put into it, and what each answer is worth.

All divergences are KL(teacher || answer) in nats at T = 1, over all outcomes, at one position (a classifier's at [CLS], 0).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


def _along(numbers: Float[np.ndarray, "depth start"], matched: tuple[int, ...]) -> tuple[float, ...]:
    """The cells of a map at matched depths."""
    return tuple(float(numbers[depth, start]) for depth, start in enumerate(matched))


@dataclass(frozen=True, eq=False)
class Answer:
    """One soft label: how far it is from the teacher's, and the ids and probabilities of its `k` likeliest outcomes."""

    kl: float
    ids: Int[np.ndarray, "k"]
    probabilities: Float[np.ndarray, "k"]


@dataclass(frozen=True, eq=False)
class Mixtures:
    """One model's states, read on by the other. `[depth, start]`: the state after `depth` layers of the first model goes
    through the layers `start`, `start` + 1, ... of the other, and then through that model's head; at the last `start` the head
    alone reads it.

    `ids` and `probabilities` are of the likeliest outcomes; `states` is what the head read. Where a mixture was not read, `kl`
    is NaN and the rest 0.
    """

    kl: Float[np.ndarray, "depth start"]
    ids: Int[np.ndarray, "depth start k"]
    probabilities: Float[np.ndarray, "depth start k"]
    states: Float[np.ndarray, "depth start hidden"]

    def answer(self, depth: int, start: int) -> Answer:
        """The soft label of one mixture."""
        return Answer(float(self.kl[depth, start]), self.ids[depth, start], self.probabilities[depth, start])

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays."""
        return self.kl.nbytes + self.ids.nbytes + self.probabilities.nbytes + self.states.nbytes


@dataclass(frozen=True, eq=False)
class HandOver:
    """Teacher and student on one text, each finishing what the other began.

    `matched[j]`: the teacher depth that a student's state after j layers began as, that is, the teacher layers up to and with
    the one that started student layer j - 1. `outcome` is "token", or of two classifiers "class". `whole`: every mixture was
    read, and not only those at matched depths.
    """

    position: int
    outcome: str
    matched: tuple[int, ...]
    whole: bool
    teacher: Answer
    student: Answer
    student_then_teacher: Mixtures
    teacher_then_student: Mixtures

    @property
    def curve(self) -> tuple[float, ...]:
        """KL when the teacher reads on at the matched depth, from the student's embeddings to its last state."""
        return _along(self.student_then_teacher.kl, self.matched)

    @property
    def numbers(self) -> Float[np.ndarray, "number"]:
        """The student's KL, then both maps row by row, in double precision."""
        maps = (self.student_then_teacher.kl, self.teacher_then_student.kl)
        return np.concatenate([[self.student.kl], *(kl.ravel() for kl in maps)]).astype(np.float64)

    @property
    def nbytes(self) -> int:
        """Bytes held by both maps."""
        return self.student_then_teacher.nbytes + self.teacher_then_student.nbytes


@dataclass(frozen=True, eq=False)
class Floors:
    """What a hand-over at matched depths is worth when the state says nothing: KL of each student depth, mean over `draws` draws.

    `shuffled`: every token has the state of another. `random_layer`: the last layer before the hand-over has the entries of
    each of its weight matrices shuffled; NaN at depth 0, where there is no layer.
    """

    draws: int
    shuffled: Float[np.ndarray, "depth"]
    random_layer: Float[np.ndarray, "depth"]


@dataclass(frozen=True, eq=False)
class Patches:
    """The student with one token's part taken from the teacher: `kl[row, token]`, `states` what the student's head then read.

    `part` "state", "attention_output" or "feed_forward" of the same token, or "another token's state" as a floor. Rows of a
    state are student depths, 0 the embeddings; rows of another part are student layers. The teacher's part is the one at the
    matched depth, or of the layer that started the student's. `done` rows were read so far; the rest is NaN.
    """

    position: int
    part: str
    done: int
    student_kl: float
    kl: Float[np.ndarray, "row token"]
    states: Float[np.ndarray, "row token hidden"]

    @property
    def shares(self) -> Float[np.ndarray, "row token"]:
        """The share of the student's KL that is brought back: 1 is all of it, below 0 the answer became worse."""
        return (1 - self.kl / np.float32(self.student_kl)) if self.student_kl > 0 else np.zeros_like(self.kl)

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays."""
        return self.kl.nbytes + self.states.nbytes


@dataclass(frozen=True, eq=False)
class MixtureLabels:
    """Three soft labels on the union of their likeliest outcomes: the teacher's, the student's, and a mixture's; T = 1."""

    candidates: Int[np.ndarray, "candidate"]
    names: tuple[str, ...]
    teacher: Float[np.ndarray, "candidate"]
    mixture: Float[np.ndarray, "candidate"]
    student: Float[np.ndarray, "candidate"]
    kl: float
    student_kl: float


@dataclass(frozen=True)
class SegmentCost:
    """What the missing segment embedding costs on one text, with and without the teacher's first segment vector folded in.

    `student` as it is. `copy` is a student at step 0: the teacher's embeddings without segments, the teacher layers that start
    a student, the teacher's head. `segments`: how many of the text's the teacher tells apart, of which folding gives back the first
    one's vector alone.
    """

    position: int
    student: float
    student_folded: float
    copy: float
    copy_folded: float
    segments: int


@dataclass(frozen=True, eq=False)
class LostOverTexts:
    """Means and sample standard deviations over `texts` texts of the student's KL and of both maps; of one text they are 0."""

    texts: int
    matched: tuple[int, ...]
    student: float
    student_deviation: float
    student_then_teacher: Float[np.ndarray, "depth start"]
    teacher_then_student: Float[np.ndarray, "begin state"]
    student_then_teacher_deviation: Float[np.ndarray, "depth start"]
    teacher_then_student_deviation: Float[np.ndarray, "begin state"]

    @property
    def curve(self) -> tuple[float, ...]:
        """The mean at matched depths."""
        return _along(self.student_then_teacher, self.matched)

    @property
    def curve_deviation(self) -> tuple[float, ...]:
        """The deviation at matched depths."""
        return _along(self.student_then_teacher_deviation, self.matched)
