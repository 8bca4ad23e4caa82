"""Who runs the forward pass of a text: this server's worker, or the tracing server that the settings name."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from distilbert_viz import settings
from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.records import Encoding, Trace, TracePair
from distilbert_viz.session import keeper
from distilbert_viz.session.cache import cache

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model, Pair


def tracing_server(choice: PairChoice) -> str | None:
    """Its address, for a pair of the catalogue as it comes; a chosen device or dtype, and pairs of one's own, are traced here."""
    as_it_comes = choice.in_catalogue and choice == PairChoice(choice.models)
    return settings.read().serve if as_it_comes else None


def one_pass(choice: PairChoice, pair: "Pair", text: str, mask: tuple[int, ...]) -> Callable[[], TracePair]:
    """What makes both models' traces of a text: here in one pass with whatever other sessions wait for."""
    if address := tracing_server(choice):
        from distilbert_viz.serving.remote import remote_trace_pair

        return partial(remote_trace_pair, address, choice.spelling, text, mask)
    from distilbert_viz.tracing import trace_pair

    return partial(trace_pair, pair, text, mask, partial(_read, pair))


def _read(pair: "Pair", model: "Model", encoding: Encoding) -> Trace:
    """A model's trace of a text, by the worker of its device. Raises OutOfMemory where there is no room for the text."""
    if model is pair.teacher:
        keeper.refuse_long(pair, len(encoding))
    return cache().worker(str(model.device)).trace(model, encoding)
