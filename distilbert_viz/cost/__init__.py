"""What a pair costs: parameters, bytes and arithmetic, from the architecture alone; no weight is read."""

from distilbert_viz.cost.macs import computation, operations_counted
from distilbert_viz.cost.parameters import changes, file_bytes, model_size
from distilbert_viz.cost.weightless import CLASSES, FULL_SIZE, weightless

__all__ = ["CLASSES", "FULL_SIZE", "changes", "computation", "file_bytes", "model_size", "operations_counted", "weightless"]
