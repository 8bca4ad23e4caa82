"""One forward pass of a loaded model -> Trace; and, on demand, what lies inside a block or behind the MLM head."""

from distilbert_viz.tracing.encoding import encode
from distilbert_viz.tracing.forward import logits, predictions, trace, trace_pair
from distilbert_viz.tracing.inside import block, blocks
from distilbert_viz.tracing.stock import stock_pass

__all__ = ["block", "blocks", "encode", "logits", "predictions", "stock_pass", "trace", "trace_pair"]
