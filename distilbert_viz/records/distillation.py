"""A distillation step by step, what is watched on the way, and one step opened up."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from distilbert_viz.records.identity import identity
from distilbert_viz.records.passes import Encoding


@dataclass(frozen=True)
class Step:
    """One step of a distillation: the combined loss and its three unweighted parts (nats a token; 1 - cosine).

    `gradient_norm` is taken before clipping; `tokens` were read in this step, padding not counted; `seconds` of
    training had passed, pauses not counted. What somebody else's training didn't say is NaN, and 0 tokens.
    """

    number: int
    loss: float
    loss_ce: float
    loss_mlm: float
    loss_cos: float
    gradient_norm: float
    learning_rate: float
    tokens: int
    seconds: float


@dataclass(frozen=True)
class NamedLoss:
    """A loss of somebody else's training after `number` steps, under the name that it has there."""

    number: int
    name: str
    value: float


@dataclass(frozen=True)
class Evaluation:
    """Both models on the masked tokens of the held-out rows, after `number` steps; of other tasks, where a soft label is read.

    `kl`: KL(teacher || student) at T = 1, nats a token. `agreement`: share of tokens with one likeliest word.
    Accuracies: share of tokens whose true word is the likeliest, NaN where nobody knows it. `seconds` as in Step.
    """

    number: int
    kl: float
    agreement: float
    student_accuracy: float
    teacher_accuracy: float
    seconds: float


@dataclass(frozen=True, eq=False)
class Probe:
    """A sentence that is watched: the teacher's side, which never changes. T = 1 throughout."""

    text: str
    tokens: tuple[str, ...]
    position: int
    candidates: tuple[str, ...]
    teacher: Float[np.ndarray, "candidate"]
    attentions: Float[np.ndarray, "layer head query key"]


@dataclass(frozen=True, eq=False)
class ProbePicture:
    """The student's side of a probe: its probabilities of the teacher's candidates, its own likeliest tokens, its heads.

    Of encoders without a head there are heads alone, and `kl` is NaN.
    """

    student: Float[np.ndarray, "candidate"]
    own: tuple[str, ...]
    own_probabilities: Float[np.ndarray, "own"]
    kl: float
    attentions: Float[np.ndarray, "layer head query key"]


@dataclass(frozen=True, eq=False)
class Picture:
    """What the student showed on every probe after `number` steps.

    `hand_over`: KL(teacher || mixture) in nats on the first probe when the teacher reads on, at the matched depth, from the
    student's state after 0, 1, ... of its layers.
    """

    number: int
    probes: tuple[ProbePicture, ...]
    hand_over: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class MaskedText:
    """A text as a training example: `encoding` is what both models read, `labels` the true ids at chosen tokens, else -100.

    `outcomes`: "masked", "replaced" by a random token or "kept" at a drawn token, "by hand" where a person masked it, ""
    elsewhere. `share` of the `ordinary` tokens was drawn with `seed`.
    """

    encoding: Encoding
    labels: Int[np.ndarray, "token"]
    outcomes: tuple[str, ...]
    seed: int
    share: float
    ordinary: int

    @property
    def positions(self) -> tuple[int, ...]:
        """Where there is a true label, in order."""
        return tuple(i for i, outcome in enumerate(self.outcomes) if outcome)


@dataclass(frozen=True)
class StepChoices:
    """What decides one step on a masked text, with the published weights (Sanh et al. 2019, released training script).

    `form` says how the weights are meant: "published", or "textbook", where alpha_mlm is a, alpha_ce 1 - a and alpha_cos 0.
    `ce_on`: L_ce at "all" tokens or at the "masked" (chosen) ones.
    """

    form: str = "published"
    temperature: float = 2.0
    alpha_ce: float = 5.0
    alpha_mlm: float = 2.0
    alpha_cos: float = 1.0
    ce_on: str = "all"
    learning_rate: float = 5e-5


@dataclass(frozen=True)
class Losses:
    """L_ce (T^2 included) and L_mlm in nats a token, L_cos as 1 - cosine; none of them weighted."""

    ce: float
    mlm: float
    cos: float

    def combined(self, choices: StepChoices) -> float:
        """The weighted sum that the student follows."""
        return choices.alpha_ce * self.ce + choices.alpha_mlm * self.mlm + choices.alpha_cos * self.cos


@dataclass(frozen=True, eq=False)
class OneStep:
    """One distillation step on a copy of the student, opened up; dropout is off, so that it can be repeated.

    Logits stand at the tokens that have a true label. `gradient_norms` are Euclidean lengths of the gradient of the
    combined loss, and of alpha_ce L_ce, alpha_mlm L_mlm and alpha_cos L_cos each, over the parameters of a component.
    `gradient_sizes`: mean over `sized` tokens of the length of d KL(teacher || student) / d student logits at each of
    `temperatures`, without T^2. Moves are |after - before| of a weight; `parameters` of teacher and student.
    """

    text: MaskedText
    choices: StepChoices
    parameters: tuple[int, int]
    teacher_logits: Float[np.ndarray, "label vocab"]
    student_logits: Float[np.ndarray, "label vocab"]
    student_after: Float[np.ndarray, "label vocab"]
    before: Losses
    after: Losses
    components: tuple[str, ...]
    gradient_norms: Float[np.ndarray, "component 4"]
    mean_move: float
    largest_move: float
    temperatures: Float[np.ndarray, "temperature"]
    gradient_sizes: Float[np.ndarray, "temperature"]
    sized: int

    @cached_property
    def identity(self) -> Hashable:
        """Told from other steps by text, choices, and the losses before and after, which every weight of both models moves."""
        return identity((self.text, self.choices, self.before, self.after))

    @property
    def tokens(self) -> int:
        """How many tokens L_ce is a mean over."""
        return len(self.text.positions if self.choices.ce_on == "masked" else self.text.labels)

    @property
    def nbytes(self) -> int:
        """Bytes held by the three arrays of logits."""
        return 3 * self.teacher_logits.nbytes
