"""Who runs the forward pass of a text: this server's worker, or the tracing server that the settings name."""

from collections.abc import Callable
from functools import partial

from distilbert_viz import settings
from distilbert_viz.pairs.catalogue import CATALOGUE
from distilbert_viz.records import TracePair
from distilbert_viz.session.shelf import shelf
from distilbert_viz.session.state import Asked


def tracing_server(asked: Asked) -> str | None:
    """Its address, for a pair of the catalogue as it comes; a chosen device or dtype, and pairs of one's own, are traced here."""
    return settings.read().serve if asked.pair in CATALOGUE and asked == Asked(asked.pair) else None


def one_pass(asked: Asked, pair: object, text: str, mask: tuple[int, ...]) -> Callable[[], TracePair]:
    """What makes both models' traces of a text: here in one pass with whatever other sessions wait for."""
    if address := tracing_server(asked):
        from distilbert_viz.serving.remote import remote_trace_pair

        return partial(remote_trace_pair, address, asked.pair, text, mask)
    from distilbert_viz.tracing import trace_pair

    return partial(trace_pair, pair, text, mask, shelf().worker(pair.teacher.device).trace)
