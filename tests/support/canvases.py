"""What goes to the browser, decoded by the format's description alone, and traces spelt otherwise."""

import json
import struct
from dataclasses import replace

import numpy as np
import pytest

from distilbert_viz.records import Canvas, TracePair


def decoded(data: bytes) -> tuple[dict, list[list[np.ndarray]]]:
    """Header and cells by the format's description alone: uint32 length, JSON, padding to 8 bytes, cells."""
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length].decode(), parse_constant=pytest.fail)
    start = 4 + length + -(4 + length) % 8
    return header, [[_cells(data, start, figure, panel) for panel in figure["panels"]] for figure in header["figures"]]


def _cells(data: bytes, start: int, figure: dict, panel: dict) -> np.ndarray:
    kind, (rows, columns), (low, high) = np.dtype("<" + figure["dtype"]), panel["shape"], panel["range"]
    assert panel["offset"] % 8 == 0
    raw = np.frombuffer(data, kind, rows * columns, start + panel["offset"]).reshape(rows, columns)
    if kind.kind == "f":
        return raw
    return low + raw.astype(np.float64) * (high - low) / (2 ** (8 * kind.itemsize) - 1)


def assert_carries(drawing: Canvas, originals: list[list[np.ndarray]]) -> dict:
    """The bytes decode to what `shown` says, and that lies within `step` of the original numbers."""
    header, cells = decoded(drawing.data)
    for panels, shown, original in zip(cells, drawing.shown, originals, strict=True):
        for got, said, true in zip(panels, shown, original, strict=True):
            scale = max(1.0, float(np.abs(true).max()))
            assert got.shape == said.shape == true.shape
            assert np.abs(got - said).max() <= 1e-6 * scale
            assert np.abs(got - true).max() <= drawing.step * (1 + 1e-3) + (1e-6 * scale if drawing.step else 0)
    return header


def with_tokens(pair: TracePair, *words: str) -> TracePair:
    """The pair as if its last tokens were spelt as given."""
    spelt = (*pair.encoding.tokens[: -len(words)], *words)
    teacher, student = (replace(trace, encoding=replace(trace.encoding, tokens=spelt)) for trace in pair)
    return TracePair(teacher, student, pair.initial_layers)
