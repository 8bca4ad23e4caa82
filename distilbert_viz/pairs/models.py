"""One vocabulary for two families: where BERT and DistilBERT keep the parts that have the same meaning."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from transformers import AutoModelForMaskedLM, AutoModelForSequenceClassification

from distilbert_viz.records import Architecture

AUTO_CLASSES = {"masked LM": AutoModelForMaskedLM, "classification": AutoModelForSequenceClassification}
BLOCK_PARTS = {
    "bert": {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "attention_output": "attention.output.dense",
        "attention_norm": "attention.output.LayerNorm",
        "intermediate": "intermediate.dense",
        "feed_forward": "output.dense",
        "output": "output.LayerNorm",
    },
    "distilbert": {
        "query": "attention.q_lin",
        "key": "attention.k_lin",
        "value": "attention.v_lin",
        "attention_output": "attention.out_lin",
        "attention_norm": "sa_layer_norm",
        "intermediate": "ffn.lin1",
        "feed_forward": "ffn.lin2",
        "output": "output_layer_norm",
    },
}


@dataclass(frozen=True, eq=False)
class Model:
    """A loaded model of the BERT or DistilBERT family, in eval mode, with its tokenizer.

    It is a masked-language model, or a classifier of whole texts into `classes`, named in the order of its logits.
    """

    name: str
    network: nn.Module
    tokenizer: object
    classes: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """ "masked LM" or "classification"."""
        return "classification" if self.classes else "masked LM"

    @property
    def family(self) -> str:
        """ "bert" or "distilbert"."""
        return self.network.config.model_type

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
        return self.network.base_model.embeddings

    @property
    def layers(self) -> nn.ModuleList:
        """The encoder layers, first to last."""
        base = self.network.base_model
        return base.encoder.layer if self.family == "bert" else base.transformer.layer

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Every WordPiece, by id."""
        return self.pieces(list(range(self.network.config.vocab_size)))

    def pieces(self, ids: list[int]) -> tuple[str, ...]:
        """The WordPieces of these ids; where the model has more logits than its tokenizer words, the id stands for a word."""
        known = self.tokenizer.convert_ids_to_tokens(ids)
        return tuple(f"[id {i}]" if piece is None else piece for i, piece in zip(ids, known, strict=True))

    @property
    def outcome(self) -> str:
        """What a logit stands for: a "token", or of a classifier a "class"."""
        return "class" if self.classes else "token"

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The name of every logit's token or class."""
        return self.classes or self.vocabulary

    def named(self, ids: list[int]) -> tuple[str, ...]:
        """The names of some logits' tokens or classes."""
        return tuple(self.classes[i] for i in ids) if self.classes else self.pieces(ids)

    def read_at(self, position: int) -> int:
        """Where the head is read for what is asked at `position`: there, or, of a classifier, at [CLS] for the whole text."""
        return 0 if self.classes else position

    @property
    def architecture(self) -> Architecture:
        """The sizes, read off the configuration and the modules themselves."""
        config, block, bert = self.network.config, self.layers[0], self.family == "bert"
        return Architecture(
            family=self.family,
            vocabulary=config.vocab_size,
            hidden=config.hidden_size,
            layers=len(self.layers),
            heads=config.num_attention_heads,
            intermediate=self.part(0, "intermediate").out_features,
            positions=config.max_position_embeddings,
            segments=getattr(config, "type_vocab_size", 0),
            dropout=config.hidden_dropout_prob if bert else config.dropout,
            layer_norm_eps=self.embeddings.LayerNorm.eps,
            activation=type(block.intermediate.intermediate_act_fn if bert else block.ffn.activation).__name__,
        )

    def part(self, layer: int, name: str) -> nn.Module:
        """The module of layer `layer` whose meaning is `name`, a key of BLOCK_PARTS."""
        return self.layers[layer].get_submodule(BLOCK_PARTS[self.family][name])

    def activation(self, hidden: torch.Tensor) -> torch.Tensor:
        """The feed-forward network's non-linearity (GELU), as this model was configured."""
        block = self.layers[0]
        function = block.intermediate.intermediate_act_fn if self.family == "bert" else block.ffn.activation
        return function(hidden)

    def predict(self, hidden: torch.Tensor) -> torch.Tensor:
        """Logits (..., outcome) of the head read on hidden states (..., hidden); of a classifier, those of [CLS] mean something."""
        network = self.network
        if self.classes:
            return network.classifier(self._pooled(hidden))
        if self.family == "bert":
            return network.cls(hidden)
        return network.vocab_projector(network.vocab_layer_norm(network.activation(network.vocab_transform(hidden))))

    def _pooled(self, hidden: torch.Tensor) -> torch.Tensor:
        """What the classifier's last layer reads: BERT's pooler, or the layer that fine-tuning DistilBERT puts in its place."""
        if self.family == "bert":
            pooler = self.network.bert.pooler
            return pooler.activation(pooler.dense(hidden))
        return self.network.pre_classifier(hidden).relu()


@dataclass(frozen=True, eq=False)
class Pair:
    """A teacher and its student; `initial_layers[i]` is the teacher layer that starts (or would start) student layer i."""

    name: str
    teacher: Model
    student: Model
    initial_layers: tuple[int, ...]

    @property
    def form(self) -> str:
        """ "masked LM" or "classification", which is the same for both."""
        return self.teacher.form

    def __iter__(self):
        """Teacher, then student."""
        return iter((self.teacher, self.student))
