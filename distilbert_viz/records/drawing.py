"""What goes to the browser: a drawing of matrices for our own canvas, and a page for a frame."""

import sys
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from distilbert_viz.records.identity import identity

Range = tuple[float, float]


@dataclass(frozen=True)
class Labels:
    """Words for the rows and for the columns of a matrix."""

    rows: Sequence[str]
    columns: Sequence[str]


@dataclass(frozen=True)
class Panel:
    """One matrix of a figure: where it lies and what it is called. Its numbers are in the `shown` of its drawing.

    `id` is what a click on it answers: (layer, head), where it is a head. `slot` is its row and column on the figure's grid,
    None where there is no grid. `text` is a word written on it. `step`: a cell stands for a square of step x step tokens.

    `range` is what whole numbers on the wire span, None for the figure's. `contrast` is what the colours span, from the first
    of its two ends to the last, None for the range. `marks` are drawn on it: a "frame", a "dot".
    """

    name: str
    id: tuple[int, int] = (0, 0)
    slot: tuple[int, int] | None = (0, 0)
    text: str | None = None
    step: int | None = None
    range: Range | None = None
    contrast: Range | None = None
    marks: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One canvas of a drawing: panels on a grid of `slots` (rows, columns), None for lines.

    Words: `voice` is "teacher", "student", or "" of a figure that shows both; `title` stands above it, after the voice; `name`
    begins the line that reads out a cell, "" for the voice. `tokens` are what that line calls rows and columns of a panel's
    cells. `labels` stand beside the cells of a single panel; `rows` and `columns` stand beside the grid's; `gaps` are words in
    a row of the grid that has no panel.

    Form: `dtype` of the cells on the wire: one or two bytes for whole numbers over `range`, or float32, whose colours alone
    go by `range`. `height` is "square", or the pixels of each row of the grid; `largest` limits the pixels of a square panel.

    Choice: a click picks a panel (the head, or the mixture, of its id), a token, a cell (two heads, or a patch), or nothing.
    `chosen` is the id of a panel. `positions` are the tokens behind the rows; `token` is the row that is marked, None where the
    chosen token is not drawn. `cell` is the chosen row and column of a single panel.
    """

    voice: str
    title: str
    name: str = ""
    panels: Sequence[Panel]
    tokens: Labels
    slots: tuple[int, int] | None = (1, 1)
    labels: Labels | None = None
    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    gaps: Sequence[tuple[int, str]] = ()
    scale: Literal["sequential", "signed", "difference"] = "sequential"
    dtype: Literal["u1", "u2", "f4"] = "f4"
    range: Range = (0.0, 1.0)
    height: Literal["square"] | Sequence[int] = "square"
    largest: int | None = None
    picks: Literal["panel", "token", "cell", "mixture", "patch"] | None = None
    chosen: tuple[int, int] | None = None
    positions: Sequence[int] | None = None
    token: int | None = None
    cell: tuple[int, int] | None = None

    @property
    def heading(self) -> str:
        """The whole title, the voice in front."""
        return f"{self.voice.capitalize()} · {self.title}" if self.voice else self.title

    @property
    def reader(self) -> str:
        """How the line that reads out a cell begins."""
        return self.name or self.voice.capitalize()


@dataclass(frozen=True, kw_only=True)
class LinesFigure(Figure):
    """A head as lines from token to token; `second` is the row where a second sentence begins, None where there is none."""

    second: int | None


@dataclass(frozen=True, kw_only=True)
class HeadMatrix(Figure):
    """A matrix of student heads (rows) with teacher heads (columns).

    `marks` are (row, column, kind) of cells with a "frame" or a "dot". `steps` are the heads of a layer, of rows and of
    columns: a line after each.
    """

    marks: Sequence[tuple[int, int, str]]
    steps: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Canvas:
    """A drawing: figures beside each other, and `hint`, the line under them until one points at a cell.

    `shown[i][j]` is panel j of figure i, (row, column), as it can be read back in the browser, rounded in steps of 2 x `step`;
    `step` is 0 where floats are sent. `data` is the whole drawing on the wire.
    """

    hint: str
    figures: tuple[Figure, ...]
    shown: tuple[tuple[Float[np.ndarray, "_ _"], ...], ...]
    step: float
    data: bytes

    @property
    def identity(self) -> Hashable:
        """Known by its numbers, which are what is checked: marking another token, or another head, changes none of them."""
        return ("canvas", identity(self.shown), self.step)


@dataclass(frozen=True, eq=False)
class Frame:
    """A page of its own, for an iframe of the app, by whose address `html` finds its libraries; `height` is in CSS pixels.

    `weights` are the attention weights as they can be read back from it, rounded in steps of 2 x `step`.
    """

    html: str
    height: int
    weights: Float[np.ndarray, "layer head query key"]
    step: float

    @property
    def identity(self) -> Hashable:
        """Known by its numbers, which are what is checked: a page in other colours, or opened elsewhere, has the same."""
        return ("frame", identity(self.weights), self.step)

    @property
    def nbytes(self) -> int:
        """Bytes held by the page and the weights."""
        return sys.getsizeof(self.html) + self.weights.nbytes
