"""What a panel shows, held against the stock pass: max |difference| of each model.

Each function takes what is shown (teacher, student) and the two stock passes; both orders are always the same.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from distilbert_viz.records import (
    Block,
    Canvas,
    Difference,
    Frame,
    MovedLabels,
    PositionLabels,
    Predictions,
    SoftLabels,
    StockPass,
    Trace,
)

Passes = tuple[StockPass, StockPass]


def largest_difference(shown: np.ndarray, reference: np.ndarray) -> float:
    """max |shown - reference|; ValueError when their shapes differ. A number that isn't finite differs from all but itself."""
    if shown.shape != reference.shape:
        raise ValueError(f"shown {shown.shape} can't be held against {reference.shape}")
    ours, theirs = shown.astype(np.float64), reference.astype(np.float64)
    largest = float(np.max(np.abs(ours - theirs), initial=0.0))
    if np.isfinite(largest):
        return largest
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    both = np.isfinite(ours) & np.isfinite(theirs)
    return largest_difference(ours[both], theirs[both]) if (same | both).all() else np.inf


def _both(values: Iterable[float], step: float = 0.0) -> Difference:
    teacher, student = values
    return Difference(teacher, student, step)


def tokens(pieces: Sequence[str], stock_tokens: Sequence[str]) -> int:
    """How many of the pieces spelt step by step differ from the tokenizer's own; all of them if the counts differ."""
    if len(pieces) != len(stock_tokens):
        return max(len(pieces), len(stock_tokens))
    return sum(ours != theirs for ours, theirs in zip(pieces, stock_tokens, strict=True))


def embeddings(drawing: Canvas, stock: Passes) -> Difference:
    """The heatmaps as drawn: every part of the sum, the sum itself, and what LayerNorm makes of it."""
    return _both((_panels(s, _sum_parts(p)) for s, p in zip(drawing.shown, stock, strict=True)), drawing.step)


def embedding_lengths(traces: Iterable[Trace], stock: Passes) -> Difference:
    """The length of every part of the sum at every token."""
    return _both(_lengths(t, s) for t, s in zip(traces, stock, strict=True))


def _lengths(trace: Trace, stock: StockPass) -> float:
    parts = {name: part for name, part in stock.embeddings.items() if name != "output"}
    return max(
        largest_difference(
            np.linalg.norm(getattr(trace.embeddings, name), axis=-1),
            np.broadcast_to(np.linalg.norm(part, axis=-1), len(trace.encoding)),
        )
        for name, part in parts.items()
    )


def _panels(shown: Sequence[np.ndarray], reference: Sequence[np.ndarray]) -> float:
    return max(largest_difference(s, r) for s, r in zip(shown, reference, strict=True))


def _sum_parts(stock: StockPass) -> list[np.ndarray]:
    parts = [stock.embeddings[name] for name in ("word", "position", "token_type") if name in stock.embeddings]
    parts = [np.broadcast_to(part, stock.embeddings["output"].shape) for part in parts]
    return [*parts, np.sum(parts, axis=0), stock.embeddings["output"]]


def overview(drawing: Canvas, stock: Passes, shrink: Callable[[np.ndarray], np.ndarray]) -> Difference:
    """Every weight of every head as drawn, `shrink` being what the drawing does to long maps and special tokens."""
    maps = [[head for layer in shrink(p.attentions) for head in layer] for p in stock]
    return _both((_panels(s, m) for s, m in zip(drawing.shown, maps, strict=True)), drawing.step)


def head_maps(
    drawing: Canvas, stock: Passes, chosen: Sequence[tuple[int, int | None]], shrink: Callable[[np.ndarray], np.ndarray]
) -> Difference:
    """The maps drawn in full."""
    maps = [p.attentions[i].mean(0) if head is None else p.attentions[i, head] for p, (i, head) in zip(stock, chosen, strict=True)]
    return _both(_panels(s, [shrink(m)]) for s, m in zip(drawing.shown, maps, strict=True))


def frames(shown: tuple[Frame, Frame], stock: Passes) -> Difference:
    """The weights in a frame of each model, of the first tokens alone."""
    tokens = shown[0].weights.shape[-1]
    maps = (p.attentions[:, :, :tokens, :tokens] for p in stock)
    return _both((largest_difference(f.weights, m) for f, m in zip(shown, maps, strict=True)), shown[0].step)


def hidden_states(traces: Iterable[Trace], stock: Passes) -> Difference:
    """Every hidden state of every token."""
    return _both(largest_difference(t.hidden_states, s.hidden_states) for t, s in zip(traces, stock, strict=True))


def blocks(shown: tuple[Block, Block], stock: Passes) -> Difference:
    """Every station of a block that is a module of its own, and the attention weights."""
    return _both(_block(b, s) for b, s in zip(shown, stock, strict=True))


