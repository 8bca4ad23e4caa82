"""The way of a text through both models, box by box."""

from distilbert_viz import checking
from distilbert_viz.figures.forward import sentences
from distilbert_viz.figures.forward.flow import flow as picture
from distilbert_viz.frame import components
from distilbert_viz.records import TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import checked


def flow(pair: TracePair) -> str:
    """Every station of both models at the chosen token, checked against the stock models' hidden states.

    Returns what goes in and comes out, plainly.
    """
    position = present.position(pair.encoding)
    predictions = present.predictions(position) if present.task().labels else None
    components.flow(picture(pair, present.all_blocks(position), predictions))
    checked(checking.hidden_states, pair)
    return sentences.architecture(pair, predictions)
