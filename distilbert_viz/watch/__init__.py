"""Somebody else's training, watched: nothing in it is touched, and it takes no harm from being watched."""

from distilbert_viz.watch.callback import Watch

__all__ = ["Watch"]
