"""Every head switched off in turn: how far the soft label moves without it."""

from collections.abc import Sequence

import numpy as np

from distilbert_viz.drawing.canvas import VOICES, figure, pack
from distilbert_viz.records import Canvas, Sweep, Trace, TracePair

SMALL = 0.01
ROW = 26


def head_map(pair: TracePair, found: Sweep, chosen: Sequence[tuple[int, int]], aligned: bool) -> Canvas:
    """A cell a head: how far the soft label moves without it, both models on one scale from 0.

    With `aligned`, student layers lie beside the teacher layers that started them, as on the attention page.
    """
    parts = (found.teacher, found.student)
    limit = max(float(part.max(initial=0)) for part in parts) or 1.0
    figures, cells = [], []
    for voice, trace, part, head in zip(VOICES, pair, parts, chosen, strict=True):
        slots = list(pair.initial_layers) if aligned and voice == "student" else list(range(trace.layers))
        rows = pair.teacher.layers if aligned else trace.layers
        figures.append(_grid(voice, trace, len(part), slots, rows, head) | {"range": [0.0, limit]})
        cells.append([part[layer, h].reshape(1, 1) for layer in range(len(part)) for h in range(trace.heads)])
    hint = f"Point at a head to read its KL in nats; the strongest colour is {limit:.2g}. Click a head to see its attention."
    return pack(figures, cells, hint)


def _grid(voice: str, trace: Trace, done: int, slots: list[int], rows: int, chosen: tuple[int, int]) -> dict:
    names = [f"L{slots.index(slot)}" if slot in slots else "" for slot in range(rows)]
    missing = [[slot, f"teacher L{slot} has no student layer"] for slot in range(rows) if slot not in slots]
    waiting = [[slots[layer], f"L{layer}: not yet"] for layer in range(done, trace.layers)]
    return figure(
        voice, trace, "without one head", slots=[rows, trace.heads], rows=names, height=[ROW] * rows,
        columns=[f"H{h}" for h in range(trace.heads)], tokens={"rows": [""], "columns": ["KL(before ‖ after), nats"]},
        panels=[
            {"id": [layer, head], "slot": [slots[layer], head], "name": f"without L{layer} H{head}"}
            for layer in range(done) for head in range(trace.heads)
        ],
        gaps=[*missing, *waiting], chosen=list(chosen), picks="panel",
    )  # fmt: skip


def sentence(found: Sweep) -> str:
    """Which head matters most here, and how many hardly do, of the heads that were switched off so far."""
    said = []
    for voice, part in zip(VOICES, (found.teacher, found.student), strict=True):
        if part.size:
            layer, head = np.unravel_index(part.argmax(), part.shape)
            small = int((part < SMALL).sum())
            said.append(
                f"{voice.capitalize()}: without L{layer} H{head} the soft label moves most, by {part.max():.2g} nats; "
                f"without any one of {small} of {part.size} heads it moves by less than {SMALL} nats."
            )
    return " ".join(said)


def table(found: Sweep) -> dict[str, list]:
    """A row a head."""
    columns: dict[str, list] = {"model": [], "head": [], "KL(before ‖ after), nats": []}
    for voice, part in zip(VOICES, (found.teacher, found.student), strict=True):
        columns["model"] += [voice] * part.size
        columns["head"] += [f"L{layer} H{head}" for layer, head in np.ndindex(part.shape)]
        columns["KL(before ‖ after), nats"] += part.ravel().tolist()
    return columns
