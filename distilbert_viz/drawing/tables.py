"""A table's columns as CSV: exact, and safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

Entry: TypeAlias = str | int | float | np.generic | None
Column: TypeAlias = Sequence[Entry] | np.ndarray
Table: TypeAlias = Mapping[str, Column]  # columns of one length by name

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(columns: Table) -> str:
    """Columns by name, a row under the other, as RFC 4180 has it.

    A number has as many digits as give the same float back. Words that a spreadsheet would compute, such as the token
    "=", get an apostrophe in front, the spreadsheets' own sign for text; what is a number in words stays as it is.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_cell(name) for name in columns])
    writer.writerows([_cell(value) for value in row] for row in zip(*columns.values(), strict=True))
    return text.getvalue()


def by_column(rows: Sequence[Mapping[str, Entry]]) -> dict[str, list[Entry]]:
    """Rows that name their cells alike, as columns by name."""
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}


def _cell(value: Entry) -> Entry:
    plain = value.item() if isinstance(value, np.generic) else value
    return f"'{plain}" if isinstance(plain, str) and plain.startswith(STARTS_A_FORMULA) and not _is_number(plain) else plain


def _is_number(words: str) -> bool:
    try:
        float(words)
    except ValueError:
        return False
    return True
