"""Forward passes for many sessions at once: one micro-batching worker a device, here or behind Ray Serve.

The worker is brought when first asked for: the client of another server needs no torch.
"""

__all__ = ["Worker"]


def __getattr__(name: str) -> object:
    if name == "Worker":
        from distilbert_viz.serving.worker import Worker

        return Worker
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
