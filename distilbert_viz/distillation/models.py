"""Teacher and student as training sees them: the last hidden state, and logits only at the tokens that a loss reads."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import torch
import transformers
from transformers import AutoTokenizer, PreTrainedModel, PreTrainedTokenizerFast

from distilbert_viz import families
from distilbert_viz.families import Family
from distilbert_viz.pairs.models import Model


def tokenizer_from(source: str | Path) -> PreTrainedTokenizerFast:
    """The tokenizer in a folder, which is a fast one: a pair with another is refused before it teaches."""
    return cast(PreTrainedTokenizerFast, AutoTokenizer.from_pretrained(source))


@dataclass
class Output:
    """`last_hidden_state` (batch, token, hidden); `logits` (kept, vocab), the kept tokens in row order."""

    last_hidden_state: torch.Tensor
    logits: torch.Tensor


class KeptLogits(PreTrainedModel):
    """A masked-LM model whose vocabulary projection is computed only where `logits_to_keep` (batch, token) is True.

    `outcomes`: how many tokens the tokenizer knows, where the vocabulary was padded beyond them; padding is no outcome.
    """

    outcomes: int | None = None

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, logits_to_keep: torch.Tensor) -> Output:
        """Of the kept tokens alone, all rows after one another, there are logits."""
        hidden = self.base_model(input_ids, attention_mask).last_hidden_state
        rows = hidden[logits_to_keep]
        for path in families.family(self.config.model_type).heads["masked LM"]:
            rows = self.get_submodule(path)(rows)
        return Output(hidden, rows[:, : self.outcomes])


def stock_class(family: Family) -> type[PreTrainedModel]:
    """The class of transformers that a masked-LM model of this family is saved as and loaded by."""
    kind: type[PreTrainedModel] = getattr(transformers, family.classes["masked LM"].name)
    return kind


def as_read(name: str, network: KeptLogits, tokenizer: PreTrainedTokenizerFast) -> Model:
    """The network as the rooms see it that trace; padding of its vocabulary is no outcome."""
    return Model(name, network, tokenizer, columns=network.outcomes)


@cache
def trained_class(model_type: str) -> type[KeptLogits]:
    """The class as which training sees a masked-LM model of this type: the stock class's weights, KeptLogits' forward."""
    stock = stock_class(families.family(model_type))
    return type(f"{stock.__name__}WithKeptLogits", (KeptLogits, stock), {"__module__": __name__})


def read_saved(source: str | Path, model_type: str) -> tuple[KeptLogits, Mapping[str, Collection[str]]]:
    """A saved masked-LM model as training sees it, float32, safetensors alone, in eval mode; and the names that didn't fit.

    The names are transformers' own: missing_keys, unexpected_keys. Raises OSError or ValueError where it can't be read.
    """
    kind: Any = trained_class(model_type)
    model, report = kind.from_pretrained(source, dtype=torch.float32, use_safetensors=True, output_loading_info=True)
    assert isinstance(model, KeptLogits)
    return model, report


def first_not_finite(model: PreTrainedModel) -> str | None:
    """The name of the first tensor in which a number isn't finite."""
    return next((name for name, tensor in model.named_parameters() if not tensor.isfinite().all()), None)


def plain(model: KeptLogits) -> PreTrainedModel:
    """A copy as the stock class, as anybody would load it."""
    copy = stock_class(families.family(model.config.model_type))(model.config)
    copy.load_state_dict(model.state_dict())
    copy.tie_weights()
    return copy
