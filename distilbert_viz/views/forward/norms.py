"""Attention weighed by what it carries: the chosen heads beside their plain weights, and what [CLS] and [SEP] get and give."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.figures.forward import norms as figures
from distilbert_viz.figures.forward import sentences
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import shown_table, table
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.records import Canvas, Carried, Difference, Encoding, StockPass, Trace, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model, Pair

Heads = Sequence[tuple[int, int]]  # layer and head of each model
Stocks = tuple["Model", "Model"]


def lengths(pair: TracePair) -> figures.Norms:
    """||f(x)|| (layer, head, token) of both models: how long the vector is that a token hands on through a head."""
    return once(_lengths, present.models(), pair)


def _lengths(models: "Pair", pair: TracePair) -> figures.Norms:
    from distilbert_viz import tracing

    return tracing.transformed_norms(models.teacher, pair.teacher), tracing.transformed_norms(models.student, pair.student)


def maps(pair: TracePair, heads: Heads, norms: figures.Norms) -> None:
    """Plain weights of the chosen heads over these weights times length; checked, with the chosen token's row as a table."""
    view = st.segmented_control("Shown", [figures.SHARE, figures.LENGTH], default=figures.SHARE, required=True,
                                label_visibility="collapsed", **lasting("norms_view"))  # fmt: skip
    position = present.position(pair.encoding)
    drawing = figures.head_maps(pair, heads, norms, view, position)
    canvas(drawing, "norms")
    checked(_maps_difference, drawing, heads, view, present.stocks())
    table(figures.table(pair, heads, norms, position), "the chosen token's row")


def _maps_difference(drawing: Canvas, heads: Heads, view: str, stocks: Stocks, passes: Passes) -> Difference:
    """Of each model the plain map, and under it the weighed one."""
    shown = zip(drawing.shown[: len(VOICES)], drawing.shown[len(VOICES) :], strict=True)
    parts = zip(passes, once(_stock_lengths, stocks, passes), heads, strict=True)
    theirs = ([one.attentions[head], figures.weighted_map(one.attentions, norms, head, view)] for one, norms, head in parts)
    return checking.arrays(([*plain, *weighed] for plain, weighed in shown), theirs)


def _stock_lengths(stocks: Stocks, passes: Passes) -> figures.Norms:
    teacher, student = (_stock_length(model, one) for model, one in zip(stocks, passes, strict=True))
    return teacher, student


def _stock_length(model: "Model", one: StockPass) -> np.ndarray:
    outputs = [model.part(layer, "attention_output").get_parameter("weight") for layer in range(len(one.layers))]
    return checking.value_lengths(one, [weight.detach().float().cpu().numpy() for weight in outputs])


def carried(pair: TracePair, heads: Heads, norms: figures.Norms) -> str:
    """Which tokens get attention and which carry something, by number; whether [CLS] and [SEP] are as Kobayashi et al. found.

    Returns what the chosen heads do, plainly.
    """
    found = _carried(pair, norms, pair.encoding)
    said = [line for each in zip(VOICES, found, strict=True) for line in figures.sentences(*each, len(pair.encoding))]
    st.markdown("\n".join(f"- {literal(line)}" for line in said))
    shown = figures.groups_table(found, heads)
    formats = {name: st.column_config.NumberColumn(format="%.2f" if "length" in name else "%.1f") for name in list(shown)[3:]}
    shown_table(shown, "attention and what it carries", column_config=formats)
    checked(_carried_difference, found, pair.encoding, present.stocks())
    return sentences.carried(found, heads)


def _carried_difference(found: figures.Groups, encoding: Encoding, stocks: Stocks, passes: Passes) -> Difference:
    theirs = _carried(passes, once(_stock_lengths, stocks, passes), encoding)
    return checking.arrays(map(_arrays, found), map(_arrays, theirs))


def _carried(passes: Iterable[Trace | StockPass], norms: figures.Norms, encoding: Encoding) -> figures.Groups:
    teacher, student = (comparison.carried(one.attentions, part, encoding) for one, part in zip(passes, norms, strict=True))
    return teacher, student


def _arrays(groups: Iterable[Carried]) -> list[np.ndarray]:
    return [part for group in groups for part in (group.attention, group.carried, group.length)]
