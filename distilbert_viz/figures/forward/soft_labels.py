"""Two distributions over the vocabulary, or over classes, in one picture."""

import numpy as np

from distilbert_viz.drawing.labels import plain
from distilbert_viz.drawing.plots import VOICE, Plot, Series, plot
from distilbert_viz.drawing.tables import Table
from distilbert_viz.records import Encoding, PositionLabels, SoftLabels


def bars(labels: SoftLabels, hard_label: int | None) -> Plot:
    """A pair of bars a candidate, the teacher's likeliest on top; the hard label, if the text gives one, is named."""
    rows = list(range(len(labels.names)))
    names = [plain(t) + (" (true token)" if c == hard_label else "") for t, c in zip(labels.names, labels.candidates, strict=True)]
    ranks = zip(labels.teacher_ranks, labels.student_ranks, strict=True)
    moves = [f"rank {teacher} → {student}" if teacher != student else f"rank {teacher}" for teacher, student in ranks]
    traces = [
        _bars("teacher", labels.teacher, labels.teacher_ranks, None),
        _bars("student", labels.student, labels.student_ranks, moves),
    ]
    return plot(
        traces,
        height=90 + 36 * len(rows),
        barmode="group",
        bargap=0.25,
        yaxis={"autorange": "reversed", "automargin": True, "tickvals": rows, "ticktext": names, "showgrid": False},
        xaxis={"title": {"text": f"probability at T = {labels.temperature:g}"}, "tickformat": ".3~%", "rangemode": "tozero"},
    )


def _bars(voice: str, probabilities: np.ndarray, ranks: np.ndarray, words: list[str] | None) -> Series:
    return {
        "type": "bar",
        "orientation": "h",
        "name": voice,
        "x": probabilities,
        "customdata": ranks,
        "text": words,
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": VOICE[voice]},
        "hovertemplate": f"{voice}: %{{x:.4f}}, rank %{{customdata}}<extra></extra>",
    }


def table(labels: SoftLabels) -> Table:
    """A row a candidate: probabilities, ranks among all outcomes (1 is the likeliest), and how far the rank moved."""
    return {
        labels.outcome: list(labels.names),
        "teacher": labels.teacher,
        "student": labels.student,
        "teacher rank": labels.teacher_ranks,
        "student rank": labels.student_ranks,
        "rank move": labels.student_ranks - labels.teacher_ranks,
    }


def positions_table(labels: PositionLabels, encoding: Encoding, vocabulary: tuple[str, ...]) -> Table:
    """A row a position: what each model finds likeliest, whether they agree, and how far apart they are."""
    return {
        "position": list(range(len(encoding))),
        "token": list(encoding.tokens),
        "teacher says": [vocabulary[i] for i in labels.teacher_ids],
        "p teacher": labels.teacher,
        "student says": [vocabulary[i] for i in labels.student_ids],
        "p student": labels.student,
        "agree": labels.teacher_ids == labels.student_ids,
        f"KL at T = {labels.temperature:g}, nats": labels.kl,
    }
