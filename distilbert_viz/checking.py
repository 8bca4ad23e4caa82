"""What a panel shows, held against the stock pass: max |difference| of each model.

Each function takes what is shown (teacher, student) and the two stock passes; both orders are always the same.
"""

from collections.abc import Iterable

import numpy as np

from distilbert_viz.records import Block, Difference, StockPass, Trace


def largest_difference(shown: np.ndarray, reference: np.ndarray) -> float:
    """max |shown - reference|; ValueError when their shapes differ."""
    if shown.shape != reference.shape:
        raise ValueError(f"shown {shown.shape} can't be held against {reference.shape}")
    return float(np.max(np.abs(shown.astype(np.float64) - reference.astype(np.float64)), initial=0.0))


def _both(values: Iterable[float], step: float = 0.0) -> Difference:
    teacher, student = values
    return Difference(teacher, student, step)


def arrays(shown: tuple[np.ndarray, np.ndarray], reference: tuple[np.ndarray, np.ndarray], step: float = 0.0) -> Difference:
    """Two arrays as they are drawn against two of the stock passes."""
    return _both((largest_difference(s, r) for s, r in zip(shown, reference, strict=True)), step)


def embeddings(traces: Iterable[Trace], stock: Iterable[StockPass]) -> Difference:
    """Every part of the sum and the embedding output."""
    return _both(max(_embedding_parts(t, s)) for t, s in zip(traces, stock, strict=True))


def _embedding_parts(trace: Trace, stock: StockPass) -> list[float]:
    return [largest_difference(getattr(trace.embeddings, name), part) for name, part in stock.embeddings.items()]


def attentions(traces: Iterable[Trace], stock: Iterable[StockPass]) -> Difference:
    """Every weight of every head."""
    return _both(largest_difference(t.attentions, s.attentions) for t, s in zip(traces, stock, strict=True))


def hidden_states(traces: Iterable[Trace], stock: Iterable[StockPass]) -> Difference:
    """Every hidden state of every token."""
    return _both(largest_difference(t.hidden_states, s.hidden_states) for t, s in zip(traces, stock, strict=True))


def blocks(shown: tuple[Block, Block], stock: tuple[StockPass, StockPass]) -> Difference:
    """Every station of a block that is a module of its own, and the attention weights."""
    return _both(_block(b, s) for b, s in zip(shown, stock, strict=True))


def _block(block: Block, stock: StockPass) -> float:
    weights = largest_difference(block.weights, stock.attentions[block.layer, :, block.token])
    stations = stock.layers[block.layer]
    return max([weights, *(largest_difference(getattr(block, n).ravel(), a[block.token]) for n, a in stations.items())])
