"""Up to three texts more, each read by the present pair as if it stood alone, shown under the text of the bar."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import attention as maps_figures
from distilbert_viz.figures.forward import soft_labels
from distilbert_viz.figures.forward.texts import bars_on_one_scale
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import plot, table
from distilbert_viz.frame.lasting import typed
from distilbert_viz.records import Canvas, Difference, Encoding, SoftLabels, TracePair, subject
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once
from distilbert_viz.views.forward.attention import Choice, Chosen, Special, without

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model
    from distilbert_viz.session.loading import Loaded

MORE, LONGEST, SHOWN = (2, 3, 4), 500, 120  # numbers of the texts; characters of a text, and of its heading
CANDIDATES = 5  # of each model's likeliest outcomes
Stocks = tuple["Model", "Model"]


@dataclass(frozen=True, eq=False)
class Read:
    """A text as the present pair reads it; `position` is where one looks first."""

    pair: TracePair
    position: int


def more() -> list[Read]:
    """The texts typed here, behind a button. One that can't be read says so in its place; the others stay."""
    found: list[Read] = []
    with st.popover("more texts", type="tertiary"):
        st.caption("Up to three more, each read as if it stood alone and shown under the one above, on the same scale.")
        for number in MORE:
            text = _typed(number)
            found += _read(text) if text.strip() else []
    return found


def _typed(number: int) -> str:
    return st.text_input(f"Text {number}", max_chars=LONGEST, placeholder="Type another sentence.",
                         label_visibility="collapsed", **typed(f"text_{number}")) or ""  # fmt: skip


def _read(text: str) -> list[Read]:
    try:
        pair = present.traced(text)
    except ValueError as error:
        st.warning(literal(str(error)))
        return []
    return [Read(pair, pair.encoding.first_position)]


def maps(texts: Sequence[Read], choice: Choice) -> None:
    """The chosen heads on each of these texts, one under the other; checked."""
    for number, text in enumerate(texts, start=MORE[0]):
        _heading(text)
        encoding = text.pair.encoding
        drawing = maps_figures.head_maps(text.pair, choice.in_full, text.position, choice.hidden, clickable=False)
        canvas(drawing, f"texts {number}")
        special = encoding.special if choice.hidden else None
        checked(_maps_difference, drawing, choice.in_full, special, present.stocks(), encoding)
        table(maps_figures.table(text.pair, choice.in_full, text.position), f"the marked row of text {number}")


def _maps_difference(
    drawing: Canvas, chosen: Chosen, special: Special | None, stocks: Stocks, encoding: Encoding, _: Passes
) -> Difference:
    return checking.head_maps(drawing, once(_stock_passes, stocks, encoding), chosen, lambda found: without(special, found))


def labels(pair: TracePair, texts: Sequence[Read], temperature: float) -> None:
    """Soft labels of the bar's text and of each of these, one under the other and on one scale; checked."""
    every = [Read(pair, present.position(pair.encoding)), *texts]
    found = [once(_labels, present.loaded(), text.pair, present.row_at(text.position), temperature) for text in every]
    for number, (text, one, figure) in enumerate(zip(every, found, bars_on_one_scale(found), strict=True), start=1):
        _heading(text, f"soft label of {subject(one.outcome, one.position)}" if present.task().labels != "token" else None)
        plot(figure, f"texts {number}", "Soft labels of teacher and student.")
        checked(_labels_difference, one, present.stocks(), text.pair.encoding)
        table(soft_labels.table(one), f"soft labels of text {number}")


def _labels(loaded: "Loaded", pair: TracePair, row: int, temperature: float) -> SoftLabels:
    from distilbert_viz.tracing import logits_at

    teacher, student = loaded.pair
    logits = (logits_at(teacher, pair.teacher, row)[None], logits_at(student, pair.student, row)[None])
    names = loaded.pieces if teacher.task.predicts_masked else teacher.classes or pair.encoding.places
    labels = comparison.soft_labels(*logits, names, 0, temperature, k=CANDIDATES, outcome=teacher.task.outcome)
    return replace(labels, position=row)


def _labels_difference(labels: SoftLabels, stocks: Stocks, encoding: Encoding, _: Passes) -> Difference:
    return checking.soft_labels(labels, once(_stock_passes, stocks, encoding))


def _stock_passes(stocks: Stocks, encoding: Encoding) -> Passes:
    """The stock models on a text of its own, once for both views; the page's passes are of the text above."""
    from distilbert_viz.tracing import stock_pass

    return stock_pass(stocks[0], encoding), stock_pass(stocks[1], encoding)


def _heading(text: Read, of: str | None = None) -> None:
    """The text and its tokens; and what is seen of it, its marked token if nothing else."""
    said, encoding = text.pair.encoding.text, text.pair.encoding
    short = said if len(said) <= SHOWN else f"{said[:SHOWN]} …"
    facts = literal(f"{len(encoding)} tokens, {of or f'seen from {text.position} {encoding.tokens[text.position]}'}")
    st.markdown(f"**{literal(' '.join(short.split()))}** :gray[{facts}]")
