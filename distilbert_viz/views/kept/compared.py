"""All heads with all heads: on the present text, or on average over the lines of a file."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import tee
from operator import itemgetter

import streamlit as st

from distilbert_viz import comparison, settings
from distilbert_viz.distillation.held_out import lines_of
from distilbert_viz.records import Similarity, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.state import chosen_pair
from distilbert_viz.session.uploads import text_file
from distilbert_viz.session.work import work

PRESENT, OWN = "the present text", "a text file of mine"
SHORT = 128  # tokens: up to it all heads of the built-in pair are compared in half a second
MOST_WORDS, FEWEST_WORDS = 96, 2


@dataclass(frozen=True, eq=False)
class Compared:
    """All heads with all heads, all layers with all layers (None on a text too short for CKA), and the witness of the heads.

    `witness` gives the heads' similarity once more, from stock passes; `key` is what decides all of it.
    """

    key: tuple
    heads: Similarity
    layers: Similarity | None
    witness: Callable[[Passes], Similarity]


def heads_text() -> str:
    """On what heads are compared."""
    return st.segmented_control("Compared on", [PRESENT, OWN], default=PRESENT, required=True, key="heads_text")


def heads_compared(pair: TracePair, kind: str) -> Compared | None:
    """On the present text, or on average over the lines of a file; None until there is something to show."""
    return _on_present(pair) if kind == PRESENT else _on_file(pair)


def _on_present(pair: TracePair) -> Compared | None:
    key = ("heads", *present.key())
    if len(pair.encoding) > SHORT:
        heads = work(key, 1, lambda: _once(pair), "Compare all heads", short=False)
    else:
        heads = choice.remembered(("heads",), lambda: comparison.head_similarity(pair))
    if heads is None:
        return None
    layers = choice.remembered(("heads, layers",), lambda: _layers(pair))
    return Compared(key, heads, layers, lambda stock: comparison.head_similarity(stock_pair(pair, stock)))


def _layers(pair: TracePair) -> Similarity | None:
    try:
        return comparison.layer_similarity(pair)
    except ValueError:  # too few tokens for debiased CKA
        return None


def stock_pair(pair: TracePair, stock: Passes) -> TracePair:
    """The same text as the stock models read it."""
    traces = [
        replace(trace, attentions=one.attentions, hidden_states=one.hidden_states) for trace, one in zip(pair, stock, strict=True)
    ]
    return TracePair(*traces, pair.initial_layers)


def _on_file(pair: TracePair) -> Compared | None:
    upload = text_file("heads_file", "a text a line")
    st.caption(f"Its first {settings.limits().lines} lines of {FEWEST_WORDS} words or more are read, {MOST_WORDS} words of each.")
    if upload is None:
        return None
    try:
        lines = readable(lines_of(upload[1]))
    except ValueError as error:
        st.warning(literal(str(error)))
        return None
    key = ("heads", chosen_pair(), hashlib.sha256(upload[1]).hexdigest())
    models, stocks = present.models(), present.stocks()
    latest = work(key, len(lines), lambda: means(models, stocks, lines), f"Compare all heads on {len(lines)} lines", short=False)
    if latest is None:
        return None
    heads, layers, witness = latest
    return Compared((*key, heads.texts), heads, layers, lambda _: witness)


def readable(lines: Sequence[str]) -> list[str]:
    """The first words of the first lines that have enough of them; ValueError where none has."""
    words = [line.split()[:MOST_WORDS] for line in lines]
    kept = [" ".join(line) for line in words if len(line) >= FEWEST_WORDS][: settings.limits().lines]
    if not kept:
        raise ValueError(f"No line of this file has {FEWEST_WORDS} words or more.")
    return kept


def _once(pair: TracePair) -> Iterator[Similarity]:
    yield comparison.head_similarity(pair)


def means(models: object, stocks: tuple, lines: Sequence[str]) -> Iterator[tuple[Similarity, Similarity, Similarity]]:
    """Heads, layers, and the heads by stock passes, each a mean over the lines so far."""
    rows = tee(_of_lines(models, stocks, lines), 3)
    yield from zip(*(comparison.running_mean(map(itemgetter(i), row)) for i, row in enumerate(rows)), strict=True)


def _of_lines(models: object, stocks: tuple, lines: Sequence[str]) -> Iterator[tuple[Similarity, Similarity, Similarity]]:
    from distilbert_viz.tracing import stock_pass, trace_pair

    for line in lines:
        pair = trace_pair(models, line)
        passes = tuple(stock_pass(model, pair.encoding) for model in stocks)
        witness = comparison.head_similarity(stock_pair(pair, passes))
        yield comparison.head_similarity(pair), comparison.layer_similarity(pair), witness
