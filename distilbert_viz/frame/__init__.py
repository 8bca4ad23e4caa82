"""What stands on every page: the title, the present text's traces, what to notice, sources, controls.

A page takes from here what all pages share, and the rest from its own view.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from distilbert_viz.frame import see as see_it
from distilbert_viz.frame import terms
from distilbert_viz.frame.controls import chosen_heads, chosen_layers, link, temperature
from distilbert_viz.frame.lasting import kept
from distilbert_viz.frame.see import See
from distilbert_viz.frame.waiting import traced_text
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.pages import let_paint, open_page

__all__ = [
    "See",
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


@dataclass(frozen=True, eq=False)
class Top:
    """What stands above a page's picture, filled as the page finds out."""

    name: str
    heading: DeltaGenerator
    sentence: DeltaGenerator

    def say(self, sentence: str) -> None:
        """The plain sentence: what the page found on this text and pair, for somebody who knows none of its terms.

        Nothing where a model's numbers on this text aren't finite: no sentence that compares with them is true.
        """
        if open_page().of_text and present.not_finite() is not None:
            return
        words = terms.explained(literal(sentence))
        self.sentence.markdown(f'<span class="plainly">{words}</span>', unsafe_allow_html=True)

    def of(self, pair: str) -> None:
        """Say beside the name which pair the page is about, where it is another than the bar's; nothing of an empty name."""
        if pair:
            self.heading.title(f"{self.name} :gray[:small[{literal(pair)}]]")


def title(name: str, about: str) -> Top:
    """A page's name, and what is seen in one exact sentence; of a page of several views, the switch between them."""
    terms.new_page()
    top = Top(name, st.empty(), st.empty())
    top.heading.title(name)
    top.sentence.markdown("&nbsp;")
    _explained(about, small=True)
    page = open_page()
    if page.views:
        st.segmented_control("View", page.views, default=page.views[0], required=True, label_visibility="collapsed",
                             **kept(page.key))  # fmt: skip
    return top


def section(name: str, about: str | None = None) -> None:
    """A part of a page below its first picture, with a sentence on it where one is needed."""
    let_paint()
    st.subheader(name)
    if about is not None:
        _explained(about)


def notice(*points: str, see: Sequence[See] = (), more: str = "") -> None:
    """What to notice under the picture, at most three short points, and at most three buttons that show what they speak of.

    `more` is worth reading too, behind a fold.
    """
    _explained("\n".join(["**What to notice.**", "", *(f"- {point}" for point in points)]))
    see_it.row(see)
    if more:
        with st.expander("More"):
            _explained(more)


def _explained(markdown: str, small: bool = False) -> None:
    """Words in which each term says what it means, where it first stands on the page."""
    write = st.caption if small else st.markdown
    write(terms.explained(present.own_words(markdown)), unsafe_allow_html=True)


def sources(*texts: str) -> None:
    """Where the page's claims come from, at its end; parts that say nothing are left out."""
    st.caption(f"Sources: {'; '.join(filter(None, texts))}")
