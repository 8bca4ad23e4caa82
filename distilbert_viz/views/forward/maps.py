"""Attention maps: every head at a glance, and one head in full."""

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import attention as figures
from distilbert_viz.frame.components import canvas
from distilbert_viz.records import Canvas, Difference, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.views.forward import attention
from distilbert_viz.views.forward.attention import Choice, Special


def overview(pair: TracePair, choice: Choice) -> None:
    """Every head of both models at a glance, checked; special tokens left out where they are hidden."""
    drawing = figures.attention_overview(pair, choice.heads, choice.linked, choice.hidden)
    canvas(drawing, "overview")
    checked(_overview_difference, drawing, pair.encoding.special if choice.hidden else None)


def _overview_difference(drawing: Canvas, special: Special | None, passes: Passes) -> Difference:
    return checking.overview(
        drawing, passes, lambda maps: comparison.pooled(attention.without(special, maps), figures.OVERVIEW_SIDE)[0]
    )


def in_full(pair: TracePair, choice: Choice) -> None:
    """One head of each model in full, or the mean over its layer; checked, with the chosen token's row as a table."""
    drawing = figures.head_maps(pair, choice.in_full, present.position(pair.encoding), choice.hidden)
    canvas(drawing, "head")
    attention.under(drawing, pair, choice)
