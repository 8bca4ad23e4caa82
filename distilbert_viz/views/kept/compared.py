"""All heads with all heads: on the present text, or on average over the lines of a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import tee
from operator import itemgetter
from typing import TYPE_CHECKING

import streamlit as st

from distilbert_viz import comparison, settings
from distilbert_viz.distillation.held_out import lines_of
from distilbert_viz.drawing.labels import counted
from distilbert_viz.records import Similarity, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once
from distilbert_viz.session.uploads import text_file
from distilbert_viz.session.work import work

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model, Pair

PRESENT, OWN = "the present text", "a text file of mine"
SHORT = 128  # tokens: up to it all heads of the built-in pair are compared in half a second
MOST_WORDS, FEWEST_WORDS = 96, 2
Means = tuple[Similarity, Similarity, Similarity]  # heads, layers, and heads by stock passes


@dataclass(frozen=True, eq=False)
class Compared:
    """All heads with all heads, and all layers with all layers, None on a text too short for CKA.

    `witness`: the heads by stock passes over the lines of a file; None on the present text, whose stock passes the check makes.
    """

    heads: Similarity
    layers: Similarity | None
    witness: Similarity | None = None


def chosen_text() -> str:
    """On what heads are compared: PRESENT or OWN."""
    return st.segmented_control("Compared on", [PRESENT, OWN], default=PRESENT, required=True, key="heads_text")


def compared(pair: TracePair, kind: str) -> Compared | None:
    """The comparison on the present text, or on average over the lines of a file; None until there is something to show."""
    return _on_present(pair) if kind == PRESENT else _on_file()


def _on_present(pair: TracePair) -> Compared | None:
    if len(pair.encoding) > SHORT:
        heads = work("Compare all heads", 1, _in_one, pair, short=False)
    else:
        heads = once(comparison.head_similarity, pair)
    return None if heads is None else Compared(heads, once(_layers, pair))


def _in_one(pair: TracePair) -> Iterator[Similarity]:
    yield comparison.head_similarity(pair)


def _layers(pair: TracePair) -> Similarity | None:
    try:
        return comparison.layer_similarity(pair)
    except ValueError:  # too few tokens for debiased CKA
        return None


def stock_pair(pair: TracePair, passes: Passes) -> TracePair:
    """The same text as the stock models read it."""
    teacher, student = (
        replace(trace, attentions=one.attentions, hidden_states=one.hidden_states) for trace, one in zip(pair, passes, strict=True)
    )
    return replace(pair, teacher=teacher, student=student)


def _on_file() -> Compared | None:
    upload = text_file("heads_file", "a text a line")
    st.caption(f"Its first {settings.limits().lines} lines of {FEWEST_WORDS} words or more are read, {MOST_WORDS} words of each.")
    if upload is None:
        return None
    try:
        lines = readable(lines_of(upload[1]))
    except ValueError as error:
        st.warning(literal(str(error)))
        return None
    label = f"Compare all heads on {counted(len(lines), 'line')}"
    latest = work(label, len(lines), means, present.models(), present.stocks(), lines, short=False)
    return None if latest is None else Compared(*latest)


def readable(lines: Sequence[str]) -> list[str]:
    """The lines that are compared, cut to MOST_WORDS words. Raises ValueError where none has FEWEST_WORDS words."""
    words = [line.split()[:MOST_WORDS] for line in lines]
    kept = [" ".join(line) for line in words if len(line) >= FEWEST_WORDS][: settings.limits().lines]
    if not kept:
        raise ValueError(f"No line of this file has {FEWEST_WORDS} words or more.")
    return kept


def means(models: "Pair", stocks: "tuple[Model, Model]", lines: Sequence[str]) -> Iterator[Means]:
    """After every line, means over the lines so far: heads, layers, and the heads by stock passes."""
    rows = tee(_of_lines(models, stocks, lines), 3)
    yield from zip(*(comparison.running_mean(map(itemgetter(i), row)) for i, row in enumerate(rows)), strict=True)


def _of_lines(models: "Pair", stocks: "tuple[Model, Model]", lines: Sequence[str]) -> Iterator[Means]:
    from distilbert_viz.tracing import stock_pass, trace_pair

    for line in lines:
        pair = trace_pair(models, line)
        teacher, student = (stock_pass(model, pair.encoding) for model in stocks)
        witness = comparison.head_similarity(stock_pair(pair, (teacher, student)))
        yield comparison.head_similarity(pair), comparison.layer_similarity(pair), witness
