"""The present text under the present pair: what every page asks for first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from distilbert_viz import records
from distilbert_viz.records import finite
from distilbert_viz.records.identity import identity
from distilbert_viz.session.cache import Key, cache
from distilbert_viz.session.loading import Loaded, Loading
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import device_of
from distilbert_viz.session.passes import one_pass
from distilbert_viz.session.state import chosen_pair

if TYPE_CHECKING:
    from distilbert_viz.families import Task
    from distilbert_viz.pairs.models import Model, Pair

NO_TEXT = "There is nothing to read yet: type a sentence, or choose an example."
ANSWER = "_answer"
ENDS, ANSWER_END = ("start", "end"), "answer_end"  # of an answer, and under which name the chosen one is kept


@dataclass(frozen=True, eq=False)
class Ready:
    """Both models have read the text."""

    traces: records.TracePair


@dataclass(frozen=True, eq=False)
class Waiting:
    """The models are on their way."""

    loading: Loading


@dataclass(frozen=True)
class Refused:
    """There is nothing to show, and `why`, in one sentence; `pair_failed` where another look at the pair may help."""

    why: str
    pair_failed: bool = False


Answer = Ready | Waiting | Refused


def ask() -> Answer:
    """May something be shown? Asked once a run, by the bar; `answer` says the same for the rest of the run."""
    st.session_state[ANSWER] = _answer()
    return answer()


def answer() -> Answer:
    """What this run was answered; a fragment, which runs without the bar, asks anew."""
    return st.session_state.get(ANSWER) or _answer()


def forget_answer() -> None:
    """At the end of a run: a session that outlives its tab holds no traces."""
    st.session_state.pop(ANSWER, None)


def _answer() -> Answer:
    if not st.session_state.text.strip():
        return Refused(NO_TEXT)
    if loading().error is not None:
        return Refused(loading().error or "", pair_failed=True)
    if loading().loaded is None:
        return Waiting(loading())
    try:
        return Ready(traced(st.session_state.text, st.session_state.mask))
    except ValueError as error:
        return Refused(str(error))
    except Exception as error:  # the bar and its chooser must stand, whatever a pair of one's own does with this text
        if chosen_pair().in_catalogue:
            raise
        return Refused(f"This pair can't read this text ({type(error).__name__}: {str(error)[:200]}).", pair_failed=True)


def traces() -> records.TracePair:
    """Both models' traces of the present text. Raises LookupError where the answer isn't Ready: the frame ends the page before."""
    match answer():
        case Ready(found):
            return found
        case _:
            raise LookupError("the present text has no traces (yet)")


def not_finite() -> str | None:
    """Which model of the present text's traces gives numbers that aren't finite, and where they first arise; None: neither does."""
    match answer():
        case Ready(found):
            spoilt = [trace for trace in found if trace.first_not_finite is not None]
            return " ".join(finite.sentence(trace.model_name, trace.first_not_finite) for trace in spoilt) or None
        case _:
            return None


def loading() -> Loading:
    """The present pair, ready or on its way."""
    return cache().loading(chosen_pair())


def loaded() -> Loaded:
    """The present pair in memory, with all that belongs to it. Raises LookupError while it is on its way, or where it failed."""
    found = loading().loaded
    if found is None:
        raise LookupError("the present pair is not loaded")
    return found


def models() -> "Pair":
    """Teacher and student of the present pair. Raises LookupError as `loaded`."""
    return loaded().pair


def stocks() -> "tuple[Model, Model]":
    """The stock models of the present pair, with the same weights: the independent witness. Raises LookupError as `loaded`."""
    return loaded().stocks


def text_key() -> Key:
    """What decides a trace of the present text: pair, device, dtype, text, masked positions."""
    return key_of_text(st.session_state.text, st.session_state.mask)


def key_of_text(text: str, mask: tuple[int, ...] = ()) -> Key:
    """What decides a trace of any text under the present pair."""
    return Key(chosen_pair(), ("trace", text, mask))


def traced(text: str, mask: tuple[int, ...] = ()) -> records.TracePair:
    """Both models' traces of any text under the present pair, computed once. Raises ValueError where it can't be read."""
    make = one_pass(chosen_pair(), models(), text, mask)
    return cache().joined(key_of_text(text, mask), make, device_of(chosen_pair()))


def position(encoding: records.Encoding) -> int:
    """The chosen token: the one that was clicked, else the first [MASK], else the first word."""
    chosen = st.session_state.position
    return int(chosen) if chosen is not None and chosen < len(encoding) else encoding.first_position


def own_words(sentence: str) -> str:
    """A sentence of ours, as Markdown, with [CLS], [SEP], [MASK] and [UNK] called as the present pair calls them."""
    found = loading().loaded
    if found is None:
        return sentence
    tokenizer = found.pair.teacher.tokenizer
    for name in ("cls", "sep", "mask", "unk"):
        own = getattr(tokenizer, f"{name}_token")
        if own and own != f"[{name.upper()}]":
            sentence = sentence.replace(f"[{name.upper()}]", literal(own))
    return sentence


def task() -> "Task":
    """What the present pair's models are made for."""
    return models().task


