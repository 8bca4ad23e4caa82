"""One HTML file of a text's findings: no script, no network, legible in light and dark, on a phone and on paper."""

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from distilbert_viz.drawing import colours, still
from distilbert_viz.drawing.components import ColourCell
from distilbert_viz.drawing.labels import plural, visible
from distilbert_viz.figures.forward import hidden_states
from distilbert_viz.records import Difference, ModelSize, SoftLabels, subject
from distilbert_viz.report import lost
from distilbert_viz.report.findings import Findings
from distilbert_viz.version import VERSION

FOLDER = Path(__file__).parent
LONGEST_TEXT = 50_000
FLOAT32_BYTES = 4


def page(found: Findings, panels: Mapping[str, Difference], made: datetime | None = None) -> str:
    """The report; `panels` are its checks by name, `made` is when, now if not said."""
    when = made or datetime.now(UTC)
    return _template().render(
        found=found,
        text=visible(found.traces.encoding.text, LONGEST_TEXT),
        made=f"{when:%Y-%m-%d %H:%M} UTC",
        versions=_versions(),
        style=(FOLDER / "report.css").read_text(encoding="utf-8"),
        numbers=_numbers(found.sizes),
        tokens=_tokens(found),
        shades=still.shades(),
        overview=still.stills(found.overview),
        maps=still.stills(found.maps),
        similarity=_similarity(found),
        subject=subject(found.labels.outcome, found.labels.position),
        marked=_marked(found.labels),
        candidates=_candidates(found.labels, found.hard_label),
        lost=None if found.lost is None else lost.lost(found.lost, found.outcomes),
        panels=panels,
        plural=plural,
        step=still.STEP,
    )


@cache
def _template() -> Template:
    loader = FileSystemLoader(FOLDER)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("report.html")


def _versions() -> dict[str, str]:
    others = {name: version(name) for name in ("torch", "transformers", "numpy")}
    return {"distilbert_viz": VERSION, "python": platform.python_version()} | others


def _numbers(sizes: tuple[ModelSize, ModelSize]) -> list[tuple[str, str, str]]:
    """What both models are, a row a number."""
    return [(name, *values) for name, *values in zip(_NAMES, *map(_sizes, sizes), strict=True)]


_NAMES = ("family", "layers", "heads a layer", "hidden size", "feed-forward size", "vocabulary", "positions",
          "parameters", "float32, MB (10⁶ bytes)")  # fmt: skip


def _sizes(size: ModelSize) -> list[str]:
    shape = size.architecture
    counts = (shape.layers, shape.heads, shape.hidden, shape.intermediate, shape.vocabulary, shape.positions, size.parameters)
    megabytes = f"{FLOAT32_BYTES * size.parameters / 1e6:.1f}"
    return [shape.family, *(f"{count:,}" for count in counts), megabytes]


def _marked(labels: SoftLabels) -> int:
    """The token whose soft label is shown; the first where it is the whole text's; none (-1) where it is an answer's."""
    return -1 if labels.outcome == "place" else labels.position


def _tokens(found: Findings) -> list[dict[str, str | int | bool]]:
    encoding = found.traces.encoding
    columns = (encoding.tokens, encoding.input_ids.tolist(), encoding.original_ids.tolist(), encoding.token_type_ids.tolist())
    return [
        {"position": i, "token": visible(token), "id": number, "masked": number != original, "second": segment == 1}
        for i, (token, number, original, segment) in enumerate(zip(*columns, strict=True))
    ]


class ThemedCell(TypedDict):
    """A cell's text, its colour in either theme, and whether it is outlined."""

    text: str
    light: str
    dark: str
    outlined: bool


class ThemedRow(TypedDict):
    """A row, named after a state."""

    state: str
    cells: list[ThemedCell]


class ThemedTable(TypedDict):
    """A table on colour that either theme can show."""

    name: str
    columns: list[str]
    rows: list[ThemedRow]


def _similarity(found: Findings) -> ThemedTable | None:
    """The table of states once: its words, and the colour of every cell in both themes; None on a text too short to compare."""
    measure = hidden_states.measures(found.traces)[0]
    try:
        light, dark = (hidden_states.similarity(found.traces, measure, theme)["tables"][0] for theme in colours.TEXT)
    except ValueError:  # too few tokens for debiased CKA, which alone compares two widths
        return None
    rows: list[ThemedRow] = [
        {"state": bright["state"], "cells": [_cell(*both) for both in zip(bright["cells"], dim["cells"], strict=True)]}
        for bright, dim in zip(light["rows"], dark["rows"], strict=True)
    ]
    return {"name": light["name"], "columns": light["columns"], "rows": rows}


def _cell(bright: ColourCell, dim: ColourCell) -> ThemedCell:
    return {"text": bright["text"], "light": bright["colour"], "dark": dim["colour"], "outlined": bright.get("outlined", False)}


class Candidate(TypedDict):
    """An outcome: its name, whether it is the true one, (voice, probability, percent of the longest bar) and rank of each model."""

    name: str
    true: bool
    bars: tuple[tuple[str, float, float], tuple[str, float, float]]
    ranks: list[int]


def _candidates(labels: SoftLabels, hard_label: int | None) -> list[Candidate]:
    most = float(max(labels.teacher.max(), labels.student.max()))
    arrays = (labels.candidates, labels.teacher, labels.student, labels.teacher_ranks, labels.student_ranks)
    rows = zip(labels.names, *(array.tolist() for array in arrays), strict=True)
    return [
        {
            "name": visible(name),
            "true": number == hard_label,
            "bars": (("teacher", teacher, 100 * teacher / most), ("student", student, 100 * student / most)),
            "ranks": ranks,
        }
        for name, number, teacher, student, *ranks in rows
    ]
