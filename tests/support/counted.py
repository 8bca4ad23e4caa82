"""Models of two configurations, counted without weights."""

from distilbert_viz import cost
from distilbert_viz.pairs.models import Model


def models(configs, form: str) -> tuple[Model, Model]:
    """Teacher and student of two configurations, without weights."""
    return tuple(cost.weightless(config, form) for config in configs)


def sizes(configs, form: str):
    """Both in numbers."""
    return tuple(cost.model_size(model) for model in models(configs, form))
