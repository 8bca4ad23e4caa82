"""Where it was lost: the hand-over as a curve with its words and its sentence, and the floors."""

from collections.abc import Sequence

import numpy as np

from distilbert_viz.drawing import colours
from distilbert_viz.drawing.components import ColourCell, ColourRow, ColourTable, ColourTables
from distilbert_viz.drawing.labels import visible
from distilbert_viz.drawing.plots import VOICE, Plot, Series, beside, plot
from distilbert_viz.drawing.tables import Entry, Table
from distilbert_viz.records import Answer, Floors, HandOver

TICKS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
ORDINAL = ("first", "second", "third", "fourth", "fifth")
OUTCOMES = {"token": "tokens", "class": "classes", "tag": "tags"}  # what a soft label that is read off one state is over


def depth_name(depth: int) -> str:
    """What a state with `depth` layers behind it is called."""
    return f"after L{depth - 1}" if depth else "embeddings"


def start_name(start: int, layers: int) -> str:
    """Where the other model goes on."""
    return f"L{start}" if start < layers else "head"


def _depths(found: HandOver) -> list[str]:
    return [depth_name(depth) for depth in range(len(found.matched))]


# The first picture


def curve(found: HandOver) -> Plot:
    """KL when the teacher reads on, depth by depth, and the student's own at the end."""
    names = [*_depths(found), "the student itself"]
    values = [*found.curve, found.student.kl]
    hover = "%{x}: %{y:.4f} nats<extra></extra>"
    series: list[Series] = [
        {"type": "scatter", "mode": "lines+markers+text", "name": "the teacher reads on from the student's state", "x": names[:-1],
         "y": values[:-1], "text": [f"{value:.2f}" for value in values[:-1]], "textposition": beside(values[:-1]),
         "cliponaxis": False, "line": {"color": VOICE["teacher"], "width": 3}, "marker": {"size": 10}, "hovertemplate": hover},
        {"type": "scatter", "mode": "markers+text", "name": "the student alone", "x": names[-1:], "y": values[-1:],
         "text": [f"{values[-1]:.2f}"], "textposition": "top center", "cliponaxis": False,
         "marker": {"size": 13, "color": VOICE["student"], "symbol": "diamond"}, "hovertemplate": hover},
    ]  # fmt: skip
    most = max(*values, 1e-6)
    return plot(
        series, height=300, xaxis={"categoryarray": names, "categoryorder": "array", "fixedrange": True},
        yaxis={"title": {"text": "KL from the teacher, nats"}, "range": [-0.1 * most, 1.2 * most], "fixedrange": True},
    )  # fmt: skip


def words(found: HandOver, names: Sequence[str], theme: str) -> ColourTables:
    """The likeliest outcomes of the teacher, of every mixture on the curve and of the student, as columns on one scale."""
    columns = ["teacher", *_depths(found), "student"]
    answers = [found.teacher, *_on_the_curve(found), found.student]
    rows: list[ColourRow] = []
    for place in range(len(found.teacher.ids)):
        cells = [_word(answer, place, name, names, theme) for answer, name in zip(answers, columns, strict=True)]
        rows.append({"state": str(place + 1), "cells": cells})
    table: ColourTable = {"voice": "", "name": f"The likeliest {OUTCOMES[found.outcome]}", "columns": columns, "rows": rows}
    return {"ink": colours.TEXT[theme], "tables": [table]}


def _on_the_curve(found: HandOver) -> list[Answer]:
    return [found.student_then_teacher.answer(depth, start) for depth, start in enumerate(found.matched)]


def _word(answer: Answer, place: int, column: str, names: Sequence[str], theme: str) -> ColourCell:
    name, probability = visible(names[answer.ids[place]]), float(answer.probabilities[place])
    said = f"{column}: {name} {probability:.4f}, number {place + 1}"
    return {"text": f"{name} {100 * probability:.0f}%", "words": said, "colour": colours.shade(probability, theme)}


