"""Where a pass spends its time: embeddings, layers and head of both models."""

import streamlit as st

from distilbert_viz.figures.savings import speed as figures
from distilbert_viz.frame.controls import plot, table, theme
from distilbert_viz.records import Measurement


def times(measured: Measurement) -> None:
    """Embeddings, every layer and the head of both models on one axis."""
    if not measured.parts:
        st.caption("The parts of a pass are measured after the last cell.")
        return
    plot(figures.parts(measured, theme()), "parts", "Milliseconds of embeddings, every layer and head of both models, from zero.")
    st.caption(figures.parts_sentence(measured))
    table(figures.parts_table(measured), "parts")
