"""A relation: a table of facts and the patterns that say them, as the text files of this room hold them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]
LASTING, PASSING = "=", ">"
MOST = 9_000  # sentences of a relation: 3% of the 300,000 that there are at least


@dataclass(frozen=True)
class Pattern:
    """A sentence with column names in braces. What is `lasting` is true at all times, and can be reported ("I read that ...")."""

    text: str
    lasting: bool


@dataclass(frozen=True)
class Relation:
    """Rows, the frequent before the rare, one dict a row: column -> cell; and the patterns, each of which can say every row.

    At most `most` sentences are made of it.
    """

    name: str
    rows: tuple[Row, ...]
    patterns: tuple[Pattern, ...]
    most: int = MOST


def read(file: Path) -> Iterator[Relation]:
    """The relations of one text file.

    A block begins with "[name] column column"; a line with "=" or ">" in front is a lasting or a passing pattern; every
    other line holds rows parted by ";", cells by "|". Raises ValueError where a row has more or fewer cells than columns.
    """
    for block in file.read_text(encoding="utf-8").split("\n["):
        if block.strip():
            yield _relation(block.removeprefix("[").splitlines())


def _relation(lines: Sequence[str]) -> Relation:
    name, _, columns = lines[0].partition("]")
    patterns = [Pattern(line[1:].strip(), line[0] == LASTING) for line in lines[1:] if line[:1] in (LASTING, PASSING)]
    cells = [row.split("|") for line in lines[1:] if line[:1] not in (LASTING, PASSING) for row in line.split(";")]
    rows = [dict(zip(columns.split(), map(str.strip, row), strict=True)) for row in cells if "".join(row).strip()]
    return Relation(name, tuple(rows), tuple(patterns))
