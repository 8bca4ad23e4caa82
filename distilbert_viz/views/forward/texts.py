"""Up to four texts under the present pair, one view of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import attention, soft_labels
from distilbert_viz.figures.forward.texts import bars_on_one_scale, head_maps
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import chosen_heads, link, plot, table, temperature
from distilbert_viz.frame.tasks import answer_end, need_soft_labels
from distilbert_viz.records import Canvas, Difference, Encoding, SoftLabels, TracePair, subject
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model
    from distilbert_viz.session.loading import Loaded

MOST, LONGEST, SHOWN = 4, 500, 120  # texts; characters of a text, and of its heading
FIRST_VISIT = {"text_2": "The capital of Germany is [MASK]."}
VIEWS = ("attention", "soft labels")
CANDIDATES = 5  # of each model's likeliest outcomes
Heads = Sequence[tuple[int, int]]  # layer and head of each model
Stocks = tuple["Model", "Model"]


@dataclass(frozen=True, eq=False)
class Read:
    """A text as the present pair reads it; `position` is where one looks first."""

    pair: TracePair
    position: int


def read(pair: TracePair) -> list[Read]:
    """The bar's text and those typed here. One that can't be read says so in its place; the others stay."""
    found = [Read(pair, present.position(pair.encoding))]
    for number, column in enumerate(st.columns(MOST - 1), start=2):
        with column:
            text = _typed(f"text_{number}", number)
            found += _read(text) if text.strip() else []
    return found


def _typed(key: str, number: int) -> str:
    place = "Type another sentence." if number == 2 else "And one more."
    return st.text_input(f"Text {number}", FIRST_VISIT.get(key, ""), key=key, max_chars=LONGEST, placeholder=place,
                         label_visibility="collapsed", persist_state="session", bind="query-params") or ""  # fmt: skip


def _read(text: str) -> list[Read]:
    try:
        pair = present.traced(text)
    except ValueError as error:
        st.warning(literal(str(error)))
        return []
    return [Read(pair, present.first_position(pair.encoding))]


def view() -> str:
    """What is shown of every text."""
    return st.segmented_control("View", VIEWS, default=VIEWS[0], required=True, key="texts_view", label_visibility="collapsed",
                                persist_state="session", bind="query-params")  # fmt: skip


def show(texts: Sequence[Read], what: str) -> None:
    """One view of each text, one under the other, on one scale; above them what decides it."""
    if what == VIEWS[0]:
        link()
        _attention(texts, chosen_heads(texts[0].pair))
    else:
        _soft_labels(texts, temperature())


def _attention(texts: Sequence[Read], heads: Heads) -> None:
    for number, text in enumerate(texts):
        _heading(text)
        drawing = head_maps(text.pair, heads, text.position)
        canvas(drawing, f"texts {number}")
        checked(_maps_difference, drawing, heads, present.stocks(), text.pair.encoding)
        table(attention.table(text.pair, heads, text.position), f"the marked row of text {number + 1}")


def _maps_difference(drawing: Canvas, heads: Heads, stocks: Stocks, encoding: Encoding, _: Passes) -> Difference:
    return checking.head_maps(drawing, once(_stock_passes, stocks, encoding), heads, lambda maps: maps)


def _soft_labels(texts: Sequence[Read], temperature: float) -> None:
    need_soft_labels()
    answer_end()
    labels = [once(_labels, present.loaded(), text.pair, present.row_at(text.position), temperature) for text in texts]
    for number, (text, one, figure) in enumerate(zip(texts, labels, bars_on_one_scale(labels), strict=True)):
        _heading(text, f"soft label of {subject(one.outcome, one.position)}" if present.task().labels != "token" else None)
        plot(figure, f"texts {number}", "Soft labels of teacher and student.")
        checked(_labels_difference, one, present.stocks(), text.pair.encoding)
        table(soft_labels.table(one), f"soft labels of text {number + 1}")


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
