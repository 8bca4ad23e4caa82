"""How much memory both models take at rest and at work, and how long they take to load, as measured."""

import streamlit as st

from distilbert_viz.figures.savings import memory as figures
from distilbert_viz.figures.savings import sentences
from distilbert_viz.frame.controls import metrics, plot, table, theme
from distilbert_viz.records import Measurement
from distilbert_viz.session.markdown import literal


def sentence(measured: Measurement) -> str:
    """How much less the student takes, plainly."""
    return sentences.memory(measured)


def overview(measured: Measurement) -> None:
    """Weights, and what a pass needs on top of them, by cell."""
    metrics(figures.headline(measured))
    plot(
        figures.peaks(measured), "memory", "Megabytes of weights, and of a pass on top of them, of both models by cell, from zero."
    )
    st.caption(literal(figures.peaks_sentence(measured)))
    table(figures.table(measured), "memory by cell")


def loading(measured: Measurement) -> None:
    """From the disk to the device."""
    plot(figures.loading(measured, theme()), "loading", "Milliseconds that loading takes, of both models, from zero.")
    st.caption(figures.loading_sentence(measured))
    table(figures.loading_table(measured), "every loading")
