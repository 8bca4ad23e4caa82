"""All the Streamlit that is not a page."""

from distilbert_viz.ui.bar import bar
from distilbert_viz.ui.checks import checked, run_checks
from distilbert_viz.ui.choice import all_blocks, blocks, logits, position, predictions, traced_text, vocabulary
from distilbert_viz.ui.components import canvas, flow, literal, pieces, walk
from distilbert_viz.ui.controls import chosen_heads, chosen_layers, link, notice, plot, table, theme
from distilbert_viz.ui.state import write_address

__all__ = [
    "all_blocks", "bar", "blocks", "canvas", "checked", "chosen_heads", "chosen_layers", "flow", "link", "literal", "logits",
    "notice", "pieces", "plot", "position", "predictions", "run_checks", "table", "theme", "traced_text",
    "vocabulary", "walk", "write_address",
]  # fmt: skip
