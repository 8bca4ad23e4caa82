"""Vectors as rows of colour: the parts of the input sum, and every station inside a block."""

from collections.abc import Iterable

import numpy as np

from distilbert_viz.drawing.canvas import VOICES, figure, pack, positions, tokens
from distilbert_viz.records import Block, Canvas, Trace, TracePair

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
    names = [name for name, _ in embedding_parts(pair.teacher)]
    stacks = [dict(embedding_parts(trace)) for trace in pair]
    contrasts = _contrasts(stacks)
    height = min(240, max(40, 9 * len(pair.encoding)))
    figures = [
        _stack(voice, trace, names, stack, [height if n in stack else GAP_HEIGHT for n in names], contrasts)
        | {"tokens": {"rows": tokens(trace), "columns": _dimensions(trace.architecture.hidden)}, "dtype": "u2"}
        | {"picks": "token", "token": position, "positions": positions(trace)}
        for voice, trace, stack in zip(VOICES, pair, stacks, strict=True)
    ]
    return pack(figures, [list(s.values()) for s in stacks], "Point at a cell to read it. Click a row to choose its token.")


def _contrasts(stacks: list[dict[str, np.ndarray]]) -> dict[str, float]:
    """What the strongest colour stands for: a few rare values beyond it would leave all others pale."""
    norm = _limit((stack["LayerNorm"] for stack in stacks), RARE)
    parts = _limit((part for stack in stacks for name, part in stack.items() if name != "LayerNorm"), RARE)
    return {name: norm if name == "LayerNorm" else parts for name in stacks[0]}


def _dimensions(count: int) -> list[str]:
    return [f"dimension {i}" for i in range(count)]


def _limit(parts: Iterable[np.ndarray], quantile: float = 1.0) -> float:
    return float(np.quantile(np.abs(np.concatenate([part.ravel() for part in parts])), quantile)) or 1.0


def _stack(voice: str, trace: Trace, names: list[str], stack: dict, heights: list[int], contrasts: dict[str, float]) -> dict:
    return figure(
        voice,
        trace,
        f"{trace.architecture.hidden} dimensions",
        slots=[len(names), 1],
        rows=names,
        panels=[_row(i, n, stack[n], contrasts[n]) for i, n in enumerate(names) if n in stack],
        gaps=[[i, f"no {n} embedding in this model"] for i, n in enumerate(names) if n not in stack],
        scale="signed",
        height=heights,
    )


def _row(slot: int, name: str, part: np.ndarray, contrast: float) -> dict:
    limit = _limit([part])
    return {"id": [slot, 0], "slot": [slot, 0], "name": name, "range": [-limit, limit], "contrast": [-contrast, contrast]}


STATIONS = (
    "input", "query", "key", "value", "context", "attention_output", "attention_residual", "attention_norm",
    "intermediate", "activation", "feed_forward", "output_residual", "output",
)  # fmt: skip


def block_stations(pair: TracePair, blocks: tuple[Block, Block]) -> Canvas:
    """Every station of a block as one row of colour, named with its width, float32, both models on one scale."""
    stacks = [{_station(name, block): getattr(block, name).reshape(1, -1) for name in STATIONS} for block in blocks]
    contrast = _limit((part for stack in stacks for part in stack.values()), RARE)
    figures = [
        _stack(voice, trace, list(stack), stack, [20] * len(stack), dict.fromkeys(stack, contrast))
        | {"title": f"{voice.capitalize()} · L{block.layer}"}
        | {"tokens": {"rows": [""], "columns": _dimensions(trace.architecture.intermediate)}}
        for voice, trace, block, stack in zip(VOICES, pair, blocks, stacks, strict=True)
    ]
    return pack(figures, [list(s.values()) for s in stacks], "Point at a cell to read it.")


def _station(name: str, block: Block) -> str:
    return f"{name.replace('_', ' ')} · {getattr(block, name).size}"


def block_heads(pair: TracePair, blocks: tuple[Block, Block], what: str) -> Canvas:
    """`what` ("scores" or "weights") of the chosen token: a row a head, a column a key."""
    parts = [getattr(block, what) for block in blocks]
    limit = _limit(parts)
    spread = {"scale": "sequential", "range": [0.0, 1.0]} if what == "weights" else {"scale": "signed", "range": [-limit, limit]}
    figures = [
        figure(
            voice,
            trace,
            f"{what}, L{block.layer}",
            slots=[1, 1],
            height=[16 * trace.heads],
            labels={"rows": _heads(trace), "columns": tokens(trace)},
            tokens={"rows": _heads(trace), "columns": tokens(trace)},
            panels=[{"id": [0, 0], "slot": [0, 0], "name": f"L{block.layer} {what}"}],
        )
        | spread
        for voice, trace, block in zip(VOICES, pair, blocks, strict=True)
    ]
    return pack(figures, [[part] for part in parts], "Row: a head. Column: the key it looks at.")


def _heads(trace: Trace) -> list[str]:
    return [f"H{h}" for h in range(trace.heads)]
