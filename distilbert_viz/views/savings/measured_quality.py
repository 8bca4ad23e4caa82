"""The quality of the present pair on a text, as measured here: started by a person, shared by all visitors of a server."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from distilbert_viz.distillation import sentences
from distilbert_viz.distillation.held_out import SENTENCES, STAGES, lines_of
from distilbert_viz.figures.savings import quality as figures
from distilbert_viz.frame.tasks import no_words
from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.records import Quality, Score
from distilbert_viz.runs import recordings
from distilbert_viz.session import jobs, present
from distilbert_viz.session.cache import Key
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import key_of
from distilbert_viz.session.state import chosen_pair

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Pair


@dataclass(frozen=True)
class Text:
    """What quality is measured on: the bytes of a text file, or, None, the built-in held-out sentences; and its name."""

    name: str = SENTENCES
    content: bytes | None = None


def key(choice: PairChoice, text: Text) -> Key:
    """Of the job that measures this pair on this text.

    The pair is known by its choice and not by its models in memory: what was measured stays true when they are loaded again.
    """
    return key_of(choice, _measure, text.name, text.content)


def start_button(label: str, text: Text, primary: bool = False) -> None:
    """A button that measures the present pair on the text; or, once, the sentence that says why the text can't be measured on."""
    st.button(label, type="primary" if primary else "secondary", on_click=_start, args=(text,))
    if problem := st.session_state.pop("quality_problem", None):
        st.warning(literal(problem))
    jobs.watch(key(chosen_pair(), text))


def _start(text: Text) -> None:
    try:
        lines = sentences.held_out() if text.content is None else lines_of(text.content)
        jobs.start(key(chosen_pair(), text), STAGES, partial(_measure, present.models(), lines, text.name))
    except ValueError as error:
        st.session_state.quality_problem = str(error)


def _measure(pair: "Pair", lines: Sequence[str], text: str) -> Iterator[Quality]:
    from distilbert_viz.distillation import quality

    return quality.measure(pair, lines, text)


def latest(text: Text) -> tuple[Quality, bool] | None:
    """What the present pair was measured at on this text so far, and whether that is all of it; None before anything is."""
    found = jobs.job(key(chosen_pair(), text))
    if found is None or not isinstance(found.latest, Quality):
        return None
    return found.latest, found.finished.is_set()


def score() -> Score | None:
    """The present pair's score on the built-in held-out sentences, as measured since the server began, else as recorded."""
    match latest(Text()):
        case quality, True:
            return figures.measured_score(quality)
        case _:
            return _recorded_score()


def _recorded_score() -> Score | None:
    found, label = recorded(), recordings.label("quality")
    if found is None or label is None:
        return None
    score = figures.measured_score(found)
    return replace(score, source=score.source.replace("measured here", f"recorded on {label.date}"))


def recorded() -> Quality | None:
    """What comes with the package, where it is the present pair's."""
    label = recordings.label("quality")
    is_built_in = chosen_pair().models == PairChoice().models
    return recordings.quality() if label and is_built_in and recordings.of_present_weights(label) else None


def offer() -> None:
    """A button that measures the present pair on the built-in held-out sentences, and its progress, where there is one."""
    if not present.task().predicts_masked:
        st.caption(no_words())
        return
    st.caption("The quality of this pair has not been measured since this server began.")
    start_button("Measure the quality of this pair", Text())
