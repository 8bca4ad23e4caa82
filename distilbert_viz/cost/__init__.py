"""What a pair costs: parameters, bytes and arithmetic from the architecture alone, and time and memory as measured.

The names are brought when first asked for: a bare import of this room, or of a Request, brings no torch.
"""

from importlib import import_module

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
