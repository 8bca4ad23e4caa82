"""Still pictures for a notebook that is read without a kernel: HTML that needs neither script nor network."""

import html
from collections.abc import Iterable

from distilbert_viz.drawing import still
from distilbert_viz.drawing.colours import STUDENT, TEACHER
from distilbert_viz.drawing.components import Box, Flow
from distilbert_viz.drawing.labels import visible
from distilbert_viz.records import Canvas, SoftLabels

COLOURS = {"teacher": TEACHER, "student": STUDENT}
PAPER = "background:#fff;color:#1f2320;padding:10px 12px;font:14px/1.4 system-ui,sans-serif;max-width:1040px"
ASIDE = "Still picture: its cell is to be run for one that answers to pointer and keyboard."
# Where the page could hide the next output, it does: JupyterLab says there that it has no kernel's model.
ALONE = ".jp-OutputArea-child:has(.{name}:not([hidden])) + .jp-OutputArea-child {{ display: none }}"


def page(picture: Canvas | Flow, name: str) -> str:
    """A picture on white paper, in an element of class `name`, by which a live picture finds and hides it."""
    inner = _figures(picture) if isinstance(picture, Canvas) else _boxes(picture)
    style = f"{ALONE.format(name=name)} .{name} .weights {{ image-rendering: pixelated }} .{name} .fine {{ image-rendering: auto }}"
    return f'<div class="{name}"><style>{style}</style>{_paper(inner, ASIDE)}</div>'


def labels(found: SoftLabels) -> str:
    """Soft labels as a table: a row an outcome, each model's probability as a bar and a number."""
    most = float(max(found.teacher.max(), found.student.max()))
    rows = zip(found.names, found.teacher.tolist(), found.student.tolist(), strict=True)
    lines = (
        f'<tr><th style="text-align:right">{html.escape(visible(name))}</th><td style="text-align:left">'
        f"{_bar('teacher', teacher, most)}{_bar('student', student, most)}</td></tr>"
        for name, teacher, student in rows
    )
    return _paper(f"<table>{''.join(lines)}</table>", f"Blue: teacher, orange: student, at T = {found.temperature:g}.")


def _bar(voice: str, probability: float, most: float) -> str:
    bar = f"display:inline-block;height:10px;margin-right:6px;width:{320 * probability / most:.0f}px;background:{COLOURS[voice]}"
    return f'<div><span style="{bar}"></span>{probability:.3g}</div>'


def _paper(inner: str, aside: str) -> str:
    return f'<div style="{PAPER}">{inner}<small>{aside}</small></div>'


def _figures(drawing: Canvas) -> str:
    pictures = zip(drawing.figures, still.stills(drawing), strict=True)
    figures = (
        f'<figure style="flex:1 1 340px;max-width:640px;margin:0"><figcaption>{html.escape(one.heading)}</figcaption>{svg}</figure>'
        for one, svg in pictures
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 28px">{"".join(figures)}</div>'


def _boxes(flow: Flow) -> str:
    """A row a station, the teacher's left and the student's right."""
    heads = "".join(f'<th style="text-align:left">{html.escape(head["name"])}</th>' for head in flow["heads"])
    return f"<table><tr>{heads}</tr>{''.join(_row(row) for row in flow['rows'])}</table>"


def _row(row: Iterable[Box]) -> str:
    boxes = list(row)
    wide = ' colspan="2"' if len(boxes) == 1 else ""
    words = [(html.escape(box["name"]), html.escape(box.get("live") or box.get("note", ""))) for box in boxes]
    cells = (f'<td{wide} style="text-align:left"><b>{name}</b> {said}</td>' for name, said in words)
    return f"<tr>{''.join(cells)}</tr>"
