"""A pair's arithmetic: multiply-accumulates as bars from zero, their formulas, and how attention's share grows."""

import numpy as np

from distilbert_viz.drawing.plots import VOICE, Plot, Series, Value, plot
from distilbert_viz.drawing.tables import Table
from distilbert_viz.records import Computation

Computations = tuple[Computation, Computation]
OVER_TOKENS = "scores and weighted values"
ATTENTION = ("query, key, value, output", OVER_TOKENS)


def operations_bars(both: Computations) -> Plot:
    """MACs by component, teacher above student, from zero."""
    names = list(dict.fromkeys(operation.name for computation in both for operation in computation.operations))
    traces = [_bars(voice, computation, names) for voice, computation in zip(VOICE, both, strict=True)]
    return plot(
        traces,
        height=90 + 40 * len(names),
        barmode="group",
        bargap=0.3,
        yaxis={"autorange": "reversed", "automargin": True, "showgrid": False},
        xaxis={"title": {"text": "multiply-accumulates (MACs)"}, "rangemode": "tozero", "tickformat": "~s", "nticks": 6},
    )


def _bars(voice: str, computation: Computation, names: list[str]) -> Series:
    macs = {operation.name: operation.macs for operation in computation.operations}
    return {
        "type": "bar", "orientation": "h", "name": voice, "marker": {"color": VOICE[voice]},
        "y": [name.replace(", at", "<br>at").replace("and weighted", "<br>and weighted") for name in names],
        "x": [macs.get(name, 0) for name in names], "hovertemplate": "%{y}: %{x:,} MACs<extra></extra>",
    }  # fmt: skip


def operations_table(both: Computations) -> Table:
    """A row a component: its formula, and the MACs of both models; 0 where a model has no such component."""
    formulas = {o.name: o.formula for computation in both for o in computation.operations}
    counts = [{o.name: o.macs for o in computation.operations} for computation in both]
    teacher, student = ([count.get(name, 0) for name in formulas] + [sum(count.values())] for count in counts)
    return {"component": [*formulas, "all"], "formula": [*formulas.values(), ""], "teacher": teacher, "student": student}


def operations_headline(both: Computations) -> dict[str, str]:
    """MACs of both, and how many times less the student needs."""
    teacher, student = both
    return {
        f"teacher, {teacher.class_name}": f"{teacher.macs / 1e9:,.3g} G MACs",
        f"student, {student.class_name}": f"{student.macs / 1e9:,.3g} G MACs",
        "times less arithmetic": f"{teacher.macs / student.macs:.2f}",
    }


def ratios_table(computations: dict[str, Computations]) -> Table:
    """A row a form: MACs of both, and teacher over student."""
    return {
        "counted as": list(computations),
        "teacher": [teacher.macs for teacher, _ in computations.values()],
        "student": [student.macs for _, student in computations.values()],
        "teacher / student": [teacher.macs / student.macs for teacher, student in computations.values()],
    }


def counter_sentence(both: Computations, counted: tuple[int, int]) -> str:
    """Twice the MACs against torch's own counter."""
    counts = [
        f"{voice} {count:,} operations, {count - 2 * computation.macs:,} from twice the MACs"
        for voice, computation, count in zip(VOICE, both, counted, strict=True)
    ]
    return f"checked against torch's FlopCounterMode, under eager attention: {'; '.join(counts)}"


def attention_share(computations: list[Computations]) -> Plot:
    """Attention's share of all MACs as the length grows: with its four projections, and the n² part alone."""
    traces: list[Series] = []
    for voice, of_voice in zip(VOICE, zip(*computations, strict=True), strict=True):
        width = 5 if voice == "teacher" else 2  # the two may lie on each other
        traces.append(_line(f"{voice}, attention", voice, of_voice, ATTENTION, {"width": width}))
        traces.append(_line(f"{voice}, its n² part", voice, of_voice, (OVER_TOKENS,), {"width": width, "dash": "dot"}))
    return plot(
        traces,
        height=360,
        hovermode="x",
        xaxis={"title": {"text": "length n, tokens"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "share of all MACs"}, "tickformat": ".0%", "rangemode": "tozero"},
    )


def _line(name: str, voice: str, computations: tuple[Computation, ...], parts: tuple[str, ...], line: dict[str, Value]) -> Series:
    shares = [sum(o.macs for o in c.operations if o.name in parts) / c.macs for c in computations]
    return {
        "type": "scatter", "mode": "lines", "name": name, "x": [c.length for c in computations], "y": np.array(shares),
        "line": line | {"color": VOICE[voice]}, "hovertemplate": f"{name}: %{{y:.1%}}<extra></extra>",
    }  # fmt: skip
