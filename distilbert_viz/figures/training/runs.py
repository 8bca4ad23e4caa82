"""Several runs in one picture, and a run's record as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import plotly.graph_objects as go  # type: ignore[import-untyped]

from distilbert_viz.drawing.colours import LINES
from distilbert_viz.drawing.labels import plain
from distilbert_viz.drawing.plots import plot
from distilbert_viz.records import Evaluation, NamedLoss, Step

MEASURES = {
    "held-out KL": ("kl", "KL(teacher ‖ student), nats a token"),
    "agreement": ("agreement", "share of held-out tokens with one likeliest word"),
    "student's accuracy": ("student_accuracy", "share of held-out true words found"),
}


def compare(runs: Mapping[str, Sequence[Evaluation]], measure: str) -> go.Figure:
    """One line a run, by step; `measure` is a key of MEASURES."""
    name, title = MEASURES[measure]
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": plain(label, 40),
            "x": [evaluation.number for evaluation in evaluations],
            "y": [getattr(evaluation, name) for evaluation in evaluations],
            "line": {"color": LINES[i % len(LINES)], "dash": ("solid", "dash", "dot")[i // len(LINES) % 3]},
            "hovertemplate": f"step %{{x}}: %{{y:.4f}}<extra>{plain(label, 40)}</extra>",
        }
        for i, (label, evaluations) in enumerate(runs.items())
    ]
    return plot(traces, height=380, xaxis={"title": {"text": "step"}}, yaxis={"title": {"text": title}, "rangemode": "tozero"})


def table(
    steps: Sequence[Step], evaluations: Sequence[Evaluation], named: Sequence[NamedLoss] = ()
) -> list[dict[str, float | int | None]]:
    """A row a step; what an evaluation found stands in the row of its step, step 0 has nothing else, what is NaN is left out.

    Losses under names of their own have a column a name.
    """
    found = {evaluation.number: evaluation for evaluation in evaluations}
    made = {step.number: step for step in steps}
    own = {(loss.number, loss.name): loss.value for loss in named}
    names = list(dict.fromkeys(loss.name for loss in named))
    rows = []
    for number in sorted(found.keys() | made.keys()):
        row = {field.name: getattr(made.get(number), field.name, None) for field in fields(Step)}
        row |= {name: own.get((number, name)) for name in names}
        row |= {f.name: getattr(found.get(number), f.name, None) for f in fields(Evaluation) if f.name not in row}
        rows.append({name: None if value != value else value for name, value in row.items()} | {"number": number})
    return rows
