"""One encoder layer at one token, computed station by station from the layer's own weights."""

from collections.abc import Callable

import torch
from torch.nn import functional

from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Block, Trace
from distilbert_viz.tracing.forward import to_numpy


@torch.inference_mode()
def block(model: Model, trace: Trace, layer: int, token: int) -> Block:
    """Layer `layer` (from 0) at position `token`: what goes in, every station, what comes out.

    The whole text goes through the layer, as in the model: a row alone is summed in another order, and where a station
    reaches 200 (the feed-forward output may) float32 then differs by 2e-4.
    """
    return _block(model, trace, layer, token, slice(None))


@torch.inference_mode()
def blocks(model: Model, trace: Trace, token: int) -> tuple[Block, ...]:
    """Every layer at position `token`, which alone goes through: a sixth of the work for 128 tokens.

    A station differs from that of `block` by at most 3e-6 of its layer's largest number. Taking more rows along is no
    remedy: how many give the order of the whole text depends on the processor and on the number of threads.
    """
    return tuple(_block(model, trace, layer, token, slice(token, token + 1)) for layer in range(trace.layers))


def _block(model: Model, trace: Trace, layer: int, token: int, rows: slice) -> Block:
    """`rows` of the text go through the layer, and what it makes of `token` is kept."""
    query, key, value, entering = (
        model.tensor(part[layer]) for part in (trace.queries, trace.keys, trace.values, trace.hidden_states)
    )
    query, entering, row = query[:, rows], entering[rows], token - (rows.start or 0)
    scores = query @ key.transpose(1, 2) * query.shape[-1] ** -0.5
    weights = scores.softmax(-1)
    context = weights @ value
    heads = {"query": query, "scores": scores, "weights": weights, "context": context}
    stations = {"input": entering} | second_half(model, layer, entering, context.transpose(0, 1).flatten(1))
    parts = {"key": key[:, token], "value": value[:, token]}
    parts |= {name: part[:, row] for name, part in heads.items()} | {name: part[row] for name, part in stations.items()}
    return Block(layer=layer, token=token, **{name: to_numpy(part.clone()) for name, part in parts.items()})


Change = Callable[[str, torch.Tensor], torch.Tensor]


def _as_it_is(name: str, value: torch.Tensor) -> torch.Tensor:
    return value


def second_half(
    model: Model, layer: int, entering: torch.Tensor, context: torch.Tensor, change: Change = _as_it_is
) -> dict[str, torch.Tensor]:
    """The stations of a layer after its attention has mixed the values, on any number of rows (..., hidden).

    `change(name, value)` is what becomes of each part's output.
    """

    def part(name: str, value: torch.Tensor) -> torch.Tensor:
        return change(name, model.part(layer, name)(value))

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


def through(model: Model, layer: int, entering: torch.Tensor, rows: slice, change: Change = _as_it_is) -> dict[str, torch.Tensor]:
    """The same stations, and the attention before them, of `rows` of the tokens of every text (text, token, hidden).

    All tokens are attended to, and there is no padding among them.
    """

    def heads(name: str, value: torch.Tensor) -> torch.Tensor:
        return model.part(layer, name)(value).unflatten(-1, (count, -1)).transpose(1, 2)

    count = model.architecture.heads
    query, key, value = heads("query", entering[:, rows]), heads("key", entering), heads("value", entering)
    context = functional.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
    return second_half(model, layer, entering[:, rows], context, change)


def layer_at(model: Model, layer: int, entering: torch.Tensor, token: int) -> torch.Tensor:
    """What leaves a layer at one token (text, hidden) of texts (text, token, hidden): all that a head reads of the last layer."""
    return through(model, layer, entering, slice(token, token + 1))["output"][:, 0]
