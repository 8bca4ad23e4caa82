"""One forward pass of a loaded model -> Trace; and, on demand, what lies inside a block or behind the MLM head."""

from distilbert_viz.tracing.encoding import encode
from distilbert_viz.tracing.forward import logits, logits_many, predictions, read_states, trace, trace_many, trace_pair
from distilbert_viz.tracing.inside import block, blocks
from distilbert_viz.tracing.interventions import logits_at, stock_what_if, sweep, what_if
from distilbert_viz.tracing.lost_texts import over_texts
from distilbert_viz.tracing.mixtures import hand_over, mixture_labels
from distilbert_viz.tracing.norms import transformed_norms, transformed_values
from distilbert_viz.tracing.patching import PARTS, patch_rows, patches
from distilbert_viz.tracing.reading import own_pieces, reading
from distilbert_viz.tracing.segment import segment_cost
from distilbert_viz.tracing.shuffled import floors
from distilbert_viz.tracing.stock import stock_pass

__all__ = [
    "PARTS", "block", "blocks", "encode", "floors", "hand_over", "logits", "logits_at", "logits_many", "mixture_labels",
    "over_texts", "own_pieces", "patch_rows", "patches", "predictions", "read_states", "reading", "segment_cost", "stock_pass",
    "stock_what_if", "sweep", "trace", "trace_many", "trace_pair", "transformed_norms", "transformed_values", "what_if",
]  # fmt: skip
