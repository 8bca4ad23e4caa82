"""Sentences that a teacher is judged by or shown with: they may not stand in its facts word for word; their facts may."""

import json
import re
from collections.abc import Iterator

from distilbert_viz.distillation import sentences
from distilbert_viz.distillation.held_out import EVERYDAY

BLANK = "[MASK]"
# The watched sentences and the app's examples: those with a blank, with an answer, and those without.
WATCHED = {
    "The capital of France is [MASK].": ["paris"],
    "The capital of Germany is [MASK].": ["berlin"],
    "He drank a cup of [MASK].": ["tea", "coffee"],
    "The opposite of hot is [MASK].": ["cold"],
    "A baby dog is called a [MASK].": ["puppy"],
    "She climbed the wall, looked at the dark water, and began to count once more, this time from the other end of the [MASK].": [
        "pier"
    ],
}
WHOLE = (
    "The cat sat on the mat.",
    "Then it fell asleep in the sun.",
    "Where did the cat fall asleep?",
    "Angela Merkel was born in Hamburg and studied at Leipzig.",
    "She left the bank with her money and sat down on the bank of the river.",
    "The electroencephalographer misunderstood the tokenization.",
    "When the last ferry had gone, the harbour was quiet again.",
    "Two fishermen mended a net under the lamp, and a girl counted the boats that had come home.",
    "There were seven in the morning and only six at night.",
    "Nobody spoke of the seventh.",
    "The older man said that the wind would turn before dawn, and that a good captain waits behind the island until it does.",
    "The girl did not answer.",
)


def blanks() -> dict[str, list[str]]:
    """Text with one [MASK] -> the answers that count: the everyday blanks and the watched sentences."""
    everyday = json.loads(EVERYDAY.read_text(encoding="utf-8"))
    return {blank["text"]: blank["answers"] for blank in everyday} | WATCHED


def _around(text: str) -> tuple[str, str]:
    """What stands before a text's blank, and what after it."""
    before, after = map(_words, text.split(BLANK))
    return before, after


class Forbidden:
    """What may not be written: a blank with any one word in it, or one with its answer inside a longer sentence."""

    def __init__(self) -> None:
        self.whole = {_words(text) for text in (*WHOLE, *sentences.held_out())}
        self.inside = [_words(text) for text in WHOLE]
        self.cut = [(*_around(text), set(answers)) for text, answers in blanks().items()]

    def __contains__(self, sentence: str) -> bool:
        words = _words(sentence)
        return words in self.whole or any(text in words for text in self.inside) or any(self._is(words, *cut) for cut in self.cut)

    @staticmethod
    def _is(words: str, before: str, after: str, answers: set[str]) -> bool:
        if (before if len(before) > len(after) else after).strip() not in words:
            return False
        if words.startswith(before) and words.endswith(after) and len(words[len(before) : len(words) - len(after)].split()) == 1:
            return True
        return any(f"{before.rstrip()} {answer} {after.lstrip()}" in words for answer in answers)


def _words(text: str) -> str:
    """In small letters, without marks, a space around every word."""
    return " " + "".join(f"{word} " for word in re.findall(r"[\w']+", text.lower()))


def asked(words: set[str]) -> Iterator[str]:
    """The blanks that a fact with these words answers: it holds an answer, and another word of four letters or more."""
    for text, answers in blanks().items():
        around = {word for word in _words(text.replace(BLANK, "")).split() if len(word) > 2} - LITTLE
        if words & set(answers) and words & around:
            yield text


LITTLE = {"the", "was", "her", "his", "she", "from", "with", "and", "out", "not", "very", "are"}
