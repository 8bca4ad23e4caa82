"""Why a student is faster: the chain of causes as boxes, its ratios on one axis, and "60% faster" beside what was measured."""

from collections.abc import Sequence

import numpy as np

from distilbert_viz.drawing.colours import LINES, TEXT
from distilbert_viz.drawing.plots import VOICE, Plot, Series, plot
from distilbert_viz.drawing.tables import Table
from distilbert_viz.figures.savings.choosing import number
from distilbert_viz.figures.savings.ratios import QUOTED
from distilbert_viz.figures.savings.timings import whiskers
from distilbert_viz.records import Cause, Measurement

COUNTED, MEASURED = "#8c8c8c", LINES[0]
# The page on which a link is opened up, and its view.
SIZES, TIMES = "Size and arithmetic", "Speed and memory"
PAGES = {
    "encoder layers": (SIZES, "size"),
    "arithmetic of a pass": (SIZES, "arithmetic"),
    "time in the layers": (TIMES, "speed"),
    "time outside them": (TIMES, "speed"),
    "the whole pass": (TIMES, "speed"),
    "parameters": (SIZES, "size"),
    "weights in memory": (SIZES, "size"),
    "weights that a pass reads": (SIZES, "size"),
    "loading": (TIMES, "memory"),
    "memory at the peak of a pass": (TIMES, "memory"),
}


def ratios(causes: Sequence[Cause], theme: str) -> Plot:
    """How many times less the student has or takes, link by link, from zero; counted and measured told apart."""
    names = [cause.what for cause in causes]
    kinds = {"counted": (COUNTED, True), "measured": (MEASURED, False)}
    traces = [_bars(name, colour, [c for c in causes if c.counted == counted], theme) for name, (colour, counted) in kinds.items()]
    quoted = QUOTED[0] / QUOTED[1]
    longest = max(quoted, *(max(cause.paired or (cause.ratio,)) for cause in causes))
    line = {"color": TEXT[theme], "dash": "dash", "width": 1.5}
    words = {
        "text": f"quoted: {quoted:.2f}", "x": quoted, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
        "font": {"color": TEXT[theme]},
    }  # fmt: skip
    return plot(
        traces,
        height=96 + 34 * len(causes),
        barmode="overlay",
        bargap=0.3,
        yaxis={"automargin": True, "showgrid": False, "categoryorder": "array", "categoryarray": names[::-1]},
        xaxis={"title": {"text": "times less: teacher / student"}, "range": [0, 1.12 * longest], "nticks": 6},
        shapes=[{"type": "line", "x0": quoted, "x1": quoted, "yref": "paper", "y0": 0, "y1": 1, "line": line}],
        annotations=[words],
        legend={"orientation": "h", "y": -0.22, "yanchor": "top", "x": 0},
    )


def _bars(name: str, colour: str, causes: list[Cause], theme: str) -> Series:
    middle, low, high = np.array([cause.paired or (cause.ratio, np.nan, np.nan) for cause in causes]).reshape(-1, 3).T
    return {
        "type": "bar", "orientation": "h", "name": name, "marker": {"color": colour}, "y": [cause.what for cause in causes],
        "x": middle, "error_x": whiskers(low, middle, high, TEXT[theme]), "text": [f"{ratio:.2f}" for ratio in middle],
        "textposition": "inside", "insidetextanchor": "start", "insidetextfont": {"color": "#000000"},
        "customdata": [[_amount(cause, cause.teacher), _amount(cause, cause.student)] for cause in causes],
        "hovertemplate": f"%{{y}}: %{{customdata[0]}} → %{{customdata[1]}}, {name}<extra></extra>",
    }  # fmt: skip


def _amount(cause: Cause, value: float) -> str:
    return f"{number(value)} {cause.unit}"


def line_sentence() -> str:
    """The line in the picture, named as what it is."""
    return f"The dashed line is quoted: {QUOTED[0]} s over {QUOTED[1]} s for STS-B's development set (Sanh et al. 2019, table 3)."


def flow(causes: Sequence[Cause]) -> Series:
    """A chain as rows of boxes, teacher left and student right, for the component of the forward pass."""
    heads = [{"voice": voice, "name": voice.capitalize()} for voice in VOICE]
    return {"heads": heads, "rows": [[_box(cause, voice) for voice in VOICE] for cause in causes]}


def _box(cause: Cause, voice: str) -> Series:
    page, view = PAGES[cause.what]
    live = f"teacher / student: {cause.ratio:.2f}" if voice == "student" else ("counted" if cause.counted else "measured")
    shape = _amount(cause, getattr(cause, voice))
    return {"voice": voice, "name": cause.what.capitalize(), "shape": shape, "live": live, "page": view, "opens": f"open {page}"}


def table(causes: Sequence[Cause]) -> Table:
    """A row a link."""
    return {
        "": [cause.what for cause in causes],
        "unit": [cause.unit for cause in causes],
        "teacher": [cause.teacher for cause in causes],
        "student": [cause.student for cause in causes],
        "teacher / student": [round(cause.ratio, 3) for cause in causes],
        "95% interval": [_interval(cause) for cause in causes],
        "how": ["counted" if cause.counted else "measured" for cause in causes],
    }


def _interval(cause: Cause) -> str:
    return f"{cause.paired[1]:.2f} to {cause.paired[2]:.2f}" if cause.paired else "–"


def overhead_sentence(causes: Sequence[Cause]) -> str:
    """How the pass's ratio follows from its parts: what lies outside the layers is in both models."""
    found = {cause.what: cause for cause in causes}
    if "time in the layers" not in found:
        return "The pass was not taken apart in this measurement, so that the time in the layers can't be told from the rest."
    inside, outside = found["time in the layers"], found["time outside them"]
    share = inside.teacher / (inside.teacher + outside.teacher)
    expected = (inside.teacher + outside.teacher) / (inside.student + outside.student)
    return (
        f"{100 * share:.0f}% of the teacher's pass is spent in its layers, which take {inside.ratio:.2f} times as long as the "
        f"student's; the rest takes {outside.ratio:.2f} times as long. Together that is {expected:.2f} times, by torch's profiler, "
        "which costs a little itself."
    )


def quoted_table(causes: Sequence[Cause], measurement: Measurement, cell: tuple[int, int]) -> Table:
    """ "60% faster" as it is quoted, and the same two numbers as measured."""
    whole = next(cause for cause in causes if cause.what == "the whole pass")
    setting, times = measurement.setting, QUOTED[0] / QUOTED[1]
    length, batch = cell
    return {
        "": ["teacher", "student", "times as fast", "less time", "what was timed", "on what"],
        "quoted (Sanh et al. 2019, table 3)": [
            f"{QUOTED[0]} s", f"{QUOTED[1]} s", f"{times:.2f}: “60% faster”", f"{100 * (1 - 1 / times):.1f}%",
            "STS-B's development set, a classifier, batch 1", "a CPU, in 2019",
        ],
        "measured": [
            f"{number(whole.teacher)} ms", f"{number(whole.student)} ms", f"{whole.ratio:.2f} (95% interval {_interval(whole)})",
            f"{100 * (1 - 1 / whole.ratio):.1f}%", f"{length} tokens × {batch}, {setting.form}, {setting.attention}",
            f"{setting.device_name or setting.device}, {setting.threads} threads, {setting.dtype}",
        ],
    }  # fmt: skip
