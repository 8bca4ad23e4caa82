"""What the views of the page Attention share: the heads, how their maps are read, and what stands under a drawing of a head."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import attention as figures
from distilbert_viz.figures.forward import sentences
from distilbert_viz.frame.controls import link, named_heads, selected_heads, table
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See, head, heads_called
from distilbert_viz.records import Canvas, Difference, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.once import once

HIDDEN_ROWS = "Rows are not renormalised: what is missing to 1 went to the hidden tokens."
Special = tuple[bool, ...]
Heads = Sequence[tuple[int, int]]  # layer and head of each model
Chosen = Sequence[tuple[int, int | None]]  # the same, or with None the mean over the layer's heads


@dataclass(frozen=True)
class Choice:
    """What is chosen above every view: layer and head of each model, whether the student's follow, and how maps are read."""

    heads: tuple[tuple[int, int], tuple[int, int]]
    linked: bool
    hidden: bool
    mean: bool

    @property
    def in_full(self) -> Chosen:
        """The chosen heads, or with `mean` their layers."""
        return [(layer, None if self.mean else head) for layer, head in self.heads]


def choices(pair: TracePair, hides: bool = True, means: bool = True) -> Choice:
    """The controls that all views share, in one place; a view that can't hide special tokens, or take a mean, says so there."""
    chips = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        heads = selected_heads(pair)
        linked = link()
        hidden = _toggle(present.own_words("hide [CLS] [SEP]"), "hide_special", hides, "This view shows all tokens.")
        mean = _toggle("mean over heads", "mean", means, "This view shows heads one by one.")
    with chips:  # what a link chose is known once its selectors are made
        named_heads(pair)
    return Choice(heads, linked, hidden and hides, mean and means)


def sentence(pair: TracePair, choice: Choice) -> str:
    """Where the chosen heads look, plainly."""
    return sentences.attention(pair, choice.in_full, present.position(pair.encoding))


def see_kept(pair: TracePair) -> tuple[See, ...]:
    """The head that is most like the student's in its place, and the one that looks most at an end of the text."""
    return *heads_called(pair, comparison.KEPT, comparison.ALIKE), *see_ends(pair)


def see_neighbours(pair: TracePair) -> tuple[See, ...]:
    """The heads that look most at a neighbour, and the one that looks most at an end of the text."""
    return *heads_called(pair, comparison.PREVIOUS, comparison.NEXT), *see_ends(pair)


def see_ends(pair: TracePair) -> tuple[See, ...]:
    """The head that looks most at what starts or ends the text, where one does."""
    found = once(comparison.head_on_ends, pair)
    return () if found is None else (head(found),)


def _toggle(label: str, key: str, works: bool, otherwise: str) -> bool:
    return st.toggle(label, disabled=not works, help=None if works else otherwise, **lasting(key))


def under(drawing: Canvas, pair: TracePair, choice: Choice) -> None:
    """Under a drawing of the chosen heads in full: its check, what is hidden, and the chosen token's row as a table."""
    checked(_difference, drawing, choice.in_full, pair.encoding.special if choice.hidden else None)
    if choice.hidden:
        st.caption(present.own_words(f"[CLS] and [SEP] are hidden. {HIDDEN_ROWS}"))
    table(figures.table(pair, choice.in_full, present.position(pair.encoding)), "the chosen token's row")


def _difference(drawing: Canvas, chosen: Chosen, special: Special | None, passes: Passes) -> Difference:
    return checking.head_maps(drawing, passes, chosen, lambda maps: without(special, maps))


def without(special: Special | None, maps: np.ndarray) -> np.ndarray:
    """Attention maps (..., query, key) as they are, or cut to the tokens that are not special."""
    return maps if special is None else comparison.without_special(maps, special)
