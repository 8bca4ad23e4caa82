"""The present text under the present pair: what every page asks for first."""

import time
from collections.abc import Callable, Iterable, Mapping

import streamlit as st

from distilbert_viz import records
from distilbert_viz.session.loading import Loading
from distilbert_viz.session.passes import one_pass
from distilbert_viz.session.shelf import shelf
from distilbert_viz.session.state import present


def loading() -> Loading:
    """The present pair, ready or on its way."""
    return shelf().ask(present())


def key() -> tuple:
    """What decides a trace: pair, device, dtype, text, masked positions."""
    return key_of(st.session_state.text, st.session_state.mask)


def key_of(text: str, mask: tuple[int, ...] = ()) -> tuple:
    """The same of another text under the present pair."""
    return present(), text, mask


def remembered(name: tuple, make: Callable[[], object]) -> object:
    """What `make` returns for the present text and pair, computed once; `name` is whatever else decides it."""
    return kept((*name, *key()), make)


def kept(key: tuple, make: Callable[[], object]) -> object:
    """What `make` returns, computed once, nothing else running on the present pair's device; `key` holds all that decides it."""
    return shelf().result(key, make, loading().pair.teacher.device)


def all_remembered(names: Iterable[tuple]) -> bool:
    """Whether everything of these names is there for the present text and pair."""
    return all(shelf().knows((*name, *key())) for name in names)


def problem() -> str | None:
    """Why there is nothing to trace, in one sentence; None while loading or when all is well."""
    if not st.session_state.text.strip():
        return "There is nothing to read yet: type a sentence, or choose an example."
    return loading().error or _refusal()


def _refusal() -> str | None:
    """Why the text can't be traced: nothing in it is a token, or the two tokenizers read it differently."""
    if loading().finished.is_set():
        try:
            _trace()
        except ValueError as error:
            return str(error)
    return None


def traced_text() -> records.TracePair:
    """Both models' traces of the present text. Stops the page with a sentence, or with a progress bar while models load."""
    if problem():
        st.stop()
    if not loading().finished.is_set():
        _wait()
        st.stop()
    return _trace()


def _trace() -> records.TracePair:
    return traced(st.session_state.text, st.session_state.mask)


def traced(text: str, mask: tuple[int, ...] = ()) -> records.TracePair:
    """Both models' traces of any text under the present pair."""
    pair = loading().pair
    make = one_pass(present(), pair, text, mask)
    return shelf().shared(("trace", *key_of(text, mask)), make, pair.teacher.device)


def ready_trace() -> records.TracePair | None:
    """The traces if they can be had now; None while models load or when there is nothing to read."""
    return None if problem() or not loading().finished.is_set() else _trace()


@st.fragment(run_every=0.25)
def _wait() -> None:
    """A bar and the words for what is awaited, in the place where the picture will stand.

    Loading begins with the browser's third tick: the first come before the paint, and torch must not hold it up.
    """
    state = loading()
    st.session_state.ticks = st.session_state.get("ticks", 0) + 1
    if st.session_state.ticks > 3:
        shelf().load(present())
    if state.finished.is_set():
        st.rerun()
    spent = time.monotonic() - (state.began or time.monotonic())
    left = f", about {spent / state.done - spent:.0f} s left" if state.done else ""
    st.progress(state.done, f"Loading {state.stage}{left}. The picture comes here.")
    st.container(height=420, border=True)


def position(encoding: records.Encoding) -> int:
    """The chosen token: the one that was clicked, else the first [MASK], else the first word."""
    chosen = st.session_state.position
    if chosen is not None and chosen < len(encoding):
        return chosen
    return first_position(encoding)


def first_position(encoding: records.Encoding) -> int:
    """Where one looks first: the first [MASK], else the first word."""
    masks = [i for i, token in enumerate(encoding.tokens) if token == "[MASK]"]
    return masks[0] if masks else 1


def classes() -> tuple[str, ...]:
    """What the present pair's models classify a text into; nothing for a masked-LM pair."""
    return loading().pair.teacher.classes


def read_at(encoding: records.Encoding) -> int:
    """Where soft labels are read: at the chosen token; of two classifiers at [CLS], for the whole text."""
    return loading().pair.teacher.read_at(position(encoding))


def outcomes() -> tuple[str, ...]:
    """The name of every logit's token or class, by id."""
    return classes() or vocabulary()


def logits() -> tuple:
    """Full logits (token, vocab) of teacher and student, of classifiers (text, class), made when a page asks for them."""
    pair, traces = loading().pair, _trace()
    device = pair.teacher.device
    worker = shelf().worker(device)

    def make() -> tuple:
        return tuple(worker.logits(model, trace) for model, trace in zip(pair, traces, strict=True))

    return shelf().shared(("logits", *key()), make, device)


def blocks(layers: tuple[int, int], token: int) -> tuple[records.Block, records.Block]:
    """One layer of each model at one token, station by station."""
    from distilbert_viz import tracing

    models = zip(loading().pair, _trace(), layers, strict=True)
    return tuple(tracing.block(model, trace, layer, token) for model, trace, layer in models)


def all_blocks(token: int) -> tuple[tuple[records.Block, ...], tuple[records.Block, ...]]:
    """Every layer of each model at one token."""
    from distilbert_viz import tracing

    models = zip(loading().pair, _trace(), strict=True)
    return tuple(tracing.blocks(model, trace, token) for model, trace in models)


def predictions(token: int, k: int = 5) -> tuple[records.Predictions, records.Predictions]:
    """The head read on every state of both models, a masked-LM's at one token."""
    from distilbert_viz import tracing

    models = zip(loading().pair, _trace(), strict=True)
    return tuple(tracing.predictions(model, trace, token, k) for model, trace in models)


def vocabulary() -> tuple[str, ...]:
    """Every WordPiece, by id."""
    return loading().pieces


def vocabulary_ids() -> Mapping[str, int]:
    """The id of every WordPiece, in order of ids."""
    return loading().vocabulary


def stock(logits: bool = True) -> tuple[records.StockPass, records.StockPass]:
    """A second, independent pass of the stock eager models on the present text, with or without their heads."""
    from distilbert_viz.tracing import stock_pass

    models = zip(loading().stocks, _trace(), strict=True)
    return tuple(stock_pass(model, trace.encoding, logits=logits) for model, trace in models)
