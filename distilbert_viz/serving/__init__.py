"""Forward passes for many sessions at once: one micro-batching worker a device."""

from distilbert_viz.serving.worker import Worker

__all__ = ["Worker"]
