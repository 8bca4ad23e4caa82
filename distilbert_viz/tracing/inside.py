"""One encoder layer at one token, computed station by station from the layer's own weights."""

import math

import torch

from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Block, Trace
from distilbert_viz.tracing.forward import to_numpy


@torch.inference_mode()
def block(model: Model, trace: Trace, layer: int, token: int) -> Block:
    """Layer `layer` (from 0) at position `token`: what goes in, every station, what comes out."""
    query, keys, values = (
        torch.from_numpy(part[layer]).to(model.device) for part in (trace.queries[:, :, token], trace.keys, trace.values)
    )
    entering = torch.from_numpy(trace.hidden_states[layer, token]).to(model.device)
    scores = torch.einsum("hd,hkd->hk", query, keys) / math.sqrt(query.shape[-1])
    weights = scores.softmax(-1)
    context = torch.einsum("hk,hkd->hd", weights, values)
    parts = {"input": entering, "scores": scores, "weights": weights, "context": context}
    parts |= _second_half(model, layer, entering, context.flatten())
    heads = {"query": query, "key": keys[:, token], "value": values[:, token]}
    return Block(layer=layer, token=token, **{name: to_numpy(t) for name, t in (parts | heads).items()})


def _second_half(model: Model, layer: int, entering: torch.Tensor, context: torch.Tensor) -> dict[str, torch.Tensor]:
    def part(name: str, value: torch.Tensor) -> torch.Tensor:
        return model.part(layer, name)(value)

    attention_output = part("attention_output", context)
    attention_norm = part("attention_norm", entering + attention_output)
    intermediate = part("intermediate", attention_norm)
    activation = model.activation(intermediate)
    feed_forward = part("feed_forward", activation)
    return {
        "attention_output": attention_output,
        "attention_residual": entering + attention_output,
        "attention_norm": attention_norm,
        "intermediate": intermediate,
        "activation": activation,
        "feed_forward": feed_forward,
        "output_residual": attention_norm + feed_forward,
        "output": part("output", attention_norm + feed_forward),
    }
