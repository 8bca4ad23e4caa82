"""Which heads survived: the matrix of all pairs of heads, the two that are chosen, and whole layers."""

from collections.abc import Sequence

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.kept import heads as figures
from distilbert_viz.figures.kept import sentences
from distilbert_viz.frame.components import canvas, cells
from distilbert_viz.frame.controls import table, theme
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See, heads_called
from distilbert_viz.records import Canvas, Difference, Similarity, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.views.kept.compared import Compared, stock_pair

OUTLINED = "Outlined: layers that lie side by side."
NO_COSINE = "The models differ in width, so that their states have no cosine, and no layer began as a copy."
Heads = Sequence[tuple[int, int]]  # layer and head of each model


def shown() -> tuple[str, str]:
    """By which measure, and with the student's tokens in which order."""
    measure = st.segmented_control("Measure", [comparison.JS, comparison.COSINE], default=comparison.JS, required=True,
                                   **lasting("heads_measure"))  # fmt: skip
    order = st.segmented_control("The student's tokens", figures.ORDERS, default=figures.ORDERS[0], required=True,
                                 help="Shuffled: what the measure comes to by chance, mean of "
                                 f"{comparison.SHUFFLES} shuffles.", **lasting("heads_order"))  # fmt: skip
    return measure, order


def sentence(found: Compared | None, pair: TracePair, measure: str) -> str:
    """How many heads look most like the teacher's in their places, plainly; until they are compared, what is asked."""
    if found is None:
        return "Which of the student's heads look where the teacher's look? Press the button to compare."
    return sentences.heads(found.heads, measure, pair)


def see(pair: TracePair) -> tuple[See, ...]:
    """The head that is most like the student's in its place, and what the measure comes to by chance."""
    return *heads_called(pair, comparison.KEPT, comparison.ALIKE), See("shuffled tokens", heads_order=figures.ORDERS[1])


def matrix(found: Compared | None, pair: TracePair, measure: str, order: str, chosen: Heads) -> None:
    """Every student head with every teacher head, checked, with the best matching in words; nothing until they are compared."""
    if found is None:
        return
    matching = comparison.best_matching(found.heads, measure)
    canvas(figures.head_matrix(found.heads, matching, pair, order, chosen), "heads")
    st.caption(
        f"{'Strong: near.' if measure == comparison.JS else 'Strong: alike.'} Dots: the best matching.{_frames(pair)} "
        f"{figures.matching_sentence(found.heads, matching, pair)}"
    )
    checked(_matrix_difference, found.heads, found.witness, pair, measure, order)
    table(figures.matching_table(found.heads, matching, pair), "every student head's match")
    table(figures.matrix_table(found.heads, measure, order), "the whole matrix")


def _frames(pair: TracePair) -> str:
    """What is framed in the matrix; nothing between two shapes."""
    if not pair.one_shape:
        return ""
    return f" Frames: heads {'that began as copies' if pair.began_as_copies else 'in the same place of layers side by side'}."


def _matrix_difference(
    heads: Similarity, witness: Similarity | None, pair: TracePair, measure: str, order: str, passes: Passes
) -> Difference:
    """Both models are in every cell, so one number stands for both."""
    by_stock = comparison.head_similarity(stock_pair(pair, passes)) if witness is None else witness
    ours, theirs = (figures.values(one, measure, order) for one in (heads, by_stock))
    return checking.arrays([[ours], [ours]], [[theirs], [theirs]])


def two_heads(found: Compared | None, pair: TracePair, measure: str, chosen: Heads) -> None:
    """The chosen heads on the present text, checked, and what the student's does otherwise."""
    if found is not None:
        matching = comparison.best_matching(found.heads, measure)
        st.caption(figures.pair_sentence(found.heads, matching, chosen))
    drawing = figures.two_heads(pair, chosen, present.position(pair.encoding))
    canvas(drawing, "two heads")
    checked(_two_heads_difference, drawing, chosen)
    st.caption("Student − teacher: orange where the student's head gives more, blue where the teacher's does, on the present text.")


def _two_heads_difference(drawing: Canvas, chosen: Heads, passes: Passes) -> Difference:
    teacher, student = (one.attentions[head] for one, head in zip(passes, chosen, strict=True))
    (shown_teacher,), (shown_student,), (shown_difference,) = drawing.shown
    ours = [[shown_teacher, shown_difference], [shown_student, shown_difference]]
    return checking.arrays(ours, [[teacher, student - teacher], [student, student - teacher]])


def layers(found: Compared | None, pair: TracePair) -> None:
    """Whole layers, tokens as they are beside shuffled ones, checked on the present text."""
    if found is None:
        st.caption("Compared together with the heads.")
        return
    if found.layers is None:
        st.info("Layers are compared from 4 tokens on: type a longer text.")
        return
    names = list(found.layers.measures)
    if st.session_state.get("layers_measure", names[0]) not in names:
        st.session_state.layers_measure = comparison.CKA
    measure = st.segmented_control("Measure of layers", names, default=comparison.CKA, required=True,
                                   label_visibility="collapsed", **lasting("layers_measure"))  # fmt: skip
    cells(figures.layer_matrix(found.layers, measure, pair.initial_layers if pair.one_width else (), theme()), "layers")
    st.caption(
        f"JS distance: attention, mean over a layer's heads. {'Cosine and debiased CKA' if pair.one_width else 'Debiased CKA'}: "
        f"the hidden states that leave the layers. {OUTLINED if pair.one_width else NO_COSINE} Right: what shuffled tokens give."
    )
    checked(_layers_difference, pair, measure)


def _layers_difference(pair: TracePair, measure: str, passes: Passes) -> Difference:
    """Both models are in every cell, so one number stands for both."""
    ours, theirs = (comparison.layer_similarity(one).measures[measure] for one in (pair, stock_pair(pair, passes)))
    return checking.arrays([[ours], [ours]], [[theirs], [theirs]])