def _block(block: Block, stock: StockPass) -> float:
    weights = largest_difference(block.weights, stock.attentions[block.layer, :, block.token])
    stations = stock.layers[block.layer]
    return max([weights, *(largest_difference(getattr(block, n).ravel(), a[block.token]) for n, a in stations.items())])


def predictions(shown: tuple[Predictions, Predictions], stock: Passes) -> Difference:
    """The last state's probabilities as listed, against the stock model's own logits there."""
    return _both(_last_state(p, s) for p, s in zip(shown, stock, strict=True))


def logits_of(stock: StockPass) -> np.ndarray:
    """The pass's logits (row, outcome). Raises ValueError for a pass that was made without its head."""
    if stock.logits is None:
        raise ValueError("this pass was made without its head, so it has no logits to hold anything against")
    return stock.logits


def softened(logits: np.ndarray, temperature: float) -> np.ndarray:
    """exp(z / T) over its sum along the last axis, in double precision: by nothing that made what is shown."""
    scaled = logits.astype(np.float64) / temperature
    powers: np.ndarray = np.exp(scaled - scaled.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def _last_state(shown: Predictions, stock: StockPass) -> float:
    probabilities = softened(logits_of(stock)[shown.position], 1.0)
    return largest_difference(shown.probabilities[-1], -np.sort(-probabilities)[: shown.probabilities.shape[1]])


def soft_labels(shown: SoftLabels, stock: Passes) -> Difference:
    """The softened probabilities of every candidate."""
    drawn = (shown.teacher, shown.student)
    theirs = [softened(logits_of(s)[shown.position], shown.temperature)[shown.candidates] for s in stock]
    return _both(largest_difference(d, s) for d, s in zip(drawn, theirs, strict=True))


def position_labels(shown: PositionLabels, stock: Passes) -> Difference:
    """The likeliest token's probability at every position."""
    drawn, best = (shown.teacher, shown.student), (shown.teacher_ids, shown.student_ids)
    theirs = [_each_position(logits_of(s), i) for s, i in zip(stock, best, strict=True)]
    return _both(largest_difference(d, s) for d, s in zip(drawn, theirs, strict=True))


def _each_position(logits: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
    """The probability of one outcome a row, row by row: all rows of a vocabulary at once are hundreds of megabytes."""
    return np.array([softened(row, 1.0)[outcome] for row, outcome in zip(logits, outcomes, strict=True)])


def moved_labels(shown: tuple[MovedLabels, MovedLabels], before: Passes, after: Passes) -> Difference:
    """The softened probabilities of every candidate, before and after a change."""
    return _both(max(_moved(s.before, s, b), _moved(s.after, s, a)) for s, b, a in zip(shown, before, after, strict=True))


def _moved(probabilities: np.ndarray, shown: MovedLabels, stock: StockPass) -> float:
    theirs = softened(logits_of(stock)[shown.position], shown.temperature)
    return largest_difference(probabilities, theirs[shown.candidates])


def before_and_after(
    drawing: Canvas, before: Passes, after: Passes, drawn: Sequence[Callable[[StockPass, StockPass], np.ndarray]]
) -> Difference:
    """One drawn matrix a model, `drawn` being what makes it of the two passes."""
    parts = zip(drawing.shown, before, after, drawn, strict=True)
    return _both((_panels(s, [make(b, a)]) for s, b, a, make in parts), drawing.step)


def value_lengths(stock: StockPass, projections: Sequence[np.ndarray]) -> np.ndarray:
    """||f(x)|| (layer, head, token) from the stock model's own values, through each head's columns of `projections[layer]`."""
    heads, lengths = stock.attentions.shape[1], []
    for layer, projection in zip(stock.layers, projections, strict=True):
        values = np.split(layer["value"], heads, axis=-1)
        lengths.append([np.linalg.norm(v @ p.T, axis=-1) for v, p in zip(values, np.split(projection, heads, axis=1), strict=True)])
    return np.array(lengths)


def rollouts(drawing: Canvas, stock: Passes, layers: Sequence[int]) -> Difference:
    """The rolled-out maps, multiplied up in double precision from the layers that lie below."""
    return _both(_panels(s, [_rolled(p.attentions[: i + 1])]) for s, p, i in zip(drawing.shown, stock, layers, strict=True))


def _rolled(attentions: np.ndarray) -> np.ndarray:
    product = np.eye(attentions.shape[-1])
    for heads in attentions:
        product = 0.5 * (heads.mean(0, dtype=np.float64) @ product + product)
    return product


def arrays(shown: Iterable[Sequence[np.ndarray]], stock: Iterable[Sequence[np.ndarray]]) -> Difference:
    """Any number of arrays a model, one by one."""
    return _both(_panels(ours, theirs) for ours, theirs in zip(shown, stock, strict=True))


def numbers(shown: Sequence[float], stock: Sequence[float]) -> Difference:
    """One number a model."""
    return _both(abs(ours - theirs) for ours, theirs in zip(shown, stock, strict=True))
