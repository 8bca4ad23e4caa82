"""What both models predict, softened by a temperature; and where they find the answer to a question."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

ENDS = ("the start of the answer", "the end of the answer")


def subject(outcome: str, position: int) -> str:
    """What a soft label over such outcomes is of, in words, `position` being its row of the logits."""
    return {"class": "the whole text", "place": ENDS[min(position, 1)]}.get(outcome, f"position {position}")


@dataclass(frozen=True, eq=False)
class SoftLabels:
    """Both models' distributions at one position, softened by `temperature`, on the union of their likeliest outcomes.

    `outcome` is what the candidates are, each with its name: "token" or "tag"; "class", for the whole text, position 0; or "place",
    a token of the text, where the answer starts (position 0) or ends (position 1). `teacher_ranks`, `student_ranks`: 1 is the
    likeliest of all outcomes. Entropies and kl in nats, over all outcomes; kl is KL(teacher || student).
    """

    position: int
    temperature: float
    candidates: Int[np.ndarray, "candidate"]
    names: tuple[str, ...]
    teacher: Float[np.ndarray, "candidate"]
    student: Float[np.ndarray, "candidate"]
    teacher_ranks: Int[np.ndarray, "candidate"]
    student_ranks: Int[np.ndarray, "candidate"]
    teacher_entropy: float
    student_entropy: float
    kl: float
    outcome: str = "token"


@dataclass(frozen=True, eq=False)
class PositionLabels:
    """Both models at every position: the likeliest token and its probability (T = 1), and the divergence at `temperature`."""

    temperature: float
    teacher_ids: Int[np.ndarray, "token"]
    student_ids: Int[np.ndarray, "token"]
    teacher: Float[np.ndarray, "token"]
    student: Float[np.ndarray, "token"]
    kl: Float[np.ndarray, "token"]


@dataclass(frozen=True, eq=False)
class Span:
    """The span that one model finds most likely to answer the question: tokens `start` to `end`, both among them.

    `probability` is that of its start times that of its end (T = 1).
    """

    start: int
    end: int
    probability: float


@dataclass(frozen=True, eq=False)
class Agreement:
    """Word by word: whether both models' first choices (T = 1) are the same. Tokens that frame the text are no words.

    A word of several tokens agrees where each of its tokens does. `positions`: the token of each word at which the student is
    furthest from its teacher; there `kl` is KL(teacher || student) in nats, and `teacher`, `student` are the two first choices
    with their probabilities. Of two classifiers the whole text is the one word, read at [CLS].
    """

    words: tuple[str, ...]
    positions: Int[np.ndarray, "word"]
    agree: Bool[np.ndarray, "word"]
    kl: Float[np.ndarray, "word"]
    teacher: tuple[tuple[str, float], ...]
    student: tuple[tuple[str, float], ...]
    outcome: str = "token"

    @property
    def kept(self) -> int:
        """At how many words both have one first choice."""
        return int(self.agree.sum())

    @property
    def worst(self) -> int:
        """The word at which the student is furthest from its teacher."""
        return int(self.kl.argmax())
