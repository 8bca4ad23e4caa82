"""What stands on every page: the title, the present text's traces, what to notice, sources, controls.

A page takes from here what all pages share, and the rest from its own view.
"""

import streamlit as st

from distilbert_viz.frame.controls import chosen_heads, chosen_layers, link, notice, temperature
from distilbert_viz.frame.waiting import traced_text
from distilbert_viz.session import present

__all__ = [
    "chosen_heads",
    "chosen_layers",
    "link",
    "notice",
    "section",
    "sources",
    "temperature",
    "title",
    "traced_text",
]


def title(name: str, about: str) -> None:
    """A page's name, and one sentence on what is seen."""
    st.title(name)
    st.write(present.own_words(about))


def section(name: str, about: str | None = None) -> None:
    """A part of a page, with a sentence on it where one is needed."""
    st.subheader(name)
    if about is not None:
        st.write(present.own_words(about))


def sources(text: str) -> None:
    """Where the page's claims come from, at its end."""
    st.caption(f"Sources: {text}")
