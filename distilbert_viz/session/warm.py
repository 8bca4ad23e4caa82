"""What the first visitor of a page would wait for: its libraries, read behind the first picture, one after another."""

import importlib
import threading
import time

from distilbert_viz import memory

SECONDS_BETWEEN = 0.3  # for whoever is there meanwhile: an import holds Python's lock
# Rooms that are asked for when a page is opened, each with the libraries that it brings along.
LATER = (
    "distilbert_viz.drawing.plots",
    "distilbert_viz.distillation.one_step",
    "distilbert_viz.distillation.by_hand",
    "scipy.optimize",
    "distilbert_viz.cost.parameters",
    "distilbert_viz.cost.macs",
    "scipy.stats",
    "distilbert_viz.attribution",
    "distilbert_viz.report",
)
_wanted, _begun = threading.Event(), threading.Lock()


def want() -> None:
    """Say that this process serves visitors: only then is anything read ahead."""
    _wanted.set()


def read_ahead() -> None:
    """Read the libraries in a thread, once a process, where visitors are served and memory isn't short."""
    if _wanted.is_set() and memory.present_plan().ahead and _begun.acquire(blocking=False):
        threading.Thread(target=_read, daemon=True).start()


def _read() -> None:
    for name in LATER:
        time.sleep(SECONDS_BETWEEN)
        importlib.import_module(name)
