"""The text that figures of the forward pass are drawn of, and what both models make of it."""

from distilbert_viz.pairs.models import Pair
from distilbert_viz.records import Block, Predictions, TracePair
from distilbert_viz.tracing import block, predictions

TEXT = "Who sold the [MASK]? [SEP] A man from the village did."
FIRST = ((0, 0), (0, 0))


def blocks_of(built_in: Pair, pair: TracePair, token: int = 1) -> tuple[tuple[Block, ...], ...]:
    """All layers of both models at one token."""
    both = zip(built_in, pair, strict=True)
    return tuple(tuple(block(model, trace, layer, token) for layer in range(trace.layers)) for model, trace in both)


def predictions_of(built_in: Pair, pair: TracePair, token: int = 1) -> tuple[Predictions, ...]:
    """What every layer of both models would answer at one token."""
    return tuple(predictions(model, trace, token) for model, trace in zip(built_in, pair, strict=True))
