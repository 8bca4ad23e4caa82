"""Figures of matrices on the wire to the browser's canvas: a JSON header that says where things lie, and the cells as raw numbers.

In bytes: uint32 length of the header, the header, padding to 8, then each panel's cells row by row, padded to 8. A panel of
the header is its record with `shape`, `offset` (from the end of the header's padding), `range` and `contrast`.

One byte a weight for every head at a glance, two for signed vectors, float32 where a hover must give the exact value.
"""

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from jaxtyping import Float

from distilbert_viz.drawing.labels import visible
from distilbert_viz.records import Canvas, Figure, Panel, Trace
from distilbert_viz.records.drawing import Range
from distilbert_viz.records.finite import NotFinite

VOICES = ("teacher", "student")
LARGEST = {"u1": 255, "u2": 65535}
# What the browser asks for even where there is none.
NULLABLE = {"labels", "picks", "chosen", "positions", "token", "second"}

Matrix = Float[np.ndarray, "_ _"]  # row, column


def pack(figures: Sequence[Figure], cells: Sequence[Sequence[Matrix]], hint: str) -> Canvas:
    """One drawing of several figures side by side; `cells[i]` are the numbers of the panels of `figures[i]`.

    Raises ValueError where there are not as many matrices as panels, and NotFinite where a number isn't finite.
    """
    wire, shown, steps = [], [], [0.0]
    for figure, matrices in zip(figures, cells, strict=True):
        parts = list(zip(matrices, [panel.range or figure.range for panel in figure.panels], strict=True))
        wire.append([_rounded(matrix, figure.dtype, limits) for matrix, limits in parts])
        shown.append(tuple(_read_back(sent, figure.dtype, limits) for sent, (_, limits) in zip(wire[-1], parts, strict=True)))
        steps += [_step(figure.dtype, limits) for _, limits in parts]
    return Canvas(hint, tuple(figures), tuple(shown), max(steps), _data(figures, wire, hint))


def _data(figures: Sequence[Figure], wire: Sequence[Sequence[np.ndarray]], hint: str) -> bytes:
    payload = [_padded(matrix.tobytes()) for matrices in wire for matrix in matrices]
    offsets = accumulate(map(len, payload), initial=0)
    described = [
        _filled(figure)
        | {"name": figure.reader, "title": figure.heading}
        | {"panels": [_panel(figure, *each) for each in zip(figure.panels, matrices, offsets, strict=False)]}
        for figure, matrices in zip(figures, wire, strict=True)
    ]
    header = json.dumps({"hint": hint, "figures": described}, default=vars).encode()
    return _padded(len(header).to_bytes(4, "little") + header) + b"".join(payload)


def _panel(figure: Figure, panel: Panel, matrix: np.ndarray, offset: int) -> dict[str, Any]:
    limits = panel.range or figure.range
    return _filled(panel) | {
        "shape": matrix.shape,
        "offset": offset,
        "range": limits,
        "contrast": panel.contrast or limits,
    }


def _filled(record: Figure | Panel) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if value is not None or name in NULLABLE}


def _padded(part: bytes) -> bytes:
    return part + b"\0" * (-len(part) % 8)


def _rounded(values: Matrix, dtype: str, limits: Range) -> np.ndarray:
    if not np.isfinite(values).all():
        raise NotFinite("This picture holds numbers that aren't finite (NaN or infinity), so that it can't be drawn.")
    if dtype == "f4":
        return np.ascontiguousarray(values, dtype=np.float32)
    low, high = limits
    most = np.float32(LARGEST[dtype])
    scaled = (values - np.float32(low)) * (most / np.float32(high - low))
    rounded: np.ndarray = np.rint(np.clip(scaled, 0, most)).astype(dtype)
    return rounded


def _read_back(sent: np.ndarray, dtype: str, limits: Range) -> Matrix:
    if dtype == "f4":
        return sent
    low, high = limits
    return np.float32(low) + sent * np.float32((high - low) / LARGEST[dtype])


def _step(dtype: str, limits: Range) -> float:
    if dtype == "f4":
        return 0.0
    low, high = limits
    return (high - low) / LARGEST[dtype] / 2


def positions(trace: Trace, hide_special: bool = False) -> list[int]:
    """The positions that are drawn."""
    return [i for i, special in enumerate(trace.encoding.special) if not (hide_special and special)]


def tokens(trace: Trace, hide_special: bool = False) -> list[str]:
    """The tokens that are drawn, invisible characters named."""
    return [visible(trace.encoding.tokens[i]) for i in positions(trace, hide_special)]
