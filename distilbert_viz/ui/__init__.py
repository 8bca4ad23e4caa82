"""All the Streamlit that is not a page."""

from distilbert_viz.ui.atlas import atlas_map, atlas_measure, head_atlas, head_kinds, head_numbers, head_space
from distilbert_viz.ui.attribution import attribution_choices, attribution_sums, attributions, method_bars
from distilbert_viz.ui.bar import bar
from distilbert_viz.ui.bertviz import bertviz_frames, bertviz_models, bertviz_view, show_bertviz
from distilbert_viz.ui.checks import checked, run_checks
from distilbert_viz.ui.choice import all_blocks, blocks, position, predictions, traced_text, vocabulary
from distilbert_viz.ui.choosing import consequences, needs, numbers, quality_against_time, verdict
from distilbert_viz.ui.classes import class_names
from distilbert_viz.ui.compared import heads_compared, heads_text
from distilbert_viz.ui.components import canvas, cells, flow, lines, pieces
from distilbert_viz.ui.controls import chosen_heads, chosen_layers, link, notice, plot, shown_table, table, theme
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
from distilbert_viz.ui.gate import admitted
from distilbert_viz.ui.heads import head_matrix, heads_shown, layers_compared, two_heads
from distilbert_viz.ui.live import routes
from distilbert_viz.ui.measured import chosen_measurement
from distilbert_viz.ui.measuring import measurement, new_measurement, nothing_measured
from distilbert_viz.ui.new_run import new_run
from distilbert_viz.ui.norms import carried, norm_maps, value_norms
from distilbert_viz.ui.one_step import losses_by_hand, masked_text, one_step, step_checked, step_flow, step_labels
from distilbert_viz.ui.pages import go_to_asked, run, sections
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
from distilbert_viz.ui.quality import measure_quality, published_scores, retention
from distilbert_viz.ui.race import forget_race, standings, start_race
from distilbert_viz.ui.rollout import rollout_by_hand, rollout_layers, rollout_maps
from distilbert_viz.ui.runs import chosen_run, compare_runs, run_controls, watch_run
from distilbert_viz.ui.server import lifespan
from distilbert_viz.ui.speed import (
    compare_measurements,
    latency,
    loading_time,
    measured_ratio,
    memory_overview,
    throughput,
    time_by_part,
)
from distilbert_viz.ui.state import write_address
from distilbert_viz.ui.take_along import text_report
from distilbert_viz.ui.texts import texts_read, texts_shown, texts_view
from distilbert_viz.ui.what_if import changed_attention, labels_checked, moved_labels, spread, sweep, what_if
from distilbert_viz.ui.why_faster import causes_overview, chain, chains, overhead, quoted_and_measured
from distilbert_viz.ui.words import direction, segment_shares, word_maps, words_together

__all__ = [
    "admitted", "all_blocks", "atlas_map", "atlas_measure", "attention_share", "attribution_choices", "attribution_sums",
    "attributions", "bar", "bertviz_frames", "bertviz_models", "bertviz_view", "blocks", "canvas", "carried", "causes_overview",
    "cells", "chain", "chains", "changed_attention", "checked", "chosen_heads", "chosen_layers", "chosen_measurement",
    "chosen_run", "claims", "class_names", "compare_measurements", "compare_runs", "computations", "consequences", "cost_pair",
    "direction", "distances", "flow", "forget_race", "go_to_asked", "head_atlas", "head_difference", "head_kinds", "head_matrix",
    "head_numbers", "head_space", "heads_compared", "heads_shown", "heads_text", "hide_special", "labels_checked", "latency",
    "layers_compared", "length_and_batch", "lifespan", "lines", "link", "loading_time", "losses_by_hand", "masked_text",
    "mean_over_heads", "measure_quality", "measured_ratio", "measurement", "memory_overview", "method_bars", "moved_labels",
    "needs", "new_measurement", "new_run", "norm_maps", "nothing_measured", "notice", "numbers", "one_step",
    "operations_checked", "operations_overview", "overhead", "overview_difference", "pieces", "plot", "position",
    "position_labels", "predictions", "published_scores", "quality_against_time", "quoted_and_measured", "ratios", "reading",
    "removed_and_kept", "retention", "rollout_by_hand", "rollout_layers", "rollout_maps", "routes", "run", "run_checks",
    "run_controls", "sections", "segment_shares", "show_bertviz", "shown_table", "similarity", "size_bytes", "size_overview",
    "sizes", "soft_labels", "spread", "stages", "standings", "start_race", "step_checked", "step_flow", "step_labels", "sweep",
    "table", "temperature", "text_report", "texts_read", "texts_shown", "texts_view", "theme", "throughput", "time_by_part",
    "traced_text", "two_heads", "value_norms", "verdict", "vocabulary", "walk", "watch_run", "what_if", "word_maps",
    "words_together", "write_address",
]  # fmt: skip
