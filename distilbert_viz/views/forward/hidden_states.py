"""The states of both models held against each other, and what each would already predict."""

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import hidden_states as figures
from distilbert_viz.figures.forward import sentences
from distilbert_viz.frame.components import cells
from distilbert_viz.frame.controls import plot, theme
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See
from distilbert_viz.frame.tasks import answer_end, has_soft_labels
from distilbert_viz.records import TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import checked


def sentence(pair: TracePair) -> str:
    """Where the two models are nearest and farthest, plainly."""
    return sentences.hidden_states(pair)


def measure(pair: TracePair) -> str:
    """How states are compared; between two widths a sentence says what is left."""
    names = figures.measures(pair)
    if st.session_state.get("measure", names[0]) not in names:
        st.session_state.measure = names[0]
    if not pair.one_width:
        st.caption(figures.width_sentence(pair))
    return st.segmented_control("Measure", names, default=names[0], required=True, label_visibility="collapsed",
                                **lasting("measure"))  # fmt: skip


def see(pair: TracePair) -> tuple[See, ...]:
    """The nearest states by debiased CKA, where there is another measure and the text is long enough for it."""
    names = figures.measures(pair)
    known = len(names) > 1 and len(pair.encoding) >= comparison.LEAST_TOKENS
    return (See(names[-1], measure=names[-1]),) if known else ()


def similarity(pair: TracePair, measured: str) -> None:
    """The matrix of student states with teacher states, or a sentence when the text is too short for the measure; checked."""
    try:
        figure = figures.similarity(pair, measured, theme())
    except ValueError as error:
        st.info(f"{error}: type a longer one{', or look at the cosine' if pair.one_width else ''}.")
    else:
        cells(figure, "similarity")
        if measured == "CKA":
            _floor(pair)
    checked(checking.hidden_states, pair)


def _floor(pair: TracePair) -> None:
    floor = comparison.shuffled_cka(pair.student.hidden_states, pair.teacher.hidden_states)
    st.caption(f"Debiased CKA. With the student's tokens shuffled, the largest cell is {floor:.2f}: read cells against it.")


def last(pair: TracePair) -> None:
    """Cosine of the last states at every token, checked; nothing between two widths."""
    if not pair.one_width:
        return
    plot(figures.final_cosine(pair), "final", "Cosine of the last hidden states at every token.")
    checked(checking.hidden_states, pair)


def lens(pair: TracePair) -> None:
    """The head read on every state, for the soft label that is looked at; checked on the last state."""
    if not has_soft_labels():
        return
    answer_end()
    predictions = present.predictions(present.position(pair.encoding))
    cells(figures.lens(predictions, theme()), "lens")
    checked(checking.predictions, predictions, logits=True)
