"""Which heads survived: the matrix of all pairs of heads, the two that are chosen, and whole layers."""

from collections.abc import Sequence

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.kept import heads as figures
from distilbert_viz.frame.components import canvas, cells
from distilbert_viz.frame.controls import table, theme
from distilbert_viz.records import Difference, Similarity, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import checked
from distilbert_viz.views.kept.compared import Compared, stock_pair

KEPT = {"persist_state": "session", "bind": "query-params"}


def heads_shown() -> tuple[str, str]:
    """By which measure, and with the student's tokens in which order."""
    measure = st.segmented_control("Measure", [comparison.JS, comparison.COSINE], default=comparison.JS, required=True,
                                   key="heads_measure", **KEPT)  # fmt: skip
    order = st.segmented_control("The student's tokens", figures.ORDERS, default=figures.ORDERS[0], required=True,
                                 key="heads_order", help="Shuffled: what the measure comes to by chance, mean of "
                                 f"{comparison.SHUFFLES} shuffles.", **KEPT)  # fmt: skip
    return measure, order


def head_matrix(found: Compared | None, pair: TracePair, shown: tuple[str, str], chosen: Sequence[tuple[int, int]]) -> None:
    """Every student head with every teacher head, checked, with the best matching in words; nothing until they are compared."""
    if found is None:
        return
    measure, order = shown
    matching = comparison.best_matching(found.heads, measure)
    canvas(figures.head_matrix(found.heads, matching, pair, order, chosen), "heads")
    st.caption(
        f"{'Strong: near.' if measure == comparison.JS else 'Strong: alike.'} Dots: the best matching. Frames: heads that began as "
        f"copies. {figures.matching_sentence(found.heads, matching, pair.initial_layers)}"
    )
    checked(f"heads {found.key} {measure} {order}", lambda stock: _difference(found, found.witness(stock), measure, order))
    table(figures.matching_table(found.heads, matching, pair.initial_layers), "every student head's match")
    table(figures.matrix_table(found.heads, measure, order), "the whole matrix")


def _difference(found: Compared, witness: Similarity, measure: str, order: str) -> Difference:
    """Both models are in every cell, so one number stands for both."""
    ours, theirs = (figures.values(one, measure, order) for one in (found.heads, witness))
    return checking.arrays([[ours], [ours]], [[theirs], [theirs]])


def two_heads(found: Compared | None, pair: TracePair, measure: str, chosen: Sequence[tuple[int, int]]) -> None:
    """The chosen heads on the present text, and what the student's does otherwise."""
    if found is not None:
        matching = comparison.best_matching(found.heads, measure)
        st.caption(figures.pair_sentence(found.heads, matching, chosen))
    drawing = figures.two_heads(pair, chosen, present.position(pair.encoding))
    canvas(drawing, "two heads")

    def compare(stock):
        maps = [one.attentions[head] for one, head in zip(stock, chosen, strict=True)]
        difference = drawing.shown[2][0]
        ours = [[part[0], difference] for part in drawing.shown[:2]]
        return checking.arrays(ours, [[part, maps[1] - maps[0]] for part in maps])

    checked(f"two heads {chosen}", compare)
    st.caption("Student − teacher: orange where the student's head gives more, blue where the teacher's does, on the present text.")


def layers_compared(found: Compared | None, pair: TracePair) -> None:
    """Whole layers, tokens as they are beside shuffled ones."""
    if found is None:
        st.caption("Compared together with the heads.")
        return
    if found.layers is None:
        st.info("Layers are compared from 4 tokens on: type a longer text.")
        return
    measure = st.segmented_control("Measure of layers", list(found.layers.measures), default=comparison.CKA, required=True,
                                   key="layers_measure", label_visibility="collapsed", **KEPT)  # fmt: skip
    cells(figures.layer_matrix(found.layers, measure, pair.initial_layers, theme()), "layers")
    st.caption(
        "JS distance: attention, mean over a layer's heads. Cosine and debiased CKA: the hidden states that leave the layers. "
        "Outlined: the layer that a student layer began as. Right: what shuffled tokens give."
    )

    def compare(stock):
        theirs = comparison.layer_similarity(stock_pair(pair, stock)).measures[measure]
        ours = comparison.layer_similarity(pair).measures[measure]
        return checking.arrays([[ours], [ours]], [[theirs], [theirs]])

    checked(f"layers {found.key} {measure}", compare)
