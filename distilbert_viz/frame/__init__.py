"""What stands on every page: the title, the present text's traces, what to notice, sources, controls.

A page takes from here what all pages share, and the rest from its own view.
"""

import streamlit as st

from distilbert_viz.frame.controls import chosen_heads, chosen_layers, link, notice, temperature
from distilbert_viz.frame.waiting import traced_text
from distilbert_viz.session import present
from distilbert_viz.session.pages import open_page

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
    """A page's name, and one sentence on what is seen; of a page of several views, the switch between them."""
    st.title(name)
    st.write(present.own_words(about))
    page = open_page()
    if page.views:
        st.segmented_control("View", page.views, default=page.views[0], required=True, key=page.key, persist_state="session",
                             label_visibility="collapsed")  # fmt: skip


def section(name: str, about: str | None = None) -> None:
    """A part of a page, with a sentence on it where one is needed."""
    st.subheader(name)
    if about is not None:
        st.write(present.own_words(about))


def sources(text: str) -> None:
    """Where the page's claims come from, at its end."""
    st.caption(f"Sources: {text}")
