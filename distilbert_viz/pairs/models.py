"""One vocabulary for all families: the parts of a network that have the same meaning, found by its family's record."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerFast

from distilbert_viz import families
from distilbert_viz.families import Family, Task
from distilbert_viz.pairs.kinds import activation_name, is_sinusoidal
from distilbert_viz.records import Architecture, Encoding
from distilbert_viz.records.held import Held

Columns = int | tuple[int, ...]  # the first so many, or these


@dataclass(frozen=True, eq=False)
class Network:
    """A stock network of transformers, and where in it the parts lie that every family has; with weights or without."""

    name: str
    network: PreTrainedModel

    @property
    def config(self) -> PreTrainedConfig:
        """The network's configuration."""
        return self.network.config

    @property
    def family(self) -> Family:
        """The record of its family."""
        return families.family(self.config.model_type)

    @property
    def device(self) -> torch.device:
        """Where the weights lie."""
        return self.network.device

    def tensor(self, array: np.ndarray) -> torch.Tensor:
        """Numbers of a trace, where the weights lie and in their dtype."""
        return torch.from_numpy(array).to(self.device, self.network.dtype)

    @property
    def embeddings(self) -> nn.Module:
        """The module that makes the input sum."""
        return self.network.base_model.get_submodule(self.family.embeddings_module)

    @property
    def embedding_parts(self) -> dict[str, nn.Module]:
        """The modules of the input sum: "word", "position", "token_type" where there are segments, and "norm"."""
        return {part: self.network.base_model.get_submodule(path) for part, path in self.family.embeddings.items()}

    def table(self, part: str) -> torch.Tensor:
        """An embedding table (row, hidden): of "word", "position" or "token_type"."""
        return self.embedding_parts[part].get_parameter("weight")

    @property
    def layers(self) -> nn.ModuleList:
        """The encoder layers, first to last."""
        layers = self.network.base_model.get_submodule(self.family.layers)
        assert isinstance(layers, nn.ModuleList)
        return layers

    @property
    def longest(self) -> int:
        """How many tokens the model has positions for."""
        return self.family.longest(self.config)

    @property
    def segments(self) -> int:
        """How many segments the model tells apart, 0 without a segment embedding."""
        return int(self.family.size(self.config, "segments")) if self.family.segments else 0

    @cached_property
    def architecture(self) -> Architecture:
        """The sizes and kinds, read off the configuration and the modules themselves."""
        family, config = self.family, self.config
        return Architecture(
            family=family.model_type,
            vocabulary=config.vocab_size,
            hidden=family.size(config, "hidden"),
            layers=len(self.layers),
            heads=family.size(config, "heads"),
            intermediate=len(self.part(0, "intermediate").get_parameter("weight")),
            positions=self.longest,
            segments=self.segments,
            dropout=family.size(config, "dropout"),
            layer_norm_eps=getattr(self.embedding_parts["norm"], "eps"),  # noqa: B009  a module's attributes have no type
            activation=activation_name(self._activation),
            position_kind="sinusoidal" if is_sinusoidal(self.table("position")) else "learned",
            tied=self._tied,
        )

    @property
    def _tied(self) -> bool:
        """Whether the projection onto the vocabulary is the word embedding's own tensor; a model without one has none to tie."""
        projection = dict(self.network.named_modules()).get(self.family.masked_lm["projection"])
        return projection is not None and projection.get_parameter("weight") is self.table("word")

    def part(self, layer: int, name: str) -> nn.Module:
        """The module of layer `layer` whose meaning is `name`, a key of its family's `block`."""
        return self.layers[layer].get_submodule(self.family.block[name])

    @property
    def _activation(self) -> nn.Module:
        return self.layers[0].get_submodule(self.family.activation)

    def activation(self, hidden: torch.Tensor) -> torch.Tensor:
        """The feed-forward network's non-linearity, as this model was configured."""
        return _applied(self._activation, hidden)


def _applied(module: nn.Module, hidden: torch.Tensor) -> torch.Tensor:
    made = module(hidden)
    assert isinstance(made, torch.Tensor)
    return made


