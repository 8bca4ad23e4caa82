"""A canvas drawing as still SVG pictures, one a model, for a page that runs no script: cells are an image, words are text."""

import base64
import html
import io
from collections.abc import Iterator

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image

from distilbert_viz.drawing import colours
from distilbert_viz.records import Canvas, Figure, Labels

WIDTH = 460  # of a picture, in the units of its viewBox; words are 11 of them high
WORDS = 11
LEVELS = 255
STEP = 1 / LEVELS / 2


def stills(drawing: Canvas) -> list[str]:
    """A drawing of weights from 0 to 1, its panels all of one size: every head at a glance, or one head of each model."""
    return [_still(figure, panels) for figure, panels in zip(drawing.figures, drawing.shown, strict=True)]


def shades() -> str:
    """The colours of 0 to 1, from left to right."""
    image = _image(np.linspace(0, 1, 256, dtype=np.float32)[None], 0.0, 0.0, 120.0, 12.0)
    return f'<svg viewBox="0 0 120 12" width="120" height="12" aria-hidden="true">{image}</svg>'


def _still(figure: Figure, panels: tuple[np.ndarray, ...]) -> str:
    labels, (rows, columns), side = figure.labels, figure.slots or (1, 1), panels[0].shape[0]
    gap = 0 if labels else max(1, round(0.06 * side))
    left, top = (96.0, 76.0) if labels else (28.0, 18.0)
    cell = (WIDTH - left - 1 - (64 if labels else 0)) / (columns * (side + gap) - gap)
    slots = [panel.slot or (0, 0) for panel in figure.panels]
    places = [(row * (side + gap), column * (side + gap)) for row, column in slots]
    mosaic = np.zeros((rows * (side + gap) - gap, columns * (side + gap) - gap), np.float32)
    for (row, column), panel in zip(places, panels, strict=True):
        mosaic[row : row + side, column : column + side] = panel
    height = top + cell * mosaic.shape[0] + 2
    parts = [
        _image(mosaic, left, top, cell * mosaic.shape[1], cell * mosaic.shape[0]),
        _frames([(left + cell * column, top + cell * row) for row, column in places], cell * side),
        *(_token_names(labels, left, top, cell) if labels else _head_names(figure, left, top, cell, side, gap)),
    ]
    name = html.escape(figure.heading)
    return f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{name}">{"".join(parts)}</svg>'


def _frames(corners: list[tuple[float, float]], side: float) -> str:
    path = "".join(f"M{x:.1f} {y:.1f}h{side:.1f}v{side:.1f}h{-side:.1f}z" for x, y in corners)
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity=".25" stroke-width=".5"/>'


def _head_names(figure: Figure, left: float, top: float, cell: float, side: int, gap: int) -> Iterator[str]:
    pitch, size = cell * (side + gap), cell * side
    for row, name in enumerate(figure.rows):
        yield _word(name, left - 6, top + row * pitch + size / 2 + 4, "end")
    for column, name in enumerate(figure.columns):
        yield _word(name, left + column * pitch + size / 2, top - 6, "middle")
    for row, words in figure.gaps:
        yield _word(words, (left + WIDTH) / 2, top + row * pitch + size / 2 + 4, "middle")
    row, column = next(panel.slot or (0, 0) for panel in figure.panels if panel.id == figure.chosen)
    at = f'x="{left + column * pitch:.1f}" y="{top + row * pitch:.1f}" width="{size:.1f}" height="{size:.1f}"'
    yield f'<rect {at} fill="none" stroke="currentColor" stroke-width="2"/>'


def _token_names(labels: Labels, left: float, top: float, cell: float) -> Iterator[str]:
    every = max(1, int(np.ceil((WORDS + 2) / cell)))
    for i, (row, column) in list(enumerate(zip(labels.rows, labels.columns, strict=True)))[::every]:
        middle = cell * (i + 0.5)
        yield _word(row, left - 6, top + middle + 4, "end")
        yield _word(column, left + middle, top - 6, "start", f"rotate(-45 {left + middle:.1f} {top - 6:.1f})")


def _word(word: str, x: float, y: float, anchor: str, turned: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"' + (f' transform="{turned}"' if turned else "")
    return f'<text {place} font-size="{WORDS}" fill="currentColor">{html.escape(word)}</text>'


def _image(values: Float[np.ndarray, "row column"], x: float, y: float, width: float, height: float) -> str:
    levels = np.rint(values * LEVELS).astype(np.uint8)
    source = base64.b64encode(png(levels)).decode()
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    fine = " fine" if values.shape[1] > width / 2 else ""  # a cell that is no point wide would be left out, not blended
    return f'<image class="weights{fine}" {place} preserveAspectRatio="none" href="data:image/png;base64,{source}"/>'


def png(levels: UInt8[np.ndarray, "row column"]) -> bytes:
    """Levels 0 to 255 in the light sequential colours, as an indexed PNG (W3C 2025, sections 5 and 11)."""
    image, file = Image.fromarray(levels), io.BytesIO()
    image.putpalette(colours.table(colours.SEQUENTIAL["light"]).round().astype(np.uint8).tobytes())
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
