"""The way of a text to its ids: its pieces, the text after each stage, and the longest-match walk of a word."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from distilbert_viz import checking
from distilbert_viz.figures.forward import sentences
from distilbert_viz.figures.forward import tokens as figures
from distilbert_viz.frame import components
from distilbert_viz.frame.controls import table
from distilbert_viz.frame.lasting import lasting, of_text
from distilbert_viz.frame.see import See, example
from distilbert_viz.records import Encoding, Reading, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal
from distilbert_viz.wordpiece import Walk

SOURCES = {
    "WordPiece": "WordPiece, Wu et al. 2016 (arXiv 1609.08144), section 4.1; in BERT, Devlin et al. 2019 (1810.04805), section 3.",
    "BPE": "BPE, Sennrich et al. 2016 (arXiv 1508.07909), section 3.2; over bytes, Radford et al. 2019, section 2.2.",
    "Unigram": "Unigram, Kudo 2018 (arXiv 1804.10959), section 3.2.",
}
LONGEST_OPTION = 60  # characters of a word in the list
LONGEST_BUTTON = 24


@dataclass(frozen=True, eq=False)
class Read:
    """A text after the tokenizer's own stages, and our walks of its words where the tokenizer is a WordPiece."""

    stages: Reading
    walks: tuple[Walk, ...]
    vocabulary: Mapping[str, int]


def sentence(pair: TracePair) -> str:
    """How the words fall into pieces, plainly."""
    return sentences.tokens(pair)


def pieces(encoding: Encoding) -> None:
    """The text with its pieces tinted on it, and every token as a table."""
    components.pieces(encoding, present.position(encoding))
    table(figures.table(encoding), "every token")


def reading(encoding: Encoding) -> Read:
    """The text after each of the tokenizer's own stages, its words spelt by our own walk where that is how it spells."""
    from distilbert_viz import tracing

    vocabulary = present.vocabulary_ids()
    found = tracing.reading(present.models().teacher.tokenizer, encoding.text)
    return Read(found, figures.walks(found, vocabulary), vocabulary)


def stages(found: Read, encoding: Encoding) -> None:
    """The text after each stage, one under the other, and whether the tokenizer agrees."""
    from distilbert_viz import tracing

    ours = figures.pieces(found.stages, found.walks)
    components.mount("stages", {"stages": figures.stages(found.stages, encoding, ours)}, "stages")
    theirs = tracing.own_pieces(present.models().teacher.tokenizer, encoding.text)
    wrong = checking.tokens(ours, theirs)
    st.caption(f"checked against the models' own tokenizer: {wrong} of {len(theirs)} pieces differ")


def see(found: Read) -> tuple[See, ...]:
    """The word that falls into most pieces; an example where none falls into several, or the tokenizer walks in another way."""
    most = max(range(len(found.walks)), key=lambda i: len(found.walks[i].pieces), default=None)
    if most is None or len(found.walks[most].pieces) < 2:
        return (example("rare words"),)
    word = found.walks[most].word
    shown = word if len(word) <= LONGEST_BUTTON else f"{word[:LONGEST_BUTTON]}…"
    return (See(literal(f"“{shown}”, {len(found.walks[most].pieces)} pieces"), **{_word_key(found): most}),)


def _word_key(found: Read) -> str:
    return of_text("word", found.stages.text)


def walk(found: Read) -> None:
    """The longest-match walk of a chosen word; of the word with the most trials until a person chooses.

    A sentence instead where the tokenizer spells in another way.
    """
    spelling, walks = found.stages.spelling, found.walks
    if spelling is None:
        how = figures.MODELS.get(found.stages.model, "its own way")
        st.info(f"This pair's tokenizer is no WordPiece but {found.stages.model}: {how}. There is no longest-match walk to show.")
        return
    longest = max(range(len(walks)), key=lambda i: len(walks[i].steps))
    index = st.selectbox("Word", range(len(walks)), index=longest, format_func=lambda i: walks[i].word[:LONGEST_OPTION],
                         **lasting(_word_key(found)))  # fmt: skip
    chosen = walks[index]
    components.mount("walk", {"steps": figures.walk(chosen, spelling)}, "walk")
    st.caption(literal(figures.outcome(chosen, found.vocabulary, spelling)))
    st.caption(literal(
        f"A frequent word is one piece; a rare one falls into several, the later ones marked {spelling.prefix}; a character that "
        f"no piece covers turns the whole word into {spelling.unknown}."
    ))  # fmt: skip


def sources(found: Read) -> str:
    """Where the way of spelling comes from that the tokenizer has."""
    return SOURCES.get(found.stages.model, "the tokenizer's own file; the tokenizers library's documentation.")
