"""The way of a text to its ids: its pieces, the text after each stage, and the longest-match walk of a word."""

import streamlit as st

from distilbert_viz import checking
from distilbert_viz.figures.forward import sentences
from distilbert_viz.figures.forward import tokens as figures
from distilbert_viz.frame import components
from distilbert_viz.frame.controls import table
from distilbert_viz.records import Encoding, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal

LONGEST_OPTION = 60  # characters of a word in the list


def sentence(pair: TracePair) -> str:
    """How the words fall into pieces, plainly."""
    return sentences.tokens(pair)


def pieces(encoding: Encoding) -> None:
    """The text with its WordPieces tinted on it, and every token as a table."""
    components.pieces(encoding, present.position(encoding))
    table(figures.table(encoding), "every token")


def reading(encoding: Encoding) -> figures.Reading:
    """The text after each stage, spelt step by step."""
    tokenizer = present.models().teacher.tokenizer
    lowercase = tokenizer.backend_tokenizer.normalizer.lowercase
    return figures.read(encoding, present.vocabulary_ids(), lowercase, frozenset(tokenizer.all_special_tokens))


def stages(found: figures.Reading, encoding: Encoding) -> None:
    """The text after each stage, one under the other, and whether the tokenizer agrees."""
    components.mount("stages", {"stages": figures.stages(found, encoding)}, "stages")
    theirs = present.models().teacher.tokenizer.tokenize(encoding.text)
    wrong = checking.tokens(figures.pieces(found), theirs)
    st.caption(f"checked against the models' own tokenizer: {wrong} of {len(theirs)} pieces differ")


def walk(found: figures.Reading) -> None:
    """The longest-match walk of a chosen word; of the word with the most trials until a person chooses."""
    longest = max(range(len(found.walks)), key=lambda i: len(found.walks[i].steps))
    index = st.selectbox("Word", range(len(found.words)), index=longest, key=f"word {found.text}",
                         format_func=lambda i: found.words[i][:LONGEST_OPTION])  # fmt: skip
    chosen = found.walks[index]
    components.mount("walk", {"steps": figures.walk(chosen)}, "walk")
    st.caption(literal(figures.outcome(chosen, found.vocabulary)))
