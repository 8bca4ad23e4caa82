"""Which heads survived: every student head beside every teacher head, the best matching on it, and two heads compared."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from distilbert_viz import comparison
from distilbert_viz.drawing import colours
from distilbert_viz.drawing.canvas import VOICES, pack, tokens
from distilbert_viz.drawing.components import ColourCell, ColourRow, ColourTable, ColourTables
from distilbert_viz.drawing.tables import Entry, Table
from distilbert_viz.records import Canvas, Figure, HeadMatrix, Labels, Matching, Panel, Similarity, TracePair

ORDERS = ("as they are", "shuffled")
IN_PLACE = "in the same place"
Place = tuple[int, int | None]
ROW, HIGHEST = 12, 620  # pixels
BELOW = "to see its two heads below."


def values(found: Similarity, measure: str, order: str) -> np.ndarray:
    """The matrix that is drawn: with the student's tokens as they are, or shuffled."""
    return (found.measures if order == ORDERS[0] else found.shuffled)[measure]


def head_matrix(
    found: Similarity, matching: Matching, pair: TracePair, order: str, chosen: Sequence[tuple[int, int]], more: str = BELOW
) -> Canvas:
    """A cell a pair of heads, strong where they are alike, from 0 to 1; dots: the best matching, frames: the same place.

    `more` says what a click is for.
    """
    measure, framed = matching.measure, comparison.initial_cells(found, beside(pair))
    rows, columns = ([name(place) for place in places] for places in (found.student, found.teacher))
    marks = [(*cell, "frame") for cell in framed] + [(*cell, "dot") for cell in matching.pairs]
    contrast = (1.0, 0.0) if measure == comparison.JS else (0.0, 1.0)
    drawn = HeadMatrix(
        voice="", name="Student → teacher,", title=f"{measure} of every student head (row) with every teacher head (column)",
        height=[min(HIGHEST, ROW * len(rows))], panels=[Panel(measure, contrast=contrast)], tokens=Labels(rows, columns),
        labels=Labels(_layers(found.student), _layers(found.teacher)), picks="cell", marks=marks,
        steps=(pair.student.heads, pair.teacher.heads), cell=cell_of(found, chosen),
    )  # fmt: skip
    hint = "Point at a cell to read it. Click it, or walk with the arrow keys and press Enter,"
    return pack([drawn], [[values(found, measure, order)]], f"{hint} {more}")


def beside(pair: TracePair) -> tuple[int, ...]:
    """The teacher layers whose heads lie in the places of the student's: none between two widths or two numbers of heads."""
    return pair.initial_layers if pair.one_shape else ()


def name(place: Place) -> str:
    """L0 H3, or L0 for a whole layer."""
    layer, head = place
    return f"L{layer}" if head is None else f"L{layer} H{head}"


def _layers(places: Sequence[Place]) -> list[str]:
    return [f"L{layer}" if not head else "" for layer, head in places]