def row(encoding: records.Encoding) -> int:
    """The row of the logits that is looked at: the chosen token's; the whole text's; or of the end of the answer that is chosen."""
    return row_at(position(encoding))


def row_at(position: int) -> int:
    """As `row`, of whatever token is looked at."""
    if task().labels == "ends":
        return ENDS.index(st.session_state.get(ANSWER_END) or ENDS[0])
    return task().row(position)


def outcomes(encoding: records.Encoding) -> tuple[str, ...]:
    """The name of every outcome that a soft label is over, by id."""
    return vocabulary() if task().predicts_masked else models().teacher.classes or encoding.places


def logits() -> tuple[np.ndarray, np.ndarray]:
    """Full logits (row, outcome) of teacher and student, made when a page asks for them."""
    pair, found = models(), traces()
    device = device_of(chosen_pair())
    worker = cache().worker(device)

    def make() -> tuple[np.ndarray, np.ndarray]:
        return worker.logits(pair.teacher, found.teacher), worker.logits(pair.student, found.student)

    return cache().joined(Key(chosen_pair(), ("logits", identity(found))), make, device)


def blocks(layers: tuple[int, int], token: int) -> tuple[records.Block, records.Block]:
    """One layer of each model at one token, station by station."""
    from distilbert_viz.tracing import block

    pair, found = models(), traces()
    return block(pair.teacher, found.teacher, layers[0], token), block(pair.student, found.student, layers[1], token)


def all_blocks(token: int) -> tuple[tuple[records.Block, ...], tuple[records.Block, ...]]:
    """Every layer of each model at one token."""
    from distilbert_viz import tracing

    pair, found = models(), traces()
    return tracing.blocks(pair.teacher, found.teacher, token), tracing.blocks(pair.student, found.student, token)


def predictions(token: int, k: int = 5) -> tuple[records.Predictions, records.Predictions]:
    """The head read on every state of both models: the soft label that is looked at from `token`."""
    from distilbert_viz import tracing

    pair, found, at = models(), traces(), row_at(token)
    return tracing.predictions(pair.teacher, found.teacher, at, k), tracing.predictions(pair.student, found.student, at, k)


def vocabulary() -> tuple[str, ...]:
    """Every token of the vocabulary, by id."""
    return loaded().pieces


def vocabulary_ids() -> Mapping[str, int]:
    """The id of every token of the vocabulary, in order of ids."""
    return loaded().vocabulary


def stock(logits: bool = True) -> tuple[records.StockPass, records.StockPass]:
    """A second, independent pass of the stock eager models on the present text, with or without their heads."""
    from distilbert_viz.tracing import stock_pass

    (teacher, student), found = stocks(), traces()
    return stock_pass(teacher, found.encoding, logits=logits), stock_pass(student, found.encoding, logits=logits)
