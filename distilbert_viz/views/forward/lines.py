"""One head of each model as lines from token to token."""

from distilbert_viz.figures.forward.lines import lines as picture
from distilbert_viz.frame.components import lines
from distilbert_viz.records import TracePair
from distilbert_viz.session import present
from distilbert_viz.views.forward import attention


def heads(pair: TracePair, chosen: attention.Heads, mean: bool, hidden: bool) -> None:
    """The chosen heads, or with `mean` the mean over their layers; checked, with the chosen token's row as a table.

    Special tokens are left out where `hidden`.
    """
    drawn = attention.in_full(chosen, mean)
    drawing = picture(pair, drawn, present.position(pair.encoding), hidden)
    lines(drawing, "lines")
    attention.under(drawing, pair, drawn, hidden)
