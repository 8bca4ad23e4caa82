r"""WordPiece's walk through a word: from left to right, the longest pieces that the vocabulary has.

A word with one place that no piece fits becomes the unknown token as a whole (Wu et al. 2016, arXiv 1609.08144, section 4.1;
BERT's tokenization.py):

    >>> vocabulary = {"[UNK]": 0, "un": 1, "##aff": 2, "##able": 3}
    >>> walk("unaffable", vocabulary).pieces
    ('un', '##aff', '##able')
    >>> [(step.start, step.candidate, step.found) for step in walk("unit", vocabulary).steps]
    [(0, 'unit', False), (0, 'uni', False), (0, 'un', True), (2, '##it', False), (2, '##i', False)]
    >>> walk("unit", vocabulary).pieces, unknown_characters("unit", vocabulary)
    (('[UNK]',), ('i', 't'))

Knows nothing of models and ids: a vocabulary is only asked whether it has a piece.
"""

import string
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from distilbert_viz.records import Spelling

BERTS = Spelling("[UNK]", "##", 100)


@dataclass(frozen=True, eq=False)
class Step:
    """One trial of a walk: is `candidate`, which begins at character `start` of `word`, in the vocabulary?

    A candidate that begins inside the word is written with the prefix (## in BERT) in front, as the vocabulary writes it.
    """

    word: str
    start: int
    candidate: str
    found: bool


@dataclass(frozen=True, eq=False)
class Walk:
    """Every trial on one word in the order made, and the pieces it ends in: (unknown,) if some place has no piece.

    A word that is longer than the tokenizer's limit is unknown without a trial: no steps.
    """

    word: str
    steps: tuple[Step, ...]
    pieces: tuple[str, ...]


def walk(word: str, vocabulary: Mapping[str, int], spelling: Spelling = BERTS) -> Walk:
    """Greedy longest match first (Wu et al. 2016, section 4.1), every trial kept."""
    if len(word) > spelling.longest:
        return Walk(word, (), (spelling.unknown,))
    steps = tuple(_trials(word, vocabulary, spelling.prefix))
    if steps and not steps[-1].found:
        return Walk(word, steps, (spelling.unknown,))
    return Walk(word, steps, tuple(step.candidate for step in steps if step.found))


def unknown_characters(word: str, vocabulary: Mapping[str, int], spelling: Spelling = BERTS) -> tuple[str, ...]:
    """Why a word is unknown: the characters at which its walk, resumed behind each, is stuck; () if known or too long.

    Such a character has no piece of its own in its place: no c at the start of the word, no ##c inside.
    """
    stuck, start = [], 0
    while start < len(word) <= spelling.longest:
        *_, last = _trials(word, vocabulary, spelling.prefix, start)
        if last.found:
            break
        stuck.append(word[last.start])
        start = last.start + 1
    return tuple(dict.fromkeys(stuck))


def is_punctuation(character: str) -> bool:
    """Unicode punctuation, and the ASCII signs that Unicode calls symbols, such as $ and +."""
    return character in string.punctuation or unicodedata.category(character).startswith("P")


def _trials(word: str, vocabulary: Mapping[str, int], prefix: str, start: int = 0) -> Iterator[Step]:
    """From each start the longest candidate first; a found one moves the start behind it, none found ends the walk."""
    while start < len(word):
        for end in range(len(word), start, -1):
            candidate = f"{prefix}{word[start:end]}" if start else word[:end]
            step = Step(word, start, candidate, candidate in vocabulary)
            yield step
            if step.found:
                break
        if not step.found:
            return
        start = end
