"""The way of a text through both models, box by box."""

import streamlit as st

from distilbert_viz import checking
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.families import words
from distilbert_viz.figures.forward import sentences
from distilbert_viz.figures.forward.flow import flow as picture
from distilbert_viz.frame import components
from distilbert_viz.records import TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import checked
from distilbert_viz.session.markdown import literal


def flow(pair: TracePair) -> str:
    """Every station of both models at the chosen token, checked against the stock models' hidden states.

    Returns what goes in and comes out, plainly.
    """
    position = present.position(pair.encoding)
    predictions = present.predictions(position) if present.task().labels else None
    tokenizer = type(present.models().tokenizer.backend_tokenizer.model).__name__, len(present.vocabulary_ids())
    components.flow(picture(pair, present.all_blocks(position), predictions, tokenizer))
    checked(checking.hidden_states, pair)
    for voice, model in zip(VOICES, present.models(), strict=True):
        if model.held is not None:
            st.caption(literal(words.held(voice, model.held)))
    return sentences.architecture(pair, predictions)


def beginning(pair: TracePair) -> str:
    """How the student's layers began, as far as it is known."""
    return words.beginning(pair, present.task().fine_tuned)


def kept(pair: TracePair) -> str:
    """What the student keeps of its teacher, by the sizes of these two."""
    return words.kept(pair.teacher.architecture, pair.student.architecture)
