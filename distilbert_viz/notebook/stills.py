"""Still pictures for a notebook that is read without a kernel: HTML that needs neither script nor network."""

import html

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
    """Soft labels: a row an outcome, each model's probability as a bar and a number."""
    most = float(max(found.teacher.max(), found.student.max()))
    rows = zip(found.names, found.teacher.tolist(), found.student.tolist(), strict=True)
    cells = (
        f'<span style="text-align:right">{html.escape(visible(name))}</span>'
        f"<span>{_bar('teacher', teacher, most)}{_bar('student', student, most)}</span>"
        for name, teacher, student in rows
    )
    inner = f'<div style="display:grid;grid-template-columns:max-content 1fr;gap:4px 12px">{"".join(cells)}</div>'
    return _paper(inner, f"Blue: teacher, orange: student, at T = {found.temperature:g}.")


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
    heads = "".join(f"<b>{html.escape(head['name'])}</b>" for head in flow["heads"])
    cells = "".join(_box(box, len(row)) for row in flow["rows"] for box in row)
    return f'<div style="display:grid;grid-template-columns:1fr 1fr;gap:2px 24px">{heads}{cells}</div>'


def _box(box: Box, beside: int) -> str:
    """A station, over both columns where it is one for both models."""
    said = html.escape(box.get("live") or box.get("note", ""))
    return f'<span style="grid-column:span {3 - beside}"><b>{html.escape(box["name"])}</b> {said}</span>'
