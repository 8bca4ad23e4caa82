"""All the Streamlit that is not a page."""

from distilbert_viz.ui.bar import bar
from distilbert_viz.ui.checks import checked, run_checks
from distilbert_viz.ui.choice import all_blocks, blocks, position, predictions, traced_text, vocabulary
from distilbert_viz.ui.components import canvas, cells, flow, pieces
from distilbert_viz.ui.controls import chosen_heads, chosen_layers, link, notice, plot, table, theme
from distilbert_viz.ui.cost import (
    attention_share,
    claims,
    computations,
    cost_pair,
    length_and_batch,
    operations_checked,
    operations_overview,
    ratios,
    removed_and_kept,
    size_bytes,
    size_overview,
    sizes,
)
from distilbert_viz.ui.live import routes
from distilbert_viz.ui.new_run import new_run
from distilbert_viz.ui.one_step import losses_by_hand, masked_text, one_step, step_checked, step_flow, step_labels
from distilbert_viz.ui.pages import go_to_asked, sections
from distilbert_viz.ui.panels import (
    distances,
    head_difference,
    hide_special,
    mean_over_heads,
    overview_difference,
    position_labels,
    reading,
    similarity,
    soft_labels,
    stages,
    temperature,
    walk,
)
from distilbert_viz.ui.race import forget_race, standings, start_race
from distilbert_viz.ui.runs import chosen_run, compare_runs, run_controls, watch_run
from distilbert_viz.ui.server import lifespan
from distilbert_viz.ui.state import write_address

__all__ = [
    "all_blocks", "attention_share", "bar", "blocks", "canvas", "cells", "checked", "chosen_heads", "chosen_layers", "chosen_run",
    "claims", "compare_runs", "computations", "cost_pair", "distances", "flow", "forget_race", "go_to_asked",
    "head_difference", "hide_special", "length_and_batch", "lens", "lifespan", "link", "losses_by_hand", "masked_text",
    "mean_over_heads", "new_run", "notice", "one_step", "operations_checked", "operations_overview", "overview_difference",
    "pieces", "plot", "position", "position_labels", "predictions", "ratios", "reading", "removed_and_kept", "routes",
    "run_checks", "run_controls", "sections", "similarity", "size_bytes", "size_overview", "sizes", "soft_labels", "stages",
    "standings", "start_race", "step_checked", "step_flow", "step_labels", "table", "temperature", "theme", "traced_text",
    "vocabulary", "walk", "watch_run", "write_address",
]  # fmt: skip
