"""A text on its way to ids: cleaned, split into words, spelt in pieces."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from distilbert_viz import wordpiece
from distilbert_viz.drawing.labels import visible
from distilbert_viz.drawing.tables import Table
from distilbert_viz.records import Encoding


class Stage(TypedDict):
    """One stage of a text: what it is called, a remark, and its parts in their order."""

    name: str
    note: str
    parts: list[str]


class Trial(TypedDict):
    """One trial of a walk: the word cut into three, the piece that was looked up, and whether the vocabulary has it."""

    before: str
    matched: str
    after: str
    candidate: str
    found: bool


@dataclass(frozen=True, eq=False)
class Reading:
    """A text after each stage; `walks` holds one walk a word, in the order of `words`."""

    text: str
    normalised: str
    words: tuple[str, ...]
    walks: tuple[wordpiece.Walk, ...]
    vocabulary: Mapping[str, int]


def read(encoding: Encoding, vocabulary: Mapping[str, int], lowercase: bool, specials: frozenset[str]) -> Reading:
    """Every stage, computed step by step and not by the models' tokenizer. Typed special tokens are kept whole."""
    normalised: list[str] = []
    words: list[str] = []
    for part in wordpiece.split_at(specials, encoding.text):
        clean = part if part in specials else wordpiece.normalise(part, lowercase)
        normalised.append(clean)
        words += [part] if part in specials else wordpiece.words(clean)
    walks = tuple(_walk(word, vocabulary, specials) for word in words)
    return Reading(encoding.text, "".join(normalised), tuple(words), walks, vocabulary)


def _walk(word: str, vocabulary: Mapping[str, int], specials: frozenset[str]) -> wordpiece.Walk:
    if word in specials:
        return wordpiece.Walk(word, (wordpiece.Step(word, 0, word, True),), (word,))
    return wordpiece.walk(word, vocabulary)


def pieces(reading: Reading) -> tuple[str, ...]:
    """All WordPieces of the text, [CLS] and [SEP] left out."""
    return tuple(piece for walk in reading.walks for piece in walk.pieces)


def stages(reading: Reading, encoding: Encoding) -> list[Stage]:
    """Each stage with its parts, as the page shows them one under the other."""
    count = len(pieces(reading))
    return [
        {"name": "Text", "note": f"{len(reading.text)} characters, as typed", "parts": [reading.text]},
        {"name": "Normalised", "note": "cleaned, lower case, accents removed", "parts": [reading.normalised]},
        {
            "name": "Words",
            "note": f"{len(reading.words)}, split at spaces and punctuation",
            "parts": list(reading.words),
        },
        {"name": "WordPieces", "note": f"{count}, the longest match first", "parts": list(pieces(reading))},
        {
            "name": "Ids",
            "note": f"{len(encoding)}, with [CLS] in front and [SEP] after each sentence",
            "parts": [str(number) for number in encoding.original_ids.tolist()],
        },
    ]


def walk(walk: wordpiece.Walk) -> list[Trial]:
    """One row a trial: the word cut into what came before, what is tried, and what is left."""
    return [_trial(walk.word, step) for step in walk.steps]


def _trial(word: str, step: wordpiece.Step) -> Trial:
    end = step.start + len(step.candidate) - (2 if step.start else 0)
    return {
        "before": word[: step.start],
        "matched": word[step.start : end],
        "after": word[end:],
        "candidate": step.candidate,
        "found": step.found,
    }


def outcome(walk: wordpiece.Walk, vocabulary: Mapping[str, int]) -> str:
    """What the walk ended in, in one sentence."""
    if not walk.steps:
        return f"A word of more than {wordpiece.LONGEST} characters becomes [UNK] without a trial."
    unknown = wordpiece.unknown_characters(walk.word, vocabulary)
    if walk.pieces == (wordpiece.UNKNOWN,) and unknown:
        characters = ", ".join(f"{visible(c)} (U+{ord(c):04X})" for c in unknown)
        return f"No piece covers {characters}, so the whole word becomes [UNK]."
    return f"{_count(len(walk.steps), 'trial')}, {_count(len(walk.pieces), 'piece')}."


def _count(number: int, name: str) -> str:
    return f"{number} {name}" + ("" if number == 1 else "s")


def table(encoding: Encoding) -> Table:
    """A row a token."""
    typed = [encoding.text[start:end] for start, end in encoding.offsets.tolist()]
    return {
        "position": list(range(len(encoding))),
        "token": list(encoding.tokens),
        "id": encoding.input_ids.tolist(),
        "typed": typed,
        "characters": [f"{start}-{end}" if end else "added" for start, end in encoding.offsets.tolist()],
        "segment": ["B" if segment else "A" for segment in encoding.token_type_ids.tolist()],
    }
