"""A text on its way to ids: cleaned, split into words, spelt in pieces."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TypedDict

from distilbert_viz import wordpiece
from distilbert_viz.drawing.labels import counted, visible
from distilbert_viz.drawing.tables import Table
from distilbert_viz.records import Encoding, Reading, Spelling, Word

# How a model of the tokenizers library spells a word, by its class there.
MODELS = {
    "WordPiece": "the longest match first",
    "BPE": "pairs merged in the order learnt (byte pair encoding)",
    "Unigram": "the likeliest way to spell each word",
    "WordLevel": "whole words alone",
}


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


def walks(reading: Reading, vocabulary: Mapping[str, int]) -> tuple[wordpiece.Walk, ...]:
    """Our own longest-match walk of every word, in their order; nothing where the tokenizer's model is no WordPiece."""
    if reading.spelling is None:
        return ()
    return tuple(_walk(word, vocabulary, reading.spelling) for word in reading.words)


def _walk(word: Word, vocabulary: Mapping[str, int], spelling: Spelling) -> wordpiece.Walk:
    if word.added:
        return wordpiece.Walk(word.text, (wordpiece.Step(word.text, 0, word.text, True),), word.pieces)
    return wordpiece.walk(word.text, vocabulary, spelling)


def pieces(reading: Reading, walks: Sequence[wordpiece.Walk]) -> tuple[str, ...]:
    """All pieces of the text, what frames it left out: by our own walks, or where there are none, word by word by the model."""
    return tuple(piece for walk in walks for piece in walk.pieces) if walks else reading.pieces


def stages(reading: Reading, encoding: Encoding, found: Sequence[str]) -> list[Stage]:
    """Each stage with its parts, as the page shows them one under the other; `found` are the text's pieces."""
    return [
        {"name": "Text", "note": f"{len(reading.text)} characters, as the tokenizer gets it", "parts": [reading.text]},
        {"name": "Normalised", "note": reading.cleaning, "parts": [reading.normalised]},
        {
            "name": "Words",
            "note": f"{len(reading.words)}, {reading.splitting}",
            "parts": [word.text for word in reading.words],
        },
        {"name": _called(reading), "note": f"{len(found)}, {MODELS.get(reading.model, reading.model)}", "parts": list(found)},
        {
            "name": "Ids",
            "note": f"{len(encoding)}, framed as {_framed(encoding)}",
            "parts": [str(number) for number in encoding.original_ids.tolist()],
        },
    ]


def _called(reading: Reading) -> str:
    return "WordPieces" if reading.spelling else "Pieces"


def _framed(encoding: Encoding) -> str:
    """The tokens that were put around the text or its two sentences, which stand as … here."""
    runs = groupby(zip(encoding.tokens, encoding.special, strict=True), key=lambda part: part[1])
    return " ".join(" ".join(token for token, _ in run) if special else "…" for special, run in runs)


def walk(walk: wordpiece.Walk, spelling: Spelling = wordpiece.BERTS) -> list[Trial]:
    """One row a trial: the word cut into what came before, what is tried, and what is left."""
    return [_trial(walk.word, step, spelling.prefix) for step in walk.steps]


def _trial(word: str, step: wordpiece.Step, prefix: str) -> Trial:
    end = step.start + len(step.candidate) - (len(prefix) if step.start else 0)
    return {
        "before": word[: step.start],
        "matched": word[step.start : end],
        "after": word[end:],
        "candidate": step.candidate,
        "found": step.found,
    }


def outcome(walk: wordpiece.Walk, vocabulary: Mapping[str, int], spelling: Spelling = wordpiece.BERTS) -> str:
    """What the walk ended in, in one sentence."""
    if not walk.steps:
        return f"A word of more than {spelling.longest} characters becomes {spelling.unknown} without a trial."
    unknown = wordpiece.unknown_characters(walk.word, vocabulary, spelling)
    if walk.pieces == (spelling.unknown,) and unknown:
        characters = ", ".join(f"{visible(c)} (U+{ord(c):04X})" for c in unknown)
        return f"No piece covers {characters}, so the whole word becomes {spelling.unknown}."
    return f"{counted(len(walk.steps), 'trial')}, {counted(len(walk.pieces), 'piece')}."


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
