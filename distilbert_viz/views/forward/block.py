"""One layer of each model at one token, station by station."""

import streamlit as st

from distilbert_viz import checking
from distilbert_viz.families import words
from distilbert_viz.figures.forward import block as figures
from distilbert_viz.figures.forward import sentences, vectors
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import plot, table
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See
from distilbert_viz.records import Block, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import checked

Blocks = tuple[Block, Block]  # of teacher and student


def chosen(pair: TracePair, layers: tuple[int, int]) -> Blocks:
    """A layer of each model at the chosen token."""
    return present.blocks(layers, present.position(pair.encoding))


def sentence(pair: TracePair, blocks: Blocks) -> str:
    """How much the chosen layers change the token, plainly."""
    return sentences.block(pair, blocks, present.position(pair.encoding))


def lengths(blocks: Blocks) -> None:
    """Length of the token's vector at every station, checked."""
    plot(figures.lengths(blocks), "lengths", "Length of the token's vector at every station of the block.")
    checked(checking.blocks, blocks)


def stations(pair: TracePair, blocks: Blocks) -> None:
    """The token's vector at every station as a row of colour, checked; shapes and lengths as a table."""
    canvas(vectors.block_stations(pair, blocks), "stations")
    checked(checking.blocks, blocks)
    table(figures.table(blocks), "shapes and lengths")


def see(pair: TracePair) -> tuple[See, ...]:
    """The last layer, and the scores that become weights."""
    last = pair.teacher.layers - 1
    return See(f"the last layer, L{last}", teacher_layer=last), See("scores before the softmax", what="scores")


def activations(pair: TracePair) -> str:
    """Where the activations of these two models come from."""
    return words.activation_sources(pair.teacher.architecture, pair.student.architecture)


def heads(pair: TracePair, blocks: Blocks) -> None:
    """Who the token looks at, head by head, as weights or as scores; checked."""
    what = st.segmented_control(
        "Show", ["weights", "scores"], default="weights", required=True, label_visibility="collapsed", **lasting("what")
    )
    canvas(vectors.block_heads(pair, blocks, what), "block_heads")
    checked(checking.blocks, blocks)
