"""A canvas drawing as still SVG pictures, one a figure, for a page that runs no script: cells are an image, words are text."""

import base64
import html
import io

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image

from distilbert_viz.drawing import colours
from distilbert_viz.drawing.still_lines import lines
from distilbert_viz.drawing.still_words import WIDTH, Box, Place, around, frames, head_names, marks, token_names, written
from distilbert_viz.records import Canvas, Figure, LinesFigure, Panel

LEVELS = 255
STEP = 1 / LEVELS / 2
NARROW = 0.7  # of the height of a row in pixels, since a still picture is narrower than the canvas


def stills(drawing: Canvas) -> list[str]:
    """Every figure of a drawing; the panels of one figure are of one size."""
    both = zip(drawing.figures, drawing.shown, strict=True)
    return [lines(one, *panels) if isinstance(one, LinesFigure) else _still(one, panels) for one, panels in both]


def shades() -> str:
    """The colours of 0 to 1, from left to right."""
    image = _image(np.linspace(0, 1, 256, dtype=np.float32)[None], (0.0, 0.0, 120.0, 12.0))
    return f'<svg viewBox="0 0 120 12" width="120" height="12" aria-hidden="true">{image}</svg>'


def _still(figure: Figure, panels: tuple[np.ndarray, ...]) -> str:
    (rows, columns), (down, across) = figure.slots or (1, 1), panels[0].shape
    gap = 0 if figure.labels or down == 1 else max(1, round(0.06 * down))
    shades = [_shades(figure, panel, values) for panel, values in zip(figure.panels, panels, strict=True)]
    mosaic = np.zeros((rows * (down + gap) - gap, columns * (across + gap) - gap), np.float32)
    for panel, part in zip(figure.panels, shades, strict=True):
        row, column = panel.slot or (0, 0)
        mosaic[row * (down + gap) :, column * (across + gap) :][:down, :across] = part
    place = _place(figure, (down, across), gap)
    width, height = place.right * (columns - 1) + place.width, place.down * (rows - 1) + place.height
    parts = [
        _image(mosaic, (place.left, place.top, width, height), figure.scale),
        frames([place.box(panel) for panel in figure.panels]),
        *marks(figure, place, (down, across)),
        *(token_names(figure.labels, place) if figure.labels else head_names(figure, place)),
        *(written(panel, _colour(part, figure), place) for panel, part in zip(figure.panels, shades, strict=True) if panel.text),
    ]
    name, whole = html.escape(figure.heading), place.top + height + 2
    return f'<svg viewBox="0 0 {WIDTH} {whole:.0f}" role="img" aria-label="{name}">{"".join(parts)}</svg>'


def _place(figure: Figure, shape: tuple[int, int], gap: int) -> Place:
    """Where panels of `shape` (rows, columns) lie, `gap` cells apart."""
    (down, across), columns, (left, top, right) = shape, (figure.slots or (1, 1))[1], around(figure)
    cell = (WIDTH - left - 1 - right) / (columns * (across + gap) - gap)
    if figure.height == "square":
        return Place(left, top, cell * across, cell * down, cell * (across + gap), cell * (down + gap))
    height = NARROW * figure.height[0]
    return Place(left, top, cell * across, height, cell * (across + gap), height)


def _shades(figure: Figure, panel: Panel, values: np.ndarray) -> np.ndarray:
    """From 0 to 1, over what the colours span."""
    low, high = panel.contrast or panel.range or figure.range
    shades: np.ndarray = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return shades


def _colour(shade: np.ndarray, figure: Figure) -> Float[np.ndarray, "3"]:
    """The colour of a panel of one cell."""
    colour: np.ndarray = _table(figure.scale)[round(shade.item() * LEVELS)]
    return colour


def _image(values: Float[np.ndarray, "row column"], box: Box, scale: str = "sequential") -> str:
    levels = np.rint(values * LEVELS).astype(np.uint8)
    source = base64.b64encode(png(levels, scale)).decode()
    x, y, width, height = box
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    fine = " fine" if values.shape[1] > width / 2 else ""  # a cell that is no point wide would be left out, not blended
    return f'<image class="weights{fine}" {place} preserveAspectRatio="none" href="data:image/png;base64,{source}"/>'


def png(levels: UInt8[np.ndarray, "row column"], scale: str = "sequential") -> bytes:
    """Levels 0 to 255 in the light colours of a scale, as an indexed PNG (W3C 2025, sections 5 and 11)."""
    image, file = Image.fromarray(levels), io.BytesIO()
    image.putpalette(_table(scale).round().astype(np.uint8).tobytes())
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _table(scale: str) -> Float[np.ndarray, "256 3"]:
    return colours.table(colours.MAPS[scale]["light"])
