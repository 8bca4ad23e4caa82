"""Every head switched off in turn: how far the soft label moves without it."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from distilbert_viz.drawing.canvas import VOICES, pack
from distilbert_viz.drawing.grids import HeadGrid, head_grid
from distilbert_viz.drawing.tables import Entry, Table
from distilbert_viz.records import Canvas, Figure, Labels, Sweep, TracePair

SMALL = 0.01
ROW = 26


def head_map(pair: TracePair, found: Sweep, chosen: Sequence[tuple[int, int]], aligned: bool) -> Canvas:
    """A cell a head: how far the soft label moves without it, both models on one scale from 0.

    With `aligned`, student layers lie beside their teacher layers, as on the attention page.
    """
    parts = (found.teacher, found.student)
    limit = max(float(part.max(initial=0)) for part in parts) or 1.0
    figures, cells = [], []
    for voice, trace, part, head in zip(VOICES, pair, parts, chosen, strict=True):
        figures.append(_figure(voice, head_grid(pair, voice, aligned), len(part), head, limit))
        cells.append([part[layer, h].reshape(1, 1) for layer in range(len(part)) for h in range(trace.heads)])
    hint = f"Point at a head to read its KL in nats; the strongest colour is {limit:.2g}. Click a head to see its attention."
    return pack(figures, cells, hint)


def _figure(voice: str, grid: HeadGrid, done: int, chosen: tuple[int, int], limit: float) -> Figure:
    waiting = [(row, f"L{layer}: not yet") for layer, row in enumerate(grid.layers) if layer >= done]
    return Figure(
        voice=voice, title="without one head", slots=grid.slots, rows=grid.row_names, columns=grid.column_names,
        gaps=[*grid.gaps, *waiting], height=[ROW] * grid.rows, range=(0.0, limit),
        tokens=Labels([""], ["KL(before ‖ after), nats"]), chosen=chosen, picks="panel",
        panels=[grid.panel(i, h, f"without L{i} H{h}") for i in range(done) for h in range(grid.heads)],
    )  # fmt: skip


def sentence(found: Sweep) -> str:
    """Which head matters most here, and how many hardly do, of the heads that were switched off so far."""
    sentences = []
    for voice, part in zip(VOICES, (found.teacher, found.student), strict=True):
        if part.size:
            layer, head = np.unravel_index(part.argmax(), part.shape)
            small = int((part < SMALL).sum())
            hardly = f"any one of {small} of {part.size} heads it moves" if small else f"any of {part.size} heads it never moves"
            sentences.append(
                f"{voice.capitalize()}: without L{layer} H{head} the soft label moves most, by {part.max():.2g} nats; "
                f"without {hardly} by less than {SMALL} nats."
            )
    return " ".join(sentences)


def strongest_two(part: Float[np.ndarray, "layer head"]) -> list[str]:
    """The names of the two heads without which the soft label moves most."""
    return [
        f"L{place // part.shape[1]} H{place % part.shape[1]}" for place in np.argsort(-part, axis=None, kind="stable")[:2].tolist()
    ]


def table(found: Sweep) -> Table:
    """A row a head."""
    columns: dict[str, list[Entry]] = {"model": [], "head": [], "KL(before ‖ after), nats": []}
    for voice, part in zip(VOICES, (found.teacher, found.student), strict=True):
        columns["model"] += [voice] * part.size
        columns["head"] += [f"L{layer} H{head}" for layer, head in np.ndindex(part.shape)]
        columns["KL(before ‖ after), nats"] += part.ravel().tolist()
    return columns
