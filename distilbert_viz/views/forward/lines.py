"""One head of each model as lines from token to token."""

from distilbert_viz.figures.forward.lines import lines as picture
from distilbert_viz.frame.components import lines
from distilbert_viz.records import TracePair
from distilbert_viz.session import present
from distilbert_viz.views.forward import attention


def heads(pair: TracePair, choice: attention.Choice) -> None:
    """The chosen heads, or the mean over their layers; checked, with the chosen token's row as a table."""
    drawing = picture(pair, choice.in_full, present.position(pair.encoding), choice.hidden)
    lines(drawing, "lines")
    attention.under(drawing, pair, choice)
