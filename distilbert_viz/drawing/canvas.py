"""Matrices for the browser's canvas: a JSON header that says where things lie, and the cells as raw numbers.

One byte a weight for every head at a glance, two for signed vectors, float32 where a hover must give the exact value.
"""

import json
from collections.abc import Sequence

import numpy as np

from distilbert_viz.drawing.labels import visible
from distilbert_viz.records import Canvas, Trace

VOICES = ("teacher", "student")
KINDS = {"u1": np.uint8, "u2": np.uint16, "f4": np.float32}


def pack(figures: Sequence[dict], cells: Sequence[Sequence[np.ndarray]], hint: str) -> Canvas:
    """One drawing of several figures side by side; `cells[i]` are the panels of `figures[i]`, each (rows, columns).

    A panel's `range` is what its whole numbers span on the wire; its `contrast` is what its colours span.
    """
    payload, offset, shown, steps = [], 0, [], [0.0]
    for figure, panels in zip(figures, cells, strict=True):
        read_back = []
        for spec, panel in zip(figure["panels"], panels, strict=True):
            limits = spec.setdefault("range", figure["range"])
            wire = _rounded(panel, figure["dtype"], limits)
            spec |= {"shape": list(wire.shape), "offset": offset, "contrast": spec.get("contrast", limits)}
            payload.append(wire.tobytes() + b"\0" * (-wire.nbytes % 8))
            offset += len(payload[-1])
            read_back.append(_read_back(wire, limits))
            steps.append(_step(figure["dtype"], limits))
        shown.append(tuple(read_back))
    header = json.dumps({"hint": hint, "figures": figures}).encode()
    head = len(header).to_bytes(4, "little") + header
    return Canvas(head + b"\0" * (-len(head) % 8) + b"".join(payload), tuple(shown), max(steps))


def _rounded(values: np.ndarray, dtype: str, limits: Sequence[float]) -> np.ndarray:
    if dtype == "f4":
        return np.ascontiguousarray(values, dtype=np.float32)
    low, high = limits
    most = np.float32(np.iinfo(KINDS[dtype]).max)
    scaled = (values - np.float32(low)) * (most / np.float32(high - low))
    return np.rint(np.clip(scaled, 0, most)).astype(KINDS[dtype])


def _read_back(wire: np.ndarray, limits: Sequence[float]) -> np.ndarray:
    if wire.dtype == np.float32:
        return wire
    low, high = limits
    return np.float32(low) + wire * np.float32((high - low) / np.iinfo(wire.dtype).max)


def _step(dtype: str, limits: Sequence[float]) -> float:
    if dtype == "f4":
        return 0.0
    low, high = limits
    return (high - low) / np.iinfo(KINDS[dtype]).max / 2


def figure(voice: str, trace: Trace, title: str, **parts: object) -> dict:
    base = {
        "rows": [],
        "columns": [],
        "labels": None,
        "gaps": [],
        "scale": "sequential",
        "dtype": "f4",
        "range": [0.0, 1.0],
    }
    base |= {"height": "square", "chosen": None, "picks": None, "token": None, "positions": None}
    return base | {"voice": voice, "name": voice.capitalize(), "title": f"{voice.capitalize()} · {title}"} | parts


def positions(trace: Trace, hide_special: bool = False) -> list[int]:
    """The positions that are drawn."""
    return [i for i, special in enumerate(trace.encoding.special) if not (hide_special and special)]


def tokens(trace: Trace, hide_special: bool = False) -> list[str]:
    """The tokens that are drawn, invisible characters named."""
    return [visible(trace.encoding.tokens[i]) for i in positions(trace, hide_special)]
