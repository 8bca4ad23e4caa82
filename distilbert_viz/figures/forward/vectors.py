"""Vectors as rows of colour: the parts of the input sum, and every station inside a block."""

from collections.abc import Iterable

import numpy as np

from distilbert_viz.drawing.canvas import VOICES, pack, positions, tokens
from distilbert_viz.records import Block, Canvas, Figure, Labels, Panel, Trace, TracePair

GAP_HEIGHT = 34
RARE = 0.995


def embedding_parts(trace: Trace) -> list[tuple[str, np.ndarray]]:
    """The parts of the input sum as they are drawn, first to last."""
    parts = trace.embeddings
    named = [("word", parts.word), ("position", parts.position), ("segment", parts.token_type), ("sum", parts.sum)]
    return [(name, part) for name, part in [*named, ("LayerNorm", parts.output)] if part is not None]


def embedding_heatmaps(pair: TracePair, position: int) -> Canvas:
    """word + position (+ segment) -> sum -> LayerNorm, a row a token and a column a hidden dimension.

    Both models share the colours: one scale for the parts and their sum, another for what LayerNorm makes of it.
    """
    stacks = [dict(embedding_parts(trace)) for trace in pair]
    teacher, student = (list(stack) for stack in stacks)
    names = teacher if len(teacher) >= len(student) else student
    contrasts = _contrasts(stacks)
    height = min(240, max(40, 9 * len(pair.encoding)))
    figures = [
        Figure(
            voice=voice, title=f"{trace.architecture.hidden} dimensions", slots=(len(names), 1), rows=names, scale="signed",
            height=[height if name in stack else GAP_HEIGHT for name in names], panels=_rows(names, stack, contrasts),
            gaps=[(i, f"no {name} embedding in this model") for i, name in enumerate(names) if name not in stack],
            tokens=Labels(tokens(trace), _dimensions(trace.architecture.hidden)), dtype="u2", picks="token", token=position,
            positions=positions(trace),
        )
        for voice, trace, stack in zip(VOICES, pair, stacks, strict=True)
    ]  # fmt: skip
    return pack(figures, [list(s.values()) for s in stacks], "Point at a cell to read it. Click a row to choose its token.")


def _contrasts(stacks: list[dict[str, np.ndarray]]) -> dict[str, float]:
    """What the strongest colour stands for: a few rare values beyond it would leave all others pale."""
    norm = _limit((stack["LayerNorm"] for stack in stacks), RARE)
    parts = _limit((part for stack in stacks for name, part in stack.items() if name != "LayerNorm"), RARE)
    return {name: norm if name == "LayerNorm" else parts for stack in stacks for name in stack}


def _dimensions(count: int) -> list[str]:
    return [f"dimension {i}" for i in range(count)]


def _limit(parts: Iterable[np.ndarray], quantile: float = 1.0) -> float:
    return float(np.quantile(np.abs(np.concatenate([part.ravel() for part in parts])), quantile)) or 1.0


def _rows(names: list[str], stack: dict[str, np.ndarray], contrasts: dict[str, float]) -> list[Panel]:
    """A panel a vector, or a matrix of vectors, in the row of its name."""
    panels = []
    for row, name in enumerate(names):
        if name in stack:
            limit, contrast = _limit([stack[name]]), contrasts[name]
            panels.append(Panel(name, (row, 0), (row, 0), range=(-limit, limit), contrast=(-contrast, contrast)))
    return panels


STATIONS = (
    "input", "query", "key", "value", "context", "attention_output", "attention_residual", "attention_norm",
    "intermediate", "activation", "feed_forward", "output_residual", "output",
)  # fmt: skip


def block_stations(pair: TracePair, blocks: tuple[Block, Block]) -> Canvas:
    """Every station of a block as one row of colour, named with its width, float32, both models on one scale."""
    stacks = [{_station(name, block): getattr(block, name).reshape(1, -1) for name in STATIONS} for block in blocks]
    contrast = _limit((part for stack in stacks for part in stack.values()), RARE)
    figures = [
        Figure(
            voice=voice, title=f"L{block.layer}", slots=(len(stack), 1), rows=list(stack), scale="signed", height=[20] * len(stack),
            panels=_rows(list(stack), stack, dict.fromkeys(stack, contrast)),
            tokens=Labels([""], _dimensions(trace.architecture.intermediate)),
        )
        for voice, trace, block, stack in zip(VOICES, pair, blocks, stacks, strict=True)
    ]  # fmt: skip
    return pack(figures, [list(s.values()) for s in stacks], "Point at a cell to read it.")


def _station(name: str, block: Block) -> str:
    return f"{name.replace('_', ' ')} · {getattr(block, name).size}"


def block_heads(pair: TracePair, blocks: tuple[Block, Block], what: str) -> Canvas:
    """`what` ("scores" or "weights") of the chosen token: a row a head, a column a key."""
    parts = [getattr(block, what) for block in blocks]
    limit = _limit(parts)
    figures = [
        Figure(
            voice=voice, title=f"{what}, L{block.layer}", height=[16 * trace.heads], panels=[Panel(f"L{block.layer} {what}")],
            labels=Labels(_heads(trace), tokens(trace)), tokens=Labels(_heads(trace), tokens(trace)),
            scale="sequential" if what == "weights" else "signed", range=(0.0, 1.0) if what == "weights" else (-limit, limit),
        )
        for voice, trace, block in zip(VOICES, pair, blocks, strict=True)
    ]  # fmt: skip
    return pack(figures, [[part] for part in parts], "Row: a head. Column: the key it looks at.")


def _heads(trace: Trace) -> list[str]:
    return [f"H{h}" for h in range(trace.heads)]
