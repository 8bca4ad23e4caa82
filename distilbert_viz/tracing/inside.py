"""One encoder layer at one token, computed station by station from the layer's own weights."""

import torch

from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Block, Trace
from distilbert_viz.tracing.forward import to_numpy


@torch.inference_mode()
def block(model: Model, trace: Trace, layer: int, token: int) -> Block:
    """Layer `layer` (from 0) at position `token`: what goes in, every station, what comes out.

    The whole text goes through the layer, as in the model: a row alone is summed in another order, and where a station
    reaches 200 (the feed-forward output may) float32 then differs by 1e-4.
    """
    query, key, value, entering = (
        torch.from_numpy(part[layer]).to(model.device) for part in (trace.queries, trace.keys, trace.values, trace.hidden_states)
    )
    scores = query @ key.transpose(1, 2) * query.shape[-1] ** -0.5
    weights = scores.softmax(-1)
    context = weights @ value
    heads = {"query": query, "key": key, "value": value, "scores": scores, "weights": weights, "context": context}
    rows = {"input": entering} | _second_half(model, layer, entering, context.transpose(0, 1).flatten(1))
    parts = {name: part[:, token] for name, part in heads.items()} | {name: part[token] for name, part in rows.items()}
    return Block(layer=layer, token=token, **{name: to_numpy(part.clone()) for name, part in parts.items()})


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
