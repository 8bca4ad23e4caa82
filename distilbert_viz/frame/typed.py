"""The text that both models read, as a person types it: in one box, or in two where the task has two texts."""

from collections.abc import Callable

import streamlit as st

from distilbert_viz import settings
from distilbert_viz.session import present, state

BETWEEN = "[SEP]"
ONE = "Type a sentence. [MASK] hides a word, [SEP] starts a second sentence."


def ask() -> None:
    """One box for all of it; for a pair that answers questions one for the question above one for the text."""
    found = present.loading().loaded
    if found is not None and found.pair.task.texts == 2:
        _two()
    else:
        _one(st.session_state.text, "Text", ONE, lambda: state.new_text(st.session_state.typed))


def _two() -> None:
    """A text without a question stands in the second box."""
    before, between, after = st.session_state.text.partition(BETWEEN)
    question, text = (before.strip(), after.strip()) if between else ("", before)
    st.session_state.question = question
    st.text_input("Question", key="question", max_chars=settings.limits().text, placeholder="Type a question.",
                  label_visibility="collapsed", on_change=_join)  # fmt: skip
    _one(text, "Text", "Type the text in which the answer stands.", _join)


def _one(text: str, label: str, placeholder: str, changed: Callable[[], None]) -> None:
    st.session_state.typed = text
    st.text_input(
        label, key="typed", label_visibility="collapsed", max_chars=settings.limits().text, placeholder=placeholder,
        on_change=changed,
    )  # fmt: skip


def _join() -> None:
    question, text = st.session_state.question.strip(), st.session_state.typed
    state.new_text(f"{question} {BETWEEN} {text}" if question else text)