def steps(found: HandOver) -> list[tuple[str, float]]:
    """How much farther from the teacher each part of the student made the answer, in nats; they add up to the student's KL.

    Where the student's last layer didn't begin as the teacher's last one, its head is the teacher's layers in between as well.
    """
    values, last = [0.0, *found.curve, found.student.kl], found.student_then_teacher.kl.shape[1] - 2
    missed = f" in place of {_teachers(found.matched[-1], last)}" if found.matched[-1] <= last else ""
    names = ["the embeddings", *(f"layer {layer}" for layer in range(len(found.matched) - 1)), f"its own head{missed}"]
    return list(zip(names, np.diff(values).tolist(), strict=True))


def sentence(found: HandOver) -> str:
    """Where the student lost what it lost, in one sentence from the curve's own numbers."""
    parts = [f"{name} {'lost' if step >= 0 else 'brought back'} {abs(step):.2f}" for name, step in steps(found)]
    said = ", ".join(parts[:-1]) + f" and {parts[-1]}"
    return f"Of the student's {found.student.kl:.2f} nats {said}. {verdict(found)}"


def verdict(found: HandOver) -> str:
    """The same for somebody who never saw a nat."""
    name, most = max(steps(found), key=lambda step: step[1])
    if found.student.kl < 0.005:
        return "So there is next to nothing to look for: here the student answers as its teacher does."
    if most <= 0:
        return "So no single part of the student lost more than another brought back."
    return f"So most was lost in {name}{_stands_for(found, name)}."


def _stands_for(found: HandOver, name: str) -> str:
    """Which teacher layers a student's layer took the place of."""
    if not name.startswith("layer "):
        return ""
    layer = int(name.split()[1])
    first, last = found.matched[layer], found.matched[layer + 1] - 1
    return f", which took the place of {_teachers(first, last)}" if first <= last else ""


def _teachers(first: int, last: int) -> str:
    """Layers of the teacher, both ends among them."""
    if first == last:
        return f"the teacher's layer {first}"
    return f"the teacher's layers {first} {'and' if last == first + 1 else 'to'} {last}"


def curve_table(found: HandOver, names: Sequence[str]) -> Table:
    """A row a point of the curve."""
    answers, layers = [*_on_the_curve(found), found.student], found.student_then_teacher.kl.shape[1] - 1
    rows: dict[str, list[Entry]] = {
        "student's state": [*_depths(found), "the student itself"],
        "teacher goes on from": [*(start_name(start, layers) for start in found.matched), ""],
        "KL(teacher ‖ mixture), nats": [answer.kl for answer in answers],
    }
    for place, word in enumerate(ORDINAL[: len(found.teacher.ids)]):
        rows[word] = [names[answer.ids[place]] for answer in answers]
        rows[f"p of the {word}"] = [float(answer.probabilities[place]) for answer in answers]
    return rows


# Floors


def floor_lines(found: HandOver, floors: Floors) -> Plot:
    """The curve beside what states are worth that say nothing, on a logarithmic scale."""
    names, hover = _depths(found), "%{x}: %{y:.4f} nats<extra></extra>"
    lines = {"the student's state": (found.curve, VOICE["teacher"], "solid"),
             "floor: every token has another's state": (floors.shuffled, colours.LINES[5], "dash"),
             "floor: a layer that learned nothing": (floors.random_layer, colours.LINES[1], "dot")}  # fmt: skip
    series: list[Series] = [
        {"type": "scatter", "mode": "lines+markers", "name": name, "x": names, "y": np.array(values, np.float64),
         "line": {"color": colour, "dash": dash, "width": 3}, "hovertemplate": hover}
        for name, (values, colour, dash) in lines.items()
    ]  # fmt: skip
    ticks = {"tickvals": TICKS, "ticktext": [f"{value:g}" for value in TICKS]}  # plotly's own leave most of a number out
    return plot(series, height=320, yaxis={"title": {"text": "KL from the teacher, nats"}, "type": "log", **ticks})


def floors_table(found: HandOver, floors: Floors) -> Table:
    """A row a depth."""
    return {
        "student's state": _depths(found),
        "as it is, nats": list(found.curve),
        "tokens shuffled, nats": floors.shuffled.tolist(),
        "a layer that learned nothing, nats": [None if np.isnan(value) else value for value in floors.random_layer.tolist()],
    }
