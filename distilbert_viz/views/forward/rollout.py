"""Rollout: how far down both models are followed, the maps, and a case that anybody can check on paper."""

import numpy as np
import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.figures.forward import rollout as figures
from distilbert_viz.figures.forward import sentences
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import table
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See
from distilbert_viz.records import Canvas, Difference, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once

Layers = tuple[int, int]  # of teacher and student


def layers(pair: TracePair) -> Layers:
    """The layer of each model that is followed down to the input; the last ones until a person chooses."""
    with st.container(horizontal=True):
        return _layer("teacher", pair.teacher.layers), _layer("student", pair.student.layers)


def see(pair: TracePair) -> tuple[See, ...]:
    """Both models after their first layer, and after their last."""
    last = {f"rollout_{voice}": trace.layers - 1 for voice, trace in zip(VOICES, pair, strict=True)}
    return See("after L0", **dict.fromkeys(last, 0)), See("after the last layer", **last)


def _layer(voice: str, count: int) -> int:
    key = f"rollout_{voice}"
    if (st.session_state.get(key) or 0) >= count:
        st.session_state[key] = count - 1
    return st.selectbox(f"{voice.capitalize()} after layer", list(range(count)), index=count - 1, width=160,
                        format_func=lambda i: f"L{i}", **lasting(key))  # fmt: skip


def maps(pair: TracePair, after: Layers) -> str:
    """Both models' rolled-out maps; checked, with the chosen token's row in words and as a table. Returns it plainly."""
    rolled, position = once(_rolled, pair), present.position(pair.encoding)
    drawing = figures.rollout_maps(pair, rolled, after, position)
    canvas(drawing, "rollout")
    st.caption(literal(figures.sentence(pair, rolled, after, position)))
    checked(_difference, drawing, after)
    table(figures.table(pair, rolled, after, position), "the chosen token's rollout")
    return sentences.rollout(pair, rolled, after, position)


def _rolled(pair: TracePair) -> figures.Rolled:
    return comparison.attention_rollout(pair.teacher.attentions), comparison.attention_rollout(pair.student.attentions)


def _difference(drawing: Canvas, after: Layers, passes: Passes) -> Difference:
    return checking.rollouts(drawing, passes, after)


def by_hand() -> None:
    """Two layers on two tokens, multiplied out; and whether the function that draws the maps finds what was found on paper."""
    with st.expander("A case worked by hand"):
        st.markdown("Two layers of one head on two tokens. Half of each is attention, half the residual connection:")
        st.latex(r"A_0 = \begin{pmatrix} 1 & 0 \\ \frac12 & \frac12 \end{pmatrix} \quad "
                 r"A_1 = \begin{pmatrix} \frac12 & \frac12 \\ 0 & 1 \end{pmatrix} \quad "
                 r"\frac{A_0 + I}{2} = \begin{pmatrix} 1 & 0 \\ \frac14 & \frac34 \end{pmatrix} \quad "
                 r"\frac{A_1 + I}{2} = \begin{pmatrix} \frac34 & \frac14 \\ 0 & 1 \end{pmatrix}")  # fmt: skip
        st.latex(r"R_1 = \frac{A_1 + I}{2} \cdot \frac{A_0 + I}{2} = "
                 r"\begin{pmatrix} \frac{13}{16} & \frac{3}{16} \\ \frac14 & \frac34 \end{pmatrix}")  # fmt: skip
        found = comparison.attention_rollout(figures.BY_HAND)[-1]
        difference = float(np.abs(found - figures.BY_HAND_ROLLED).max())
        st.caption(f"The function that draws the maps above, on this case: max |difference| {difference:.1e}.")
