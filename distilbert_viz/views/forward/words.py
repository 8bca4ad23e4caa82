"""Words and sets: from word to word, from several words at once, from sentence to sentence."""

from collections.abc import Sequence

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.drawing.labels import visible
from distilbert_viz.figures.forward import words as figures
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import plot, table
from distilbert_viz.records import TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked

ONE_SENTENCE = "This text has one sentence: type [SEP] where a second one starts, or choose the example “a pair of sentences”."


def direction(pair: TracePair) -> str:
    """Which words look and which are looked at."""
    two = bool(pair.encoding.token_type_ids.any())
    if not two and st.session_state.get("direction", figures.ALL) != figures.ALL:
        st.session_state.direction = figures.ALL
    return st.segmented_control(
        "From sentence to sentence", [figures.ALL, *figures.DIRECTIONS], default=figures.ALL, required=True, key="direction",
        disabled=not two, persist_state="session", bind="query-params",
        help=f"A is the first sentence. {'' if two else ONE_SENTENCE}",
    )  # fmt: skip


def word_maps(pair: TracePair, heads: Sequence[figures.Head], way: str) -> None:
    """The chosen heads from word to word, checked."""
    words = comparison.whole_words(pair.encoding)
    drawing = figures.word_maps(pair, words, heads, way, present.position(pair.encoding))
    canvas(drawing, "words")

    def compare(stock: Passes):
        maps = zip(stock, heads, strict=True)
        return checking.arrays(
            drawing.shown, ([figures.word_map(one.attentions[head], words, pair.encoding, way)] for one, head in maps)
        )

    checked(f"words {heads} {way}", compare)
    if way != figures.ALL:
        st.caption("Rows are not renormalised: what is missing to 1 went to the other sentence. [CLS] and the first [SEP] are A's.")
    table(figures.map_table(pair, words, heads, way), "every pair of words")


def words_together(pair: TracePair, heads: Sequence[figures.Head]) -> None:
    """Several words at once: where they look on average, in both models; checked."""
    words = comparison.whole_words(pair.encoding)
    of = _words_chosen(words, present.position(pair.encoding))
    if not of:
        st.info("Choose at least one word.")
        return
    plot(figures.together_bars(pair, words, heads, of), "together", "Mean attention of the chosen words to every word.")

    def compare(stock: Passes):
        shown = [[figures.together(trace, words, head, of)] for trace, head in zip(pair, heads, strict=True)]
        return checking.arrays(shown, ([figures.together(one, words, head, of)] for one, head in zip(stock, heads, strict=True)))

    checked(f"together {heads} {of}", compare)
    table(figures.together_table(pair, words, heads, of), "the chosen words' attention")


def _words_chosen(words, position: int) -> list[int]:
    """The chosen words by number; on a new text the word of the chosen token and the one after it."""
    own = max(i for i, start in enumerate(words.starts.tolist()) if start <= position)
    every = list(range(len(words.labels)))
    return sorted(st.multiselect("Words that look", every, every[own : own + 2], key=f"words {words.labels}",
                                 persist_state="session", format_func=lambda i: f"{i} {visible(words.labels[i])}"))  # fmt: skip


def segment_shares(pair: TracePair, heads: Sequence[figures.Head], linked: bool, way: str) -> None:
    """Of every head, how much attention goes from one sentence to the other or stays; checked."""
    if not pair.encoding.token_type_ids.any():
        st.info(ONE_SENTENCE)
        return
    shown = "A → B" if way == figures.ALL else way
    drawing = figures.share_map(pair, heads, shown, linked)
    canvas(drawing, "segments")

    def compare(stock: Passes):
        theirs = (figures.shares(one.attentions, pair.encoding, shown) for one in stock)
        return checking.arrays(drawing.shown, ([value.reshape(1, 1) for value in part.ravel()] for part in theirs))

    checked(f"segments {shown}", compare)
    table(figures.share_table(pair), "every direction of every head")
