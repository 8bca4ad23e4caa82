"""The app's pictures in a notebook, and pairs of models in memory: `from distilbert_viz.notebook import pair_of, show`."""

try:
    import anywidget  # noqa: F401  what every picture is made with, and an extra of the package
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError("Pictures in a notebook need anywidget: pip install 'distilbert-viz[notebook]'.") from missing

from distilbert_viz.notebook import show
from distilbert_viz.tracing.memory import pair_of

__all__ = ["pair_of", "show"]
