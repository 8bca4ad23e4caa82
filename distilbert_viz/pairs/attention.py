"""One attention function for both families that keeps what flows through it: queries, keys, values and weights.

Registered with transformers by name, so no hook is needed, and with BERT's own eager mask, without which padding
would be attended to.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask

NAME = "distilbert_viz_recorded"
_recording = threading.local()


def recorded_attention(
    module, query, key, value, attention_mask, scaling=None, dropout=0.0, **kwargs
) -> tuple[torch.Tensor, torch.Tensor]:
    """softmax(q k^T / sqrt(dim) + mask) v, all four tensors kept while `recording` is open on this thread."""
    scaling = query.size(-1) ** -0.5 if scaling is None else scaling
    scores = torch.matmul(query, key.transpose(2, 3)) * scaling
    if attention_mask is not None:
        scores = scores + attention_mask
    weights = torch.softmax(scores, dim=-1)
    layers = getattr(_recording, "layers", None)
    if layers is not None:
        layers.append((query, key, value, weights))
    return torch.matmul(weights, value).transpose(1, 2).contiguous(), weights


@contextmanager
def recording() -> Iterator[list[tuple[torch.Tensor, ...]]]:
    """A list that fills with (query, key, value, weights), each (batch, head, token, ...), one entry a layer."""
    _recording.layers = []
    try:
        yield _recording.layers
    finally:
        _recording.layers = None


AttentionInterface.register(NAME, recorded_attention)
AttentionMaskInterface.register(NAME, eager_mask)
