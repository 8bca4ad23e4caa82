"""Every value that crosses a border between rooms: frozen, complete when built, numpy on the CPU, never written into.

Axis words: token, hidden, layer, head, query, key, dim (one head's width), state (0 is the embedding output,
i + 1 comes after layer i), vocab. Layer and head count from 0.
"""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, eq=False)
class Encoding:
    """A text as one tokenizer reads it: [CLS] A [SEP], or [CLS] A [SEP] B [SEP] when the text itself holds [SEP].

    `offsets` are character ranges of `text`, (0, 0) for added tokens. `original_ids` are the ids before any token was
    masked by hand: where they differ from `input_ids`, they are the hard labels. `dropped` tokens did not fit.
    """

    text: str
    tokens: tuple[str, ...]
    input_ids: Int[np.ndarray, "token"]
    token_type_ids: Int[np.ndarray, "token"]
    offsets: Int[np.ndarray, "token 2"]
    original_ids: Int[np.ndarray, "token"]
    special: tuple[bool, ...]
    dropped: int

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True)
class Architecture:
    """A model's sizes, read off its configuration; `segments` is 0 where there is no segment embedding."""

    family: str
    vocabulary: int
    hidden: int
    layers: int
    heads: int
    intermediate: int
    positions: int
    segments: int
    dropout: float
    layer_norm_eps: float
    activation: str


@dataclass(frozen=True, eq=False)
class Embeddings:
    """The parts of one model's input sum, and `output` = LayerNorm(word + position + token_type)."""

    word: Float[np.ndarray, "token hidden"]
    position: Float[np.ndarray, "token hidden"]
    token_type: Float[np.ndarray, "token hidden"] | None
    output: Float[np.ndarray, "token hidden"]

    @property
    def sum(self) -> Float[np.ndarray, "token hidden"]:
        """word + position (+ token_type), before LayerNorm."""
        parts = self.word + self.position
        return parts if self.token_type is None else parts + self.token_type


