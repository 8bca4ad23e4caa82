"""What stands on a still picture beside its cells: names of heads and tokens, frames, dots, words on a colour."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from distilbert_viz.records import Figure, HeadMatrix, Labels, Panel

WIDTH = 460  # of a picture, in the units of its viewBox; words are 11 of them high
WORDS = 11
LETTER = 0.64 * WORDS  # how wide one is on average, in wide type
Box = tuple[float, float, float, float]  # x, y, width, height


@dataclass(frozen=True)
class Place:
    """Where panels lie: the corner of the first one, their size, and from one to the next."""

    left: float
    top: float
    width: float
    height: float
    right: float
    down: float

    def box(self, panel: Panel) -> Box:
        """Where a panel lies."""
        row, column = panel.slot or (0, 0)
        return self.left + column * self.right, self.top + row * self.down, self.width, self.height


def around(figure: Figure) -> tuple[float, float, float]:
    """The room that names need left of a figure's cells, above them, and right of them."""
    if figure.labels is None:
        return max(28.0, 8 + LETTER * max(map(len, figure.rows), default=0)), 18.0, 0.0
    rows, columns = (max(map(len, names), default=0) for names in (figure.labels.rows, figure.labels.columns))
    return min(96.0, 14 + LETTER * rows), min(76.0, 14 + 0.75 * LETTER * columns), min(64.0, 2 + 0.75 * LETTER * columns)


def head_names(figure: Figure, place: Place) -> Iterator[str]:
    """Layers and heads beside their grid, what an empty row stands for, and a box around the chosen panel."""
    for row, name in enumerate(figure.rows):
        yield word(name, place.left - 6, place.top + row * place.down + place.height / 2 + 4, "end")
    for column, name in enumerate(figure.columns):
        yield word(name, place.left + column * place.right + place.width / 2, place.top - 6, "middle")
    for row, words in figure.gaps:
        yield word(words, (place.left + WIDTH) / 2, place.top + row * place.down + place.height / 2 + 4, "middle")
    yield from (_box(place.box(panel), "currentColor", 2.0) for panel in figure.panels if panel.id == figure.chosen)


def token_names(labels: Labels, place: Place) -> Iterator[str]:
    """Names of rows and columns beside a single panel, as many as can be read."""
    for middle, name in _read(labels.rows, place.height):
        yield word(name, place.left - 6, place.top + middle + 4, "end")
    for middle, name in _read(labels.columns, place.width):
        x, y = place.left + middle, place.top - 6
        yield word(name, x, y, "start", f"rotate(-45 {x:.1f} {y:.1f})")


def _read(names: Sequence[str], size: float) -> Iterator[tuple[float, str]]:
    """Names that stand far enough from each other, each with the middle of its row or column."""
    cell = size / len(names)
    every = 1 if "" in names else max(1, int(np.ceil((WORDS + 2) / cell)))
    return ((cell * (i + 0.5), names[i]) for i in range(0, len(names), every))


def marks(figure: Figure, place: Place, shape: tuple[int, ...]) -> Iterator[str]:
    """Frames and dots on panels, or on the cells (row, column of `shape`) of a matrix of heads, with lines between layers."""
    for panel in figure.panels:
        yield from (_mark(kind, place.box(panel)) for kind in panel.marks or ())
    if not isinstance(figure, HeadMatrix):
        return
    down, right = place.height / shape[0], place.width / shape[1]
    rows, columns = (range(step, count, step) for step, count in zip(figure.steps, shape, strict=True))
    yield frames([(place.left, place.top + row * down, place.width, 0.0) for row in rows])
    yield frames([(place.left + column * right, place.top, 0.0, place.height) for column in columns])
    for row, column, kind in figure.marks:
        yield _mark(kind, (place.left + column * right, place.top + row * down, right, down))


def _mark(kind: str, box: Box) -> str:
    if kind == "frame":
        return _box(box, "#882255", 1.5)
    x, y, width, height = box
    side = min(5.0, 0.5 * min(width, height))
    return _box((x + side / 2, y + side / 2, side, side), "#000", 0.6, "#fff")


def _box(box: Box, stroke: str, line: float, fill: str = "none") -> str:
    x, y, width, height = box
    at = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {at} fill="{fill}" stroke="{stroke}" stroke-width="{line:g}"/>'


def written(panel: Panel, colour: Float[np.ndarray, "3"], place: Place) -> str:
    """The word of a panel on its one colour, in black or white, whichever contrasts more."""
    x, y, width, height = place.box(panel)
    ink = "#000" if (colour / 255) ** 2.2 @ [0.2126, 0.7152, 0.0722] > 0.179 else "#fff"
    return f'<g color="{ink}">{word(panel.text or "", x + width / 2, y + height / 2 + 4, "middle")}</g>'


def frames(boxes: Sequence[Box]) -> str:
    """Faint lines around boxes."""
    path = "".join(f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}z" for x, y, width, height in boxes)
    return f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity=".25" stroke-width=".5"/>'


def word(text: str, x: float, y: float, anchor: str, turned: str = "") -> str:
    """Words in the colour of the text around the picture."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"' + (f' transform="{turned}"' if turned else "")
    return f'<text {place} font-size="{WORDS}" fill="currentColor">{html.escape(text)}</text>'
