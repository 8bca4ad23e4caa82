"""The input sum: its parts as rows of colour, and how much each part brings."""

import streamlit as st

from distilbert_viz import checking
from distilbert_viz.families import words
from distilbert_viz.figures.forward import embeddings as figures
from distilbert_viz.figures.forward import sentences, vectors
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import plot, table
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See, example
from distilbert_viz.records import TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import checked

LENGTH, SHARE = "length of each part", "share of the sum"


def sentence(pair: TracePair) -> str:
    """What the chosen token is the sum of, plainly."""
    return sentences.embeddings(pair, present.position(pair.encoding))


def said(pair: TracePair) -> None:
    """What the sum is made of in these two models."""
    st.caption(words.input_sum(pair.teacher.architecture, pair.student.architecture))


def segments(pair: TracePair) -> str:
    """What these two models know of two sentences."""
    return words.segments(pair.teacher.architecture, pair.student.architecture)


def parts(pair: TracePair) -> None:
    """Every part of the sum, the sum, and what LayerNorm makes of it, token by token; checked."""
    drawing = vectors.embedding_heatmaps(pair, present.position(pair.encoding))
    canvas(drawing, "embeddings")
    checked(checking.embeddings, drawing)


def measure() -> str:
    """What the bars show: LENGTH or SHARE."""
    return st.segmented_control("Bars show", [LENGTH, SHARE], default=LENGTH, required=True, **lasting("parts"))


def see() -> tuple[See, ...]:
    """What a segment's vector brings to the sum, and a text of two sentences."""
    return See(SHARE, parts=SHARE), example("a pair of sentences")


def bars(pair: TracePair, shown: str) -> None:
    """Length or share of each part at every token, checked; both as a table."""
    if shown == LENGTH:
        plot(figures.norms(pair), "norms", f"Length of the vectors of {', '.join(figures.names(pair))} at every token.")
    else:
        plot(figures.share_bars(pair), "shares", "Share of the sum that each part brings, stacked to 1.")
    checked(checking.embedding_lengths, pair)
    table(figures.table(pair), "lengths and shares")
