"""One attention function for all families that keeps what flows through it, and can leave a head out.

Registered with transformers by name, so no hook is needed, and with BERT's own eager mask, without which padding
would be attended to. What is recorded or switched off holds for one thread: the model itself is never touched.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask

NAME = "distilbert_viz_recorded"
_thread = threading.local()


def recorded_attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    **kwargs: Any,
) -> tuple[torch.Tensor, torch.Tensor]:
    """softmax(q k^T / sqrt(dim) + mask) v: tensors kept while `recording` is open, no context of a head in `heads_off`."""
    scaling = query.size(-1) ** -0.5 if scaling is None else scaling
    scores = torch.matmul(query, key.transpose(2, 3)) * scaling
    if attention_mask is not None:
        scores = scores + attention_mask
    weights = torch.softmax(scores, dim=-1)
    layers, off = getattr(_thread, "layers", None), getattr(_thread, "off", None)
    if layers is not None:
        layers.append((query, key, value, weights))
    context = torch.matmul(weights, value)
    if off is not None:
        context = context.masked_fill(next(off)[..., None, None], 0.0)
    return context.transpose(1, 2).contiguous(), weights


@contextmanager
def recording() -> Iterator[list[tuple[torch.Tensor, ...]]]:
    """A list that fills with (query, key, value, weights), each (batch, head, token, ...), one entry a layer."""
    _thread.layers = []
    try:
        yield _thread.layers
    finally:
        _thread.layers = None


@contextmanager
def heads_off(off: torch.Tensor) -> Iterator[None]:
    """One forward pass in which heads contribute nothing where `off`, (layer, head) or (layer, batch, head), is True.

    Their weights are computed, and recorded, all the same; the output projection's bias stays.
    """
    _thread.off = iter(off)
    try:
        yield
    finally:
        _thread.off = None


AttentionInterface.register(NAME, recorded_attention)
AttentionMaskInterface.register(NAME, eager_mask)
