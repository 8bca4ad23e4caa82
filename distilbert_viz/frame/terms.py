"""A term of the glossary where it first stands on a page: pointed at or focused, it says what it means."""

import re

import streamlit as st

from distilbert_viz.frame.glossary import TERMS
from distilbert_viz.records.glossary import Term
from distilbert_viz.session.markdown import pointed_at

EXPLAINED = "_explained"


def _pattern(term: str) -> str:
    """As it stands in Markdown, with a plural; a bracket may be escaped. L0 H0 stands for every head."""
    if term == "L0 H0":
        return r"L\d+ H\d+"
    word = re.escape(term).replace(r"\[", r"\\?\[").replace(r"\]", r"\\?\]").replace("_", r"\\?_").replace(r"\-", r"\\?-")
    return rf"(?<!\w){word}s?(?!\w)"


BY_NUMBER = {f"t{number}": term for number, term in enumerate(TERMS)}
WAYS = [(pattern, number) for number, term in BY_NUMBER.items() for pattern in map(_pattern, (term.term, *term.also))]
# A visitor's words stand in quotation marks, and are left alone. Longer terms go first.
ANY = re.compile("|".join(["“[^”]*”", *(pattern for pattern, _ in sorted(WAYS, key=lambda way: -len(way[0])))]), re.IGNORECASE)
ONE = {number: re.compile("|".join(pattern for pattern, n in WAYS if n == number), re.IGNORECASE) for number in BY_NUMBER}


def new_page() -> None:
    """Nothing is explained yet."""
    st.session_state[EXPLAINED] = set()


def explained(markdown: str) -> str:
    """The same words, each term that has not stood on this page yet marked with what it means; HTML for `unsafe_allow_html`."""
    done: set[str] = st.session_state.setdefault(EXPLAINED, set())

    def mark(found: re.Match[str]) -> str:
        word = found.group()
        number = next((number for number, way in ONE.items() if way.fullmatch(word)), None)
        if number is None or number in done:
            return word
        done.add(number)
        return _marked(word, BY_NUMBER[number])

    return ANY.sub(mark, markdown)


def _marked(word: str, term: Term) -> str:
    formula = f" {term.formula}." if term.formula else ""
    return pointed_at("term", word, f"{term.term}: {term.said}{formula} ({term.source})")
