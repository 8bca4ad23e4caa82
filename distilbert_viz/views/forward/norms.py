"""Attention weighed by what it carries: the chosen heads beside their plain weights, and what [CLS] and [SEP] get and give."""

from collections.abc import Iterable, Sequence

import numpy as np
import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.figures.forward import norms as figures
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import shown_table, table
from distilbert_viz.records import StockPass, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal


def value_norms(pair: TracePair) -> figures.Norms:
    """||f(x)|| of every token in every head of both models."""
    models = present.models()
    return choice.remembered(("value norms",), lambda: _norms(models, pair))


def _norms(models: Iterable, pair: TracePair) -> figures.Norms:
    from distilbert_viz import tracing

    return tuple(tracing.transformed_norms(model, trace) for model, trace in zip(models, pair, strict=True))


def norm_maps(pair: TracePair, heads: Sequence[tuple[int, int]], norms: figures.Norms) -> None:
    """Plain weights of the chosen heads over the same weighed by length; checked, with the chosen token's row as a table."""
    view = st.segmented_control("Shown", [figures.SHARE, figures.LENGTH], default=figures.SHARE, required=True, key="norms_view",
                                label_visibility="collapsed", persist_state="session", bind="query-params")  # fmt: skip
    position = present.position(pair.encoding)
    drawing = figures.head_maps(pair, heads, norms, view, position)
    canvas(drawing, "norms")

    def compare(stock):
        lengths = _witness(stock)
        parts = zip(stock, lengths, heads, strict=True)
        theirs = [[s.attentions[head], figures.weighted_map(s.attentions, n, head, view)] for s, n, head in parts]
        return checking.arrays(([*drawing.shown[i], *drawing.shown[i + len(VOICES)]] for i in range(len(VOICES))), theirs)

    checked(f"norms {heads} {view}", compare)
    table(figures.table(pair, heads, norms, position), "the chosen token's row")


def _witness(stock: Passes) -> figures.Norms:
    stocks = present.stocks()
    return choice.remembered(("value norms, stock",), lambda: tuple(_lengths(m, s) for m, s in zip(stocks, stock, strict=True)))


def _lengths(model: object, stock: StockPass) -> np.ndarray:
    projections = [model.part(layer, "attention_output").weight.float().cpu().numpy() for layer in range(len(stock.layers))]
    return checking.value_lengths(stock, projections)


def carried(pair: TracePair, heads: Sequence[tuple[int, int]], norms: figures.Norms) -> None:
    """Which tokens get attention and which carry something, by number; whether [CLS] and [SEP] are as Kobayashi et al. found."""
    found = _carried(pair, pair, norms)
    said = [line for each in zip(VOICES, found, strict=True) for line in figures.sentences(*each, len(pair.encoding))]
    st.markdown("\n".join(f"- {literal(line)}" for line in said))
    shown = figures.groups_table(found, heads)
    formats = {name: st.column_config.NumberColumn(format="%.2f" if "length" in name else "%.1f") for name in list(shown)[3:]}
    shown_table(shown, "attention and what it carries", column_config=formats)

    def compare(stock):
        theirs = _carried(pair, stock, _witness(stock))
        return checking.arrays(*([_flat(groups) for groups in part] for part in (found, theirs)))

    checked("carried", compare)


def _carried(pair: TracePair, passes: Passes | TracePair, norms: figures.Norms) -> figures.Groups:
    return tuple(comparison.carried(one.attentions, part, pair.encoding) for one, part in zip(passes, norms, strict=True))


def _flat(groups: Sequence) -> list[np.ndarray]:
    return [part for group in groups for part in (group.attention, group.carried, group.length)]
