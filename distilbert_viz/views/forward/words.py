"""Words and sets: from word to word, from several words at once, from sentence to sentence."""

from collections.abc import Sequence

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.drawing.labels import visible
from distilbert_viz.families import words as words_of
from distilbert_viz.figures.forward import sentences
from distilbert_viz.figures.forward import words as figures
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import plot, table
from distilbert_viz.frame.lasting import lasting, of_text
from distilbert_viz.frame.see import See, example
from distilbert_viz.records import Canvas, Difference, Encoding, TracePair, Words
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked

Heads = Sequence[figures.Head]  # one of each model
ONE_SENTENCE = "This text has one sentence: type [SEP] where a second one starts, or choose the example “a pair of sentences”."


def segments(pair: TracePair) -> str:
    """What these two models know of two sentences."""
    return words_of.segments(pair.teacher.architecture, pair.student.architecture)


def see(pair: TracePair) -> tuple[See, ...]:
    """Words of several pieces beside short ones; and what crosses from one sentence to the other, in a text that has two."""
    rare = example("rare words")
    if not pair.encoding.token_type_ids.any():
        return rare, example("a pair of sentences")
    return rare, *(See(way, direction=way) for way in ("A → B", "B → A"))


def direction(pair: TracePair) -> str:
    """Which words look and which are looked at."""
    two = bool(pair.encoding.token_type_ids.any())
    if not two and st.session_state.get("direction", figures.ALL) != figures.ALL:
        st.session_state.direction = figures.ALL
    return st.segmented_control(
        "From sentence to sentence", [figures.ALL, *figures.DIRECTIONS], default=figures.ALL, required=True,
        disabled=not two, **lasting("direction"),
        help=f"A is the first sentence. {'' if two else present.own_words(ONE_SENTENCE)}",
    )  # fmt: skip


def sentence(pair: TracePair, heads: Heads) -> str:
    """Where the chosen heads look from the chosen word, plainly."""
    return sentences.words(pair, heads, present.position(pair.encoding))


def maps(pair: TracePair, heads: Heads, way: str) -> None:
    """The chosen heads from word to word, checked."""
    words = comparison.whole_words(pair.encoding)
    drawing = figures.word_maps(pair, words, heads, way, present.position(pair.encoding))
    canvas(drawing, "words")
    checked(_maps_difference, drawing, words, heads, way, pair.encoding)
    if way != figures.ALL:
        rows = "Rows are not renormalised: what is missing to 1 went to the other sentence."
        st.caption(present.own_words(f"{rows} [CLS] and the first [SEP] are A's."))
    table(figures.map_table(pair, words, heads, way), "every pair of words")


def _maps_difference(drawing: Canvas, words: Words, heads: Heads, way: str, encoding: Encoding, passes: Passes) -> Difference:
    maps = (one.attentions[head] for one, head in zip(passes, heads, strict=True))
    return checking.arrays(drawing.shown, ([figures.word_map(part, words, encoding, way)] for part in maps))


def together(pair: TracePair, heads: Heads) -> None:
    """Several words at once: where they look on average, in both models; checked."""
    words = comparison.whole_words(pair.encoding)
    of = _looking(words, present.position(pair.encoding))
    if not of:
        st.info("Choose at least one word.")
        return
    plot(figures.together_bars(pair, words, heads, of), "together", "Mean attention of the chosen words to every word.")
    checked(_together_difference, pair, words, heads, of)
    table(figures.together_table(pair, words, heads, of), "the chosen words' attention")


def _looking(words: Words, position: int) -> list[int]:
    """The chosen words by number; on a new text the word of the chosen token and the one after it."""
    own = max(i for i, start in enumerate(words.starts.tolist()) if start <= position)
    every = list(range(len(words.labels)))
    named = [f"{i} {visible(label)}" for i, label in enumerate(words.labels)]
    key = of_text("words", " ".join(words.labels))
    return sorted(st.multiselect("Words that look", every, every[own : own + 2], format_func=named.__getitem__, **lasting(key)))


def _together_difference(pair: TracePair, words: Words, heads: Heads, of: list[int], passes: Passes) -> Difference:
    shown = ([figures.together(trace, words, head, of)] for trace, head in zip(pair, heads, strict=True))
    theirs = ([figures.together(one, words, head, of)] for one, head in zip(passes, heads, strict=True))
    return checking.arrays(shown, theirs)


def between_sentences(pair: TracePair, heads: Heads, linked: bool, way: str) -> None:
    """Of every head, how much attention goes from one sentence to the other or stays; checked."""
    if not pair.encoding.token_type_ids.any():
        st.info(present.own_words(ONE_SENTENCE))
        return
    shown = "A → B" if way == figures.ALL else way
    drawing = figures.share_map(pair, heads, shown, linked)
    canvas(drawing, "segments")
    checked(_shares_difference, drawing, shown, pair.encoding)
    table(figures.share_table(pair), "every direction of every head")


def _shares_difference(drawing: Canvas, way: str, encoding: Encoding, passes: Passes) -> Difference:
    theirs = (figures.shares(one.attentions, encoding, way) for one in passes)
    return checking.arrays(drawing.shown, ([value.reshape(1, 1) for value in part.ravel()] for part in theirs))
