"""Plotly figures share one look: quiet axes, the two voices, room for long labels. Plotly has no types: all of it comes in here."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

# plotly looks for pandas among the modules that are there, and takes one that another thread has only begun to read.
import pandas  # type: ignore[import-untyped]  # noqa: F401
from plotly.graph_objects import Figure  # type: ignore[import-untyped]

from distilbert_viz.drawing.colours import STUDENT, TEACHER

Plot: TypeAlias = Figure
# What plotly takes for a property: JSON, or an array in place of a list of numbers. What lies deeper plotly itself checks.
Value: TypeAlias = str | int | float | np.ndarray | np.generic | Sequence[Any] | Mapping[str, Any] | None
Series: TypeAlias = dict[str, Value]  # bars, lines or points of one name, by plotly's own properties

VOICE = {"teacher": TEACHER, "student": STUDENT}


def plot(series: Sequence[Mapping[str, Value]], height: int, **layout: Value) -> Plot:
    """A plotly figure `height` pixels high, its layout on the house's defaults. A property that plotly lacks is a ValueError."""
    base: dict[str, Value] = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "hovermode": "closest",
    }
    return Plot({"data": series, "layout": base | layout}, skip_invalid=False)


def beside(values: Sequence[float]) -> list[str]:
    """Where the words of a curve's points stand so that the curve doesn't run through them: away from its higher neighbours."""
    befores, afters = [values[0], *values[:-1]], [*values[1:], values[-1]]
    return [_place(before > here, after > here) for before, here, after in zip(befores, values, afters, strict=True)]


def _place(before_higher: bool, after_higher: bool) -> str:
    if before_higher and after_higher:
        return "bottom center"
    if before_higher:
        return "top right"
    return "bottom right" if after_higher else "top center"
