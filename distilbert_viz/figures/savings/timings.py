"""What pictures of measured times share: cells by name, medians between quartiles, lying and standing bars from zero."""

from collections.abc import Iterable, Sequence

import numpy as np

from distilbert_viz.drawing.colours import TEXT
from distilbert_viz.drawing.plots import VOICE, Plot, Series, Value, plot
from distilbert_viz.figures.savings.cost import ON_VOICE
from distilbert_viz.records import Measurement, Timing

Cell = tuple[int, int]  # length, batch
Interval = tuple[float, float, float]  # the median, and the ends of its 95% interval


def cell(timing: Timing) -> Cell:
    """What tells a timing from the others of its measurement."""
    return timing.length, timing.batch


def named(length: int, batch: int) -> str:
    """ "128 tokens × 8" """
    return f"{length} tokens × {batch}"


def leading(measurement: Measurement) -> Timing:
    """The cell that a sentence speaks of: the smallest batch, and the longest texts of it."""
    return min(measurement.timings, key=lambda one: (one.batch, -one.length))


def texts_of(timing: Timing) -> str:
    """ "one text of 128 tokens" """
    return f"{'one text' if timing.batch == 1 else f'{timing.batch} texts'} of {timing.length} tokens"


def quartiles(seconds: Sequence[float]) -> tuple[float, float, float]:
    """First quartile, median, third quartile."""
    first, median, third = np.percentile(seconds, (25, 50, 75)).tolist()
    return first, median, third


def lengths(measurement: Measurement) -> list[int]:
    """The lengths that were measured, the shortest first."""
    return sorted({timing.length for timing in measurement.timings})


def batches(measurement: Measurement) -> list[int]:
    """The batches that were measured, the smallest first."""
    return sorted({timing.batch for timing in measurement.timings})


def three_digits(value: float) -> str:
    """Three significant digits, all of them before the point if there are so many."""
    return f"{value:,.0f}" if value >= 100 else f"{value:#.3g}"


def time_bars(voice: str, names: list[str], samples: Sequence[Sequence[float]], theme: str) -> Series:
    """Lying bars of medians in milliseconds; the number stands in the bar, where it fits."""
    found = 1000 * np.array([quartiles(seconds) for seconds in samples]).reshape(-1, 3)
    first, median, third = found.T
    return {
        "type": "bar", "orientation": "h", "name": voice, "marker": {"color": VOICE[voice]}, "y": names, "x": median,
        "error_x": whiskers(first, median, third, TEXT[theme]), "text": [f"{three_digits(value)} ms" for value in median],
        "insidetextanchor": "start", "insidetextfont": {"color": ON_VOICE[voice]}, "constraintext": "none",
        "customdata": np.column_stack([first, third, [len(seconds) for seconds in samples]]),
        "hovertemplate": f"{voice}, %{{y}}: %{{x:.4g}} ms, quartiles %{{customdata[0]:.4g}} to %{{customdata[1]:.4g}}, "
        "%{customdata[2]} passes<extra></extra>",
    }  # fmt: skip


def whiskers(low: np.ndarray, middle: np.ndarray, high: np.ndarray, colour: str) -> Series:
    """Plotly's error bars from `low` to `high`."""
    return {
        "type": "data", "symmetric": False, "color": colour, "thickness": 1.5, "width": 4,
        "array": high - middle, "arrayminus": middle - low,
    }  # fmt: skip


def lying(traces: list[Series], rows: int, title: str, **layout: Value) -> Plot:
    """Rows from above, teacher above student, one axis from zero."""
    yaxis = {"autorange": "reversed", "automargin": True, "showgrid": False, "type": "category"}
    xaxis = {"title": {"text": title}, "rangemode": "tozero", "nticks": 6}
    return plot(traces, height=100 + 56 * max(rows, 1), barmode="group", bargap=0.3, yaxis=yaxis, xaxis=xaxis, **layout)


def standing(traces: list[Series], cells: Iterable[Cell], title: str, **layout: Value) -> Plot:
    """A column a cell, by length and then by batch; one axis from zero."""
    columns = [named(*key) for key in sorted(cells)]
    xaxis = {"type": "category", "categoryorder": "array", "categoryarray": columns, "title": {"text": "length × batch"}}
    return plot(traces, height=360, xaxis=xaxis, yaxis={"title": {"text": title}, "rangemode": "tozero"}, **layout)
