"""What comes with the package says what it is: on which machine it was recorded, and when."""

import streamlit as st

from distilbert_viz.drawing.labels import counted
from distilbert_viz.records.recording import Recording
from distilbert_viz.runs import recordings
from distilbert_viz.session.markdown import literal


def caption(what: str, label: Recording) -> None:
    """`what` was recorded, where and when; not here and now."""
    st.caption(sentence(what, label))


def sentence(what: str, label: Recording) -> str:
    """The same as Markdown."""
    threads = counted(label.threads, "thread")
    said = f"**Recorded, not made here:** {what}, on {label.date} on {literal(label.machine)} with {threads}."
    if not recordings.of_present_weights(label):
        said += " The built-in pair was another one then."
    return f"{said} {literal(label.remark)}".strip()