@dataclass(frozen=True, eq=False)
class Model(Network):
    """A loaded model of a registered family, in eval mode, with its tokenizer.

    `classes` are the names of a classifier's classes, or of a tagger's tags, in their order. `columns` are those of its network's
    logits that stand for an outcome, in the order of the outcomes, None being all: of a vocabulary that was padded they leave the
    padding out, of two classifiers they are the classes that both tell apart. `held`: how it agrees with its files.
    """

    tokenizer: PreTrainedTokenizerFast
    classes: tuple[str, ...] = ()
    columns: Columns | None = None
    held: Held | None = None

    @property
    def task(self) -> Task:
        """What it is made for, by the class of its network."""
        return families.task_of(type(self.network).__name__)

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Every token that is an outcome, by id."""
        return self.pieces(list(range(self.columns if isinstance(self.columns, int) else self.config.vocab_size)))

    def pieces(self, ids: list[int]) -> tuple[str, ...]:
        """The tokens of these ids; where the tokenizer has no word under an id, the id stands for a word."""
        known = self.tokenizer.convert_ids_to_tokens(ids)
        return tuple(f"[id {i}]" if piece is None else piece for i, piece in zip(ids, known, strict=True))

    def named(self, ids: list[int], encoding: Encoding | None = None) -> tuple[str, ...]:
        """The names of some outcomes: of tokens of the vocabulary, classes, tags, or places of the text that was read."""
        if self.task.predicts_masked:
            return self.pieces(ids)
        names = encoding.places if encoding is not None and not self.task.named else self.classes
        return tuple(names[i] for i in ids)

    def predict(self, hidden: torch.Tensor) -> torch.Tensor:
        """The head's output (..., output) on hidden states (..., hidden); a classifier's means something on the first token."""
        module = self.network.get_submodule
        if paths := self.family.heads.get(self.task.name):
            return self.of_outcomes(reduce(lambda value, path: _applied(module(path), value), paths, hidden))
        head = self.family.classification
        pooled = getattr(functional, head.nonlinearity)(_applied(module(head.dense), hidden))
        return self.of_outcomes(_applied(module(head.logits), pooled))

    def of_outcomes(self, logits: torch.Tensor) -> torch.Tensor:
        """The network's own logits (..., column) as those of the outcomes (..., outcome)."""
        if self.columns is None:
            return logits
        return logits[..., : self.columns] if isinstance(self.columns, int) else logits[..., list(self.columns)]

    def soft_labels(self, hidden: torch.Tensor, row: int) -> torch.Tensor:
        """Logits (..., outcome) of one soft label, a row as `Task.row` counts them, of whole texts' states (..., token, hidden)."""
        if self.task.labels == "ends":
            return self.predict(hidden)[..., row]
        return self.predict(hidden[..., row, :])

    def rows(self, outputs: torch.Tensor) -> torch.Tensor:
        """Logits (row, outcome) of one text, from the head's outputs (token, output)."""
        return outputs.T if self.task.labels == "ends" else outputs


@dataclass(frozen=True, eq=False)
class Pair:
    """A teacher and its student; `initial_layers[i]` is the teacher layer that starts (or would start) student layer i.

    `copied`: whether it is known that it did.
    """

    name: str
    teacher: Model
    student: Model
    initial_layers: tuple[int, ...]
    copied: bool = False

    @property
    def task(self) -> Task:
        """What both are made for."""
        return self.teacher.task

    @property
    def tokenizer(self) -> PreTrainedTokenizerFast:
        """The tokenizer whose every token both models know: the shorter one, where one goes on after the other."""
        return min((self.teacher.tokenizer, self.student.tokenizer), key=len)

    def outcomes(self, encoding: Encoding) -> tuple[str, ...]:
        """The name of every outcome that a soft label is over, by id."""
        return self.teacher.vocabulary if self.task.predicts_masked else self.teacher.classes or encoding.places

    @property
    def longest(self) -> int:
        """How many tokens both models have positions for."""
        return min(model.longest for model in self)

    def __iter__(self) -> Iterator[Model]:
        """Teacher, then student."""
        return iter((self.teacher, self.student))
