"""What one forward pass read and made: of one model, of both, of the independent witness."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from distilbert_viz.records.identity import identity


@dataclass(frozen=True, eq=False)
class Encoding:
    """A text as one tokenizer reads it: [CLS] A [SEP], or [CLS] A [SEP] B [SEP] when the text itself holds [SEP].

    `offsets` are character ranges of `text`, (0, 0) for added tokens. `original_ids` are the ids before any token was
    masked by hand: where they differ from `input_ids`, they are the hard labels. `dropped` tokens did not fit. At
    `mask_positions` the mask token stands, typed or put there by hand; `word_starts` are the tokens that begin a word, each of
    those that frame the text being one of its own.
    """

    text: str
    tokens: tuple[str, ...]
    input_ids: Int[np.ndarray, "token"]
    token_type_ids: Int[np.ndarray, "token"]
    offsets: Int[np.ndarray, "token 2"]
    original_ids: Int[np.ndarray, "token"]
    special: tuple[bool, ...]
    dropped: int
    mask_positions: tuple[int, ...]
    word_starts: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def places(self) -> tuple[str, ...]:
        """Every token with its position, so that no two are called alike."""
        return tuple(f"{i} {token}" for i, token in enumerate(self.tokens))

    @property
    def first_position(self) -> int:
        """Where one looks first: the first mask token, else the first word."""
        return self.mask_positions[0] if self.mask_positions else 1

    def true_token(self, position: int) -> int | None:
        """The id that the text gives at a position; None where a mask was typed, and for what frames the text."""
        true = int(self.original_ids[position])
        typed_mask = position in self.mask_positions and true == int(self.input_ids[position])
        return None if typed_mask or self.special[position] else true


@dataclass(frozen=True)
class Architecture:
    """A model's sizes and kinds, read off its configuration and its modules.

    `segments` is 0 where there is no segment embedding. `activation` is a name for a reader, such as GELU; `position_kind` is
    "learned", or "sinusoidal" where the table holds sines and cosines; `tied`: the projection onto the vocabulary is the word
    embedding's own tensor.
    """

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
    position_kind: str = "learned"
    tied: bool = False


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

    @cached_property
    def identity(self) -> Hashable:
        """Told from other passes by the model, the text, and the last hidden state, which every change upstream moves."""
        return (self.model_name, identity(self.encoding), identity(self.hidden_states[-1]), self.attentions.shape)

    @property
    def layers(self) -> int:
        """How many encoder layers the model has."""
        return self.attentions.shape[0]

    @property
    def heads(self) -> int:
        """How many heads a layer has."""
        return self.attentions.shape[1]

    @cached_property
    def first_not_finite(self) -> int | None:
        """The first hidden state with a number that isn't finite: 0 is the embeddings, i + 1 comes after layer i; None: all are."""
        bad = ~np.isfinite(self.hidden_states).all((1, 2))
        return int(bad.argmax()) if bad.any() else None

    def attention(self, layer: int, head: int | None) -> Float[np.ndarray, "query key"]:
        """One head's attention map, or with `head` None the mean over the layer's heads."""
        return self.attentions[layer].mean(0) if head is None else self.attentions[layer, head]

    @property
    def nbytes(self) -> int:
        """Bytes held by the arrays, the small ones of the encoding left out."""
        arrays = (self.hidden_states, self.queries, self.keys, self.values, self.attentions)
        return sum(a.nbytes for a in arrays) + 4 * self.embeddings.output.nbytes


@dataclass(frozen=True, eq=False)
class TracePair:
    """Teacher and student on the same input_ids; student layer i lies beside teacher layer `initial_layers[i]`.

    `copied`: whether student layers are known to have been made of those; else they lie beside them by the published rule alone.
    """

    teacher: Trace
    student: Trace
    initial_layers: tuple[int, ...]
    copied: bool = False

    def __post_init__(self) -> None:
        refuse_other_tokens(self.teacher.encoding, self.student.encoding)

    @property
    def encoding(self) -> Encoding:
        """What both models read."""
        return self.teacher.encoding

    @property
    def one_width(self) -> bool:
        """Whether vectors of one model can be held against the other's."""
        return self.teacher.hidden_states.shape[-1] == self.student.hidden_states.shape[-1]

    @property
    def one_shape(self) -> bool:
        """Whether heads can be held against heads in the same place, and student layers can have begun as copies."""
        return self.one_width and self.teacher.heads == self.student.heads

    @property
    def began_as_copies(self) -> bool:
        """Whether the student's layers are known to have begun as copies of those that they lie beside."""
        return self.copied and self.one_shape

    @property
    def nbytes(self) -> int:
        """Bytes held by both traces."""
        return self.teacher.nbytes + self.student.nbytes

    def __iter__(self) -> Iterator[Trace]:
        """Teacher, then student."""
        return iter((self.teacher, self.student))


def refuse_other_tokens(ours: Encoding, theirs: Encoding) -> None:
    """Raises ValueError where teacher and student read one text as different tokens."""
    if not np.array_equal(ours.input_ids, theirs.input_ids):
        raise ValueError(f"teacher and student read different tokens: {_short(ours.tokens)} against {_short(theirs.tokens)}")


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
    """The head read on every state at one position: the `k` likeliest outcomes of each state, likeliest first.

    `outcome` is "token", or of a classifier, which is read at [CLS], "class".
    """

    position: int
    names: tuple[tuple[str, ...], ...]
    probabilities: Float[np.ndarray, "state k"]
    outcome: str = "token"


@dataclass(frozen=True, eq=False)
class StockPass:
    """An independent second pass of the stock eager model, every inner tensor by the name a panel asks for.

    Arrays are float32; `layers[i]` holds one block's named outputs, each (token, ...). Logits have a row a token, a
    classifier's one for the whole text; where no panel asked for them the head wasn't run, and they are None.
    """

    embeddings: dict[str, np.ndarray]
    hidden_states: Float[np.ndarray, "state token hidden"]
    attentions: Float[np.ndarray, "layer head query key"]
    logits: Float[np.ndarray, "row outcome"] | None
    layers: tuple[dict[str, np.ndarray], ...] = field(default=())

    @cached_property
    def identity(self) -> Hashable:
        """Told from other passes by the last hidden state, which every change upstream moves: the rest is hundreds of MB."""
        return ("stock pass", identity(self.hidden_states[-1]), self.attentions.shape, self.logits is not None)


# The most that one way through a model may differ from another, in any number that is shown: float32's is measured at 2e-5 on
# the built-in pair and grows with layers; the others keep 8 and 11 binary digits.
ROUNDED = {"float32": 1e-3, "bfloat16": 0.5, "float16": 0.1}


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

    def agrees(self, dtype: str) -> bool:
        """Whether no more is between the two than a pass in this dtype rounds away, beside what the drawing itself rounds."""
        return self.largest <= 1.05 * self.step + ROUNDED[dtype]
