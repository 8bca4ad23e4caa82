"""What our own components in the browser are given beside matrices: boxes with arrows, and tables on colour. All of it is JSON."""

from collections.abc import Sequence
from typing import NotRequired, Required, TypedDict


class Head(TypedDict):
    """What stands above one column of boxes."""

    voice: str
    name: str


class Box(TypedDict, total=False):
    """A station: its name, its shape and one live statistic in words. `gap`: it is missing, and `note` says why.

    `page` is opened by a click on the name, which `opens` announces, at `layer` where the box is one. `steps` (name, shape, live
    number) lie inside it, after what the live words are `about`; `key` remembers whether a person opened it.
    """

    voice: Required[str]
    name: Required[str]
    shape: str
    live: str
    note: str
    gap: bool
    page: str | None
    opens: str
    layer: int
    steps: Sequence[tuple[str, str, str]]
    about: str
    key: str


class Flow(TypedDict):
    """Rows of boxes from top to bottom: one box for both models, or the teacher's and the student's.

    `compact`: a box is one line that opens.
    """

    heads: list[Head]
    rows: list[list[Box]]
    compact: NotRequired[bool]


class ColourCell(TypedDict):
    """A cell's `text`, the same in full as `words`, and the CSS colour behind it."""

    text: str
    words: str
    colour: str
    outlined: NotRequired[bool]


class ColourRow(TypedDict):
    """A row, named after a state or a layer."""

    state: str
    cells: list[ColourCell]


class ColourTable(TypedDict):
    """A table on colour; `voice` is "" where it shows both models."""

    voice: str
    name: str
    columns: list[str]
    rows: list[ColourRow]


class ColourTables(TypedDict):
    """Tables beside each other, and the CSS colour of all their text."""

    ink: str
    tables: list[ColourTable]


class Candidate(TypedDict):
    """A likely outcome: its name as it fits and in full, its probability; `answer`: it is what the model answers in the end."""

    text: str
    words: str
    probability: float
    answer: bool


class StackRow(TypedDict):
    """What the head reads on one state, likeliest first; without candidates it is a gap, and `note` says why.

    A click on the name of a layer opens `page` at teacher layer `layer`.
    """

    name: str
    candidates: list[Candidate]
    note: NotRequired[str]
    page: NotRequired[str]
    layer: NotRequired[int]


class Stack(TypedDict):
    """One model from its input to its soft label: rows of both models lie beside each other."""

    voice: str
    name: str
    rows: list[StackRow]
    label: list[Candidate]


class Stacks(TypedDict):
    """Both models reading one text; `where` says at which token."""

    where: str
    stacks: list[Stack]


class Word(TypedDict):
    """A word of the text, `position` a token of it: whether both models `agree` there, and what they say."""

    text: str
    position: int
    agree: bool
    said: str
    chosen: bool


class WordByWord(TypedDict):
    """The words of a text, and what is seen of them."""

    words: list[Word]
    note: str


class Tile(TypedDict):
    """A number or a way on, which opens `page`: what it is called, what it says, and how that was found.

    `curve`: heights from 0 to 1 that are drawn from left to right once.
    """

    name: str
    page: str
    value: NotRequired[str]
    note: NotRequired[str]
    curve: NotRequired[list[float]]
