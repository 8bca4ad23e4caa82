"""What a pair costs: parameters, bytes and arithmetic from the architecture alone, and time and memory as measured.

The names are brought when first asked for: a bare import of this room, or of a Request, brings no torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distilbert_viz.cost.as_json import from_json, to_json
    from distilbert_viz.cost.classes import CLASSES, FULL_SIZE, weightless
    from distilbert_viz.cost.macs import computation, operations_counted
    from distilbert_viz.cost.models import sizes
    from distilbert_viz.cost.parameters import changes, file_bytes, model_size
    from distilbert_viz.cost.request import BASE_ARCHITECTURE, Request, RequestError
    from distilbert_viz.cost.speed import measure
    from distilbert_viz.cost.statistics import best_throughput, ratio, spread

__all__ = [
    "BASE_ARCHITECTURE",
    "CLASSES",
    "FULL_SIZE",
    "Request",
    "RequestError",
    "best_throughput",
    "changes",
    "computation",
    "file_bytes",
    "from_json",
    "measure",
    "model_size",
    "operations_counted",
    "ratio",
    "sizes",
    "spread",
    "to_json",
    "weightless",
]

HOMES = {
    "BASE_ARCHITECTURE": "request",
    "CLASSES": "classes",
    "FULL_SIZE": "classes",
    "Request": "request",
    "RequestError": "request",
    "best_throughput": "statistics",
    "changes": "parameters",
    "computation": "macs",
    "file_bytes": "parameters",
    "from_json": "as_json",
    "measure": "speed",
    "model_size": "parameters",
    "operations_counted": "macs",
    "ratio": "statistics",
    "sizes": "models",
    "spread": "statistics",
    "to_json": "as_json",
    "weightless": "classes",
}


def __getattr__(name: str) -> object:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