def cell_of(found: Similarity, chosen: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The row and column of the chosen heads, which are teacher's, then student's."""
    teacher, student = chosen
    return found.student.index(student), found.teacher.index(teacher)


def matching_sentence(found: Similarity, matching: Matching, pair: TracePair) -> str:
    """How good the best matching is, beside shuffled tokens and heads left in their places; how many of these are in it."""
    texts = "" if found.texts == 1 else f", mean over {found.texts} texts"
    best = (
        f"Best one-to-one matching by {matching.measure}{texts}: {matching.mean:.2f} on average; with the student's tokens "
        f"shuffled the best matching reaches {matching.shuffled_mean:.2f}"
    )
    if not pair.one_shape:
        return f"{best}. The two models differ in width or in heads, so that no head began as a copy."
    places = comparison.initial_cells(found, pair.initial_layers)
    same = len(set(places) & set(matching.pairs))
    layer = comparison.from_initial_layers(matching, found, pair.initial_layers)
    left = np.mean([found.measures[matching.measure][cell] for cell in places])
    head, into = ("that started them", "that started theirs") if pair.began_as_copies else (IN_PLACE, "beside theirs")
    matched = f"{layer} {'is' if layer == 1 else 'are'} matched into the layer {into}, {same} with the very head"
    return (
        f"{best}; heads left with the teacher head {head} have {left:.2f}. Of {len(matching.pairs)} student heads {matched}. "
        "A teacher head is matched once, so that it need not be the most alike."
    )


def pair_sentence(found: Similarity, matching: Matching, chosen: Sequence[tuple[int, int]]) -> str:
    """The two chosen heads by every measure, beside shuffled tokens, and the teacher head that the matching gives instead."""
    row, column = cell_of(found, chosen)
    best = found.teacher[dict(matching.pairs)[row]]
    numbers = (f"{m} {v[row, column]:.3f} ({found.shuffled[m][row, column]:.3f})" for m, v in found.measures.items())
    other = "its match" if best == found.teacher[column] else f"the matching gives it teacher {name(best)}"
    return (
        f"Student {name(found.student[row])} with teacher {name(found.teacher[column])}: {', '.join(numbers)}, in brackets with "
        f"the student's tokens shuffled; {other}."
    )


def two_heads(pair: TracePair, chosen: Sequence[tuple[int, int]], position: int) -> Canvas:
    """Teacher's head, student's head, and student - teacher on a scale from one voice's colour to the other's."""
    maps = [trace.attention(*head) for trace, head in zip(pair, chosen, strict=True)]
    maps.append(maps[1] - maps[0])
    limit = float(np.abs(maps[2]).max()) or 1.0
    figures = [_full(voice, name(head), name(head), pair, position) for voice, head in zip(VOICES, chosen, strict=True)]
    between = _full("", "Student − teacher", "difference", pair, position)
    figures.append(replace(between, name="Student − teacher,", scale="difference", range=(-limit, limit)))
    return pack(figures, [[part] for part in maps], "Row: the token that looks. Column: the token looked at.")


def _full(voice: str, title: str, panel: str, pair: TracePair, position: int) -> Figure:
    names = tokens(pair.teacher)
    return Figure(
        voice=voice, title=title, labels=Labels(names, names), tokens=Labels(names, names), panels=[Panel(panel)],
        picks="token", positions=list(range(len(names))), token=position,
    )  # fmt: skip


def layer_matrix(found: Similarity, measure: str, initial_layers: tuple[int, ...], theme: str) -> ColourTables:
    """Two tables on one scale: student layers (rows) with teacher layers (columns), tokens as they are, and shuffled."""
    outlined = set(comparison.initial_cells(found, initial_layers))
    return {"ink": colours.TEXT[theme], "tables": [_layer_table(found, measure, order, outlined, theme) for order in ORDERS]}


def _layer_table(found: Similarity, measure: str, order: str, outlined: set[tuple[int, int]], theme: str) -> ColourTable:
    rows: list[ColourRow] = []
    for row, line in enumerate(values(found, measure, order).tolist()):
        cells: list[ColourCell] = []
        for column, value in enumerate(line):
            words = f"student {name(found.student[row])}, teacher {name(found.teacher[column])}: {value:.4f}"
            alike = float(np.clip(1 - value if measure == comparison.JS else value, 0, 1))
            shade, frame = colours.shade(alike, theme), (row, column) in outlined
            cells.append({"text": f"{value:.2f}", "words": words, "colour": shade, "outlined": frame})
        rows.append({"state": name(found.student[row]), "cells": cells})
    return {"voice": "", "name": f"{measure}, tokens {order}", "columns": [name(place) for place in found.teacher], "rows": rows}


def matching_table(found: Similarity, matching: Matching, pair: TracePair) -> Table:
    """A row a student head: its match, and the teacher head in its place, each with its value and that of shuffled tokens."""
    places, measure = dict(comparison.initial_cells(found, beside(pair))), matching.measure
    called = "began as" if pair.began_as_copies else IN_PLACE
    columns: dict[str, list[Entry]] = {"student head": [name(found.student[row]) for row, _ in matching.pairs]}
    for title, cells in (("matched with", matching.pairs), (called, [(row, places.get(row)) for row, _ in matching.pairs])):
        columns[title] = ["" if column is None else name(found.teacher[column]) for _, column in cells]
        for words, matrix in (("", found.measures[measure]), (", shuffled", found.shuffled[measure])):
            columns[f"{title}: {measure}{words}"] = [None if c is None else float(matrix[r, c]) for r, c in cells]
    return columns


def matrix_table(found: Similarity, measure: str, order: str) -> Table:
    """The whole matrix: a row a student head, a column a teacher head."""
    matrix = values(found, measure, order)
    return {"student": [name(place) for place in found.student]} | {
        f"teacher {name(place)}": matrix[:, column].tolist() for column, place in enumerate(found.teacher)
    }
