"""What a family of encoders is, as facts: where its parts lie, how it frames a text, which classes it has, what they cost.

Classes of transformers are written as names, so that a reader of a family's words needs neither torch nor transformers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any


@dataclass(frozen=True)
class Product:
    """A matrix product that follows the encoder: its multiply-accumulates are the product of `factors`.

    A factor is a number or a letter: b the batch, n the length, h the hidden size, V the size of the vocabulary, c the classes.
    """

    name: str
    formula: str
    factors: tuple[str | int, ...]

    def macs(self, sizes: Mapping[str, int]) -> int:
        """Multiply-accumulates, given a number for every letter."""
        return prod(sizes[factor] if isinstance(factor, str) else factor for factor in self.factors)


@dataclass(frozen=True)
class StockClass:
    """A class of transformers, by name, as which a model can be counted or measured, and its products after the encoder."""

    name: str
    products: tuple[Product, ...]


@dataclass(frozen=True)
class Classification:
    """How a classifier of whole texts reads a hidden state: `dense`, then `nonlinearity`, then `logits`.

    `dense` and `logits` are module paths below the network, `nonlinearity` is a function of torch.nn.functional.
    `words` names the layer for a reader, `about` says in a sentence where it comes from.
    """

    dense: str
    nonlinearity: str
    logits: str
    words: str
    about: str


@dataclass(frozen=True)
class Family:
    """One family of post-norm encoders. Paths are names of modules, separated by dots.

    `model_type` is what config.json calls it, `title` what a reader calls it. `base`: where the encoder lies in a network with
    a head. `sizes`: a size's meaning to its name in the configuration. `embeddings` ("word", "position", "token_type" where
    there are segments, "norm") and `layers` lie below the base model, `block` and `activation` below a layer. `masked_lm`
    ("transform", "norm", "projection", and "bias" where the projection's has a name of its own) lies below a masked-LM network.
    `heads`: a task to the modules that make its logits, applied one after another; `classification` is a head of its own kind.
    `components`: a head's module to its place in the count of parameters, inner modules before those that hold them.
    `classes`: what a pair can be counted as. `after_padding`: whether positions are counted from behind the padding token's id,
    over all tokens that aren't padding. `segments`: how many the models tell apart, 0 without a segment embedding. `norms`: "post"
    where each LayerNorm follows its residual sum. `one_text`, `two_texts`: how the tokenizer frames texts A and B. `student`: the
    family, by model_type, that students of such a teacher belong to; None where nothing here distils one.
    """

    model_type: str
    title: str
    configuration: str
    base: str
    sizes: Mapping[str, str]
    embeddings_module: str
    embeddings: Mapping[str, str]
    layers: str
    block: Mapping[str, str]
    activation: str
    masked_lm: Mapping[str, str]
    heads: Mapping[str, tuple[str, ...]]
    classification: Classification
    components: Mapping[str, tuple[str, str]]
    classes: Mapping[str, StockClass]
    after_padding: bool
    segments: int
    norms: str
    one_text: tuple[str, ...]
    two_texts: tuple[str, ...]
    student: str | None

    def size(self, config: Any, meaning: str) -> Any:
        """A size of a model, a key of `sizes`, out of its configuration."""
        return getattr(config, self.sizes[meaning])

    def longest(self, config: Any) -> int:
        """How many tokens a model of this configuration has positions for."""
        return int(self.size(config, "positions")) - self.first_position(config)

    def first_position(self, config: Any) -> int:
        """The row of the position table that the first token takes."""
        return int(self.size(config, "padding")) + 1 if self.after_padding else 0

    def products(self, class_name: str) -> tuple[Product, ...]:
        """The products after the encoder of the stock class of this name. Raises StopIteration where there is no such class."""
        return next(kind.products for kind in self.classes.values() if kind.name == class_name)

    def framing(self, texts: int) -> tuple[str, ...]:
        """The special tokens around one text or two, in order: "cls" or "sep"."""
        return tuple(part for part in (self.one_text, self.two_texts)[texts - 1] if part not in ("A", "B"))

    def paths(self, layers: tuple[int, ...]) -> dict[str, str]:
        """Every part of a masked-LM network by its meaning, as module paths below the network.

        Layers are numbered by their place in `layers`: part ("layer 1 query") is that of layer `layers[1]`.
        """
        found = {f"embeddings {part}": f"{self.base}.{path}" for part, path in self.embeddings.items()}
        for place, layer in enumerate(layers):
            found |= {f"layer {place} {part}": f"{self.base}.{self.layers}.{layer}.{path}" for part, path in self.block.items()}
        return found | {f"head {part}": path for part, path in self.masked_lm.items()}


# The masked-LM head is the same arithmetic in every family so far.
MASKED_LM = (
    Product("masked-LM transform", "b · n h²", ("b", "n", "h", "h")),
    Product("vocabulary projection", "b · n h V", ("b", "n", "h", "V")),
)
CLASSIFIER = Product("classifier of 2 labels, at [CLS]", "b · 2 h", ("b", "c", "h"))
TAGGER = (Product("classifier of 2 tags, at every token", "b · 2 n h", ("b", "n", "c", "h")),)
ENDS = (Product("start and end, at every token", "b · 2 n h", ("b", "n", 2, "h")),)
