"""How many times as fast the student is, as measured, beside what is quoted; several measurements in one picture."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from distilbert_viz.drawing.colours import LINES, TEXT
from distilbert_viz.drawing.labels import plain
from distilbert_viz.drawing.plots import Plot, Series
from distilbert_viz.drawing.tables import Column, Table
from distilbert_viz.figures.savings.timings import Cell, Interval, cell, named, quartiles, standing, whiskers
from distilbert_viz.records import Measurement

# Seconds of a full pass over STS-B's development set, one CPU, batch 1: Sanh et al. 2019 (arXiv 1910.01108), table 3.
QUOTED = (668, 410)


def ratios(found: Mapping[Cell, Interval], arithmetic: Mapping[Cell, float], theme: str) -> Plot:
    """How many times as fast the student is, by cell, beside what its arithmetic saves and beside the number often quoted."""
    traces = [_dots("measured, with its 95% interval", found, LINES[0])]
    if arithmetic:
        traces.append(
            {
                "type": "scatter", "mode": "markers", "name": "times less arithmetic", "y": list(arithmetic.values()),
                "x": [named(*key) for key in arithmetic],
                "marker": {"symbol": "diamond-open", "size": 11, "color": TEXT[theme], "line": {"width": 2}},
                "hovertemplate": "%{x}: %{y:.2f} times less arithmetic<extra></extra>",
            }
        )  # fmt: skip
    return _against_the_quoted(traces, found, theme)


def quoted_sentence() -> str:
    """The line in the picture, named as what it is."""
    teacher, student = QUOTED
    return (
        f"The broken line is quoted, not measured here: BERT-base's {teacher} s against its DistilBERT's {student} s for STS-B's "
        f"development set, one CPU, batch 1, so {teacher / student:.2f} times (Sanh et al. 2019, table 3). Dots are the teacher's "
        "median time over the student's, timed in turn; their intervals are 95% bootstrap intervals of that ratio."
    )


def table(found: Mapping[Cell, Interval], arithmetic: Mapping[Cell, float]) -> Table:
    """A row a cell: the measured ratio with its interval, and what the arithmetic alone would give."""
    cells = sorted(found)
    columns: dict[str, Column] = {"length": [key[0] for key in cells], "batch": [key[1] for key in cells]}
    columns |= {name: [found[key][i] for key in cells] for i, name in enumerate(("ratio", "lower end", "upper end"))}
    return columns | {"times less arithmetic": [arithmetic.get(key) for key in cells]}


def _dots(name: str, found: Mapping[Cell, Interval], colour: str) -> Series:
    median, low, high = np.array(list(found.values())).reshape(-1, 3).T
    return {
        "type": "scatter", "mode": "markers", "name": name, "x": [named(*key) for key in found], "y": median,
        "marker": {"color": colour, "size": 11}, "error_y": whiskers(low, median, high, colour),
        "customdata": np.column_stack([low, high]),
        "hovertemplate": "%{x}: %{y:.3f} times, 95% interval %{customdata[0]:.3f} to %{customdata[1]:.3f}"
        f"<extra>{name}</extra>",
    }  # fmt: skip


def _against_the_quoted(traces: list[Series], cells: Iterable[Cell], theme: str) -> Plot:
    """Ratios on one axis from zero, with the quoted one as a line that says where it comes from."""
    quoted = QUOTED[0] / QUOTED[1]
    line = {
        "type": "line", "y0": quoted, "y1": quoted, "x0": 0, "x1": 1, "xref": "paper", "showlegend": True,
        "name": f"quoted: {quoted:.2f} (Sanh et al. 2019, table 3)", "line": {"color": TEXT[theme], "dash": "dash", "width": 1.5},
    }  # fmt: skip
    return standing(traces, cells, "times as fast as the teacher", scattermode="group", showlegend=True, shapes=[line])


def told_apart(measurements: Sequence[Measurement]) -> list[str]:
    """A short name each: its number, and the choices in which these measurements differ, or when they began."""
    settings = [measurement.setting for measurement in measurements]
    facts = [(s.pair, s.form, s.device_name, s.device, f"threads {s.threads}", s.dtype, s.attention) for s in settings]
    differing = [i for i in range(len(facts[0])) if len({fact[i] for fact in facts}) > 1]
    names = [", ".join(fact[i] for i in differing) for fact in facts]
    if len(set(names)) < len(names):
        names = [", ".join(filter(None, (s.began[:16].replace("T", " "), name))) for s, name in zip(settings, names, strict=True)]
    return [f"{number}: {name}" if name else str(number) for number, name in enumerate(names, 1)]


def compare_ratios(found: Mapping[str, Mapping[Cell, Interval]], theme: str) -> Plot:
    """Several measurements' ratios by cell, a colour each, beside the quoted one."""
    traces = [_dots(plain(name, 60), intervals, LINES[i % len(LINES)]) for i, (name, intervals) in enumerate(found.items())]
    return _against_the_quoted(traces, {key for intervals in found.values() for key in intervals}, theme)


def compare_latencies(measurements: Mapping[str, Measurement], voice: str, theme: str) -> Plot:
    """One model's milliseconds a pass in several measurements, by cell: medians from zero, whiskers between the quartiles."""
    traces: list[Series] = []
    for i, (name, measurement) in enumerate(measurements.items()):
        times = [quartiles(getattr(timing, voice)) for timing in measurement.timings]
        first, median, third = 1000 * np.array(times).reshape(-1, 3).T
        traces.append(
            {
                "type": "bar", "name": plain(name, 60), "marker": {"color": LINES[i % len(LINES)]}, "y": median,
                "x": [named(*cell(timing)) for timing in measurement.timings],
                "error_y": whiskers(first, median, third, TEXT[theme]), "hovertemplate": "%{x}: %{y:.4g} ms",
            }
        )  # fmt: skip
    cells = {cell(timing) for measurement in measurements.values() for timing in measurement.timings}
    return standing(traces, cells, f"milliseconds a pass, {voice}", barmode="group")


def compare_table(measurements: Mapping[str, Measurement], found: Mapping[str, Mapping[Cell, Interval]]) -> Table:
    """A row a cell of every measurement: medians in milliseconds, and the ratio with its 95% interval."""
    rows = []
    for name, measurement in measurements.items():
        for timing in sorted(measurement.timings, key=cell):
            medians = [1000 * quartiles(seconds)[1] for seconds in (timing.teacher, timing.student)]
            rows.append((name, timing.length, timing.batch, *medians, *found[name][cell(timing)]))
    names = ("measurement", "length", "batch", "teacher, ms", "student, ms", "ratio", "lower end", "upper end")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