@dataclass(frozen=True, eq=False)
class Trace:
    """One forward pass of one model on one encoding; attention rows (the last axis) sum to 1."""

    model_name: str
    architecture: Architecture
    encoding: Encoding
    embeddings: Embeddings
    hidden_states: Float[np.ndarray, "state token hidden"]
    queries: Float[np.ndarray, "layer head token dim"]
    keys: Float[np.ndarray, "layer head token dim"]
    values: Float[np.ndarray, "layer head token dim"]
    attentions: Float[np.ndarray, "layer head query key"]

    @property
    def layers(self) -> int:
        """How many encoder layers the model has."""
        return self.attentions.shape[0]

    @property
    def heads(self) -> int:
        """How many heads a layer has."""
        return self.attentions.shape[1]

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays, the small ones of the encoding left out."""
        arrays = (self.hidden_states, self.queries, self.keys, self.values, self.attentions)
        return sum(a.nbytes for a in arrays) + 4 * self.embeddings.output.nbytes


@dataclass(frozen=True, eq=False)
class TracePair:
    """Teacher and student on the same input_ids; `initial_layers[i]` is the teacher layer that started student layer i."""

    teacher: Trace
    student: Trace
    initial_layers: tuple[int, ...]

    def __post_init__(self) -> None:
        ours, theirs = self.teacher.encoding, self.student.encoding
        if not np.array_equal(ours.input_ids, theirs.input_ids):
            raise ValueError(f"teacher and student read different tokens: {_short(ours.tokens)} against {_short(theirs.tokens)}")

    @property
    def encoding(self) -> Encoding:
        """What both models read."""
        return self.teacher.encoding

    @property
    def nbytes(self) -> int:
        """Bytes held by both traces."""
        return self.teacher.nbytes + self.student.nbytes

    def __iter__(self):
        """Teacher, then student."""
        return iter((self.teacher, self.student))


def _short(tokens: tuple[str, ...], most: int = 12) -> str:
    return " ".join(tokens[:most]) + (" ..." if len(tokens) > most else "")


@dataclass(frozen=True, eq=False)
class Block:
    """One layer at one token, station by station (post-norm: Vaswani et al. 2017, section 3.1; Devlin et al. 2019).

    input + attention_output -> LayerNorm -> attention_norm; attention_norm + feed_forward -> LayerNorm -> output.
    """

    layer: int
    token: int
    input: Float[np.ndarray, "hidden"]
    query: Float[np.ndarray, "head dim"]
    key: Float[np.ndarray, "head dim"]
    value: Float[np.ndarray, "head dim"]
    scores: Float[np.ndarray, "head key"]
    weights: Float[np.ndarray, "head key"]
    context: Float[np.ndarray, "head dim"]
    attention_output: Float[np.ndarray, "hidden"]
    attention_residual: Float[np.ndarray, "hidden"]
    attention_norm: Float[np.ndarray, "hidden"]
    intermediate: Float[np.ndarray, "intermediate"]
    activation: Float[np.ndarray, "intermediate"]
    feed_forward: Float[np.ndarray, "hidden"]
    output_residual: Float[np.ndarray, "hidden"]
    output: Float[np.ndarray, "hidden"]


@dataclass(frozen=True, eq=False)
class Predictions:
    """The masked-LM head read on every state at one position: the `k` likeliest tokens of each state, likeliest first."""

    position: int
    tokens: tuple[tuple[str, ...], ...]
    probabilities: Float[np.ndarray, "state k"]


@dataclass(frozen=True, eq=False)
class SoftLabels:
    """Both models' distributions at one position, softened by `temperature`, on the union of their likeliest tokens.

    `teacher_ranks`, `student_ranks`: 1 is the likeliest of the whole vocabulary. Entropies and kl in nats, over the
    whole vocabulary; kl is KL(teacher || student).
    """

    position: int
    temperature: float
    candidates: Int[np.ndarray, "candidate"]
    tokens: tuple[str, ...]
    teacher: Float[np.ndarray, "candidate"]
    student: Float[np.ndarray, "candidate"]
    teacher_ranks: Int[np.ndarray, "candidate"]
    student_ranks: Int[np.ndarray, "candidate"]
    teacher_entropy: float
    student_entropy: float
    kl: float


@dataclass(frozen=True, eq=False)
class Canvas:
    """A drawing as it goes to the browser: `data` on the wire, `shown` as it can be read back from it, figure by figure.

    `step` is the largest difference that rounding to the wire's whole numbers can make, 0 where floats are sent.
    """

    data: bytes
    shown: tuple[tuple[np.ndarray, ...], ...]
    step: float


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
class StockPass:
    """An independent second pass of the stock eager model, every inner tensor by the name a panel asks for.

    Arrays are float32; `layers[i]` holds one block's named outputs, each (token, ...).
    """

    embeddings: dict[str, np.ndarray]
    hidden_states: Float[np.ndarray, "state token hidden"]
    attentions: Float[np.ndarray, "layer head query key"]
    logits: Float[np.ndarray, "token vocab"]
    layers: tuple[dict[str, np.ndarray], ...] = field(default=())


@dataclass(frozen=True)
class Step:
    """One step of a distillation: the combined loss and its three unweighted parts (nats a token; 1 - cosine).

    `gradient_norm` is taken before clipping; `tokens` were read in this step, padding not counted; `seconds` of
    training had passed, pauses not counted.
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
class Evaluation:
    """Both models on the masked tokens of the held-out rows, after `number` steps.

    `kl`: KL(teacher || student) at T = 1, nats a token. `agreement`: share of tokens with one likeliest word.
    Accuracies: share of tokens whose true word is the likeliest. `seconds` as in Step.
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
    """The student's side of a probe: its probabilities of the teacher's candidates, its own likeliest tokens, its heads."""

    student: Float[np.ndarray, "candidate"]
    own: tuple[str, ...]
    own_probabilities: Float[np.ndarray, "own"]
    kl: float
    attentions: Float[np.ndarray, "layer head query key"]


@dataclass(frozen=True, eq=False)
class Picture:
    """What the student showed on every probe after `number` steps."""

    number: int
    probes: tuple[ProbePicture, ...]


@dataclass(frozen=True, eq=False)
class Difference:
    """What a panel shows against the stock pass: max |difference| of each model, and the step that rounding allows."""

    teacher: float
    student: float
    step: float = 0.0

    @property
    def largest(self) -> float:
        """The larger of the two."""
        return max(self.teacher, self.student)


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

    @property
    def tokens(self) -> int:
        """How many tokens L_ce is a mean over."""
        return len(self.text.positions if self.choices.ce_on == "masked" else self.text.labels)

    @property
    def nbytes(self) -> int:
        """Bytes held by the three arrays of logits."""
        return 3 * self.teacher_logits.nbytes


@dataclass(frozen=True)
class Component:
    """The parameters of one part ("word", "attention", ...) of a whole ("embeddings", "L0", "pooler", ...) of a model."""

    whole: str
    part: str
    parameters: int

    @property
    def in_block(self) -> bool:
        """Whether it is a part of an encoder layer."""
        return self.whole[1:].isdigit()

    @property
    def name(self) -> str:
        """Both words, or one where they are the same."""
        return self.whole if self.whole == self.part else f"{self.whole}: {self.part}"


@dataclass(frozen=True)
class ModelSize:
    """A model class in numbers: `parameters` of all its modules, by component, each tensor once; `tied` would come twice."""

    class_name: str
    architecture: Architecture
    components: tuple[Component, ...]
    parameters: int
    tied: int


@dataclass(frozen=True)
class Change:
    """One size of the teacher beside the student's; `counted`: it is a component's number of parameters."""

    what: str
    teacher: int | float | str
    student: int | float | str
    counted: bool = False

    @property
    def verdict(self) -> str:
        """ "kept", "removed", "added", "reduced", "enlarged" or, where there is no more and less, "changed"."""
        if self.teacher == self.student:
            return "kept"
        if isinstance(self.teacher, str):
            return "changed"
        if self.student < self.teacher:
            return "reduced" if self.student else "removed"
        return "enlarged" if self.teacher else "added"


@dataclass(frozen=True)
class Operation:
    """The multiply-accumulates of one component, and the formula that gave them."""

    name: str
    formula: str
    macs: int


@dataclass(frozen=True)
class Computation:
    """The matrix products of one pass of a model class over `batch` texts of `length` tokens."""

    class_name: str
    length: int
    batch: int
    operations: tuple[Operation, ...]

    @property
    def macs(self) -> int:
        """All of them."""
        return sum(operation.macs for operation in self.operations)
