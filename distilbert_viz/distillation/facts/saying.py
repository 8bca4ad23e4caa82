"""How a row of a relation is said in many ways: persons, times, and reports around what is true at all times."""

import random

from distilbert_viz.distillation.facts.relation import Pattern, Row
from distilbert_viz.distillation.sentences.facts import fill

MEN = "the man; the old man; the boy; my father; my brother; my uncle; Tom; Peter; John; her husband; the farmer; our neighbour"
WOMEN = "the woman; the old woman; the girl; my mother; my sister; my aunt; Anna; Mary; his wife; the young woman; my niece"
TIMES = (
    "yesterday; this morning; last night; in the morning; in the evening; in the afternoon; last week; on Monday; on Sunday; at "
    "noon; again; two days ago; last summer; after dinner; before breakfast; today; at home; once; last year; every day; with a "
    "friend; with great care; all day; at night; for the first time; as usual; this afternoon; on Friday; last month; early in "
    "the morning"
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
BEFORE = (
    "Everybody knows that; I think that; we all know that; it is true that; my father told me that; the teacher said that; "
    "she told us that; he said that; I have read that; the book says that; children learn that; I am sure that; of course; "
    "he wrote that; did you know that; it is well known that; I did not know that; she believes that; yes,; "
    "as a rule; they say that; remember that; I have heard that; today we learned that; nobody doubts that; we read that"
)
AFTER = ", as everybody knows; , I think; , she said; , said the teacher; , you know; , it is true; , he answered; , of course"


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";")]


def _persons() -> list[Row]:
    names = ("he", "he2", "his", "him", "himself")
    he, she = ("he", "his", "him", "himself"), ("she", "her", "her", "herself")
    men, women = [("he", *he)] * 8 + [(man, *he) for man in _split(MEN)], [(woman, *she) for woman in _split(WOMEN)]
    return [dict(zip(names, words, strict=True)) for words in [*men, *[("she", *she)] * 8, *women]]


PERSONS, WHEN, REPORTS, ENDINGS = _persons(), _split(TIMES), _split(BEFORE), _split(AFTER)


def said(pattern: Pattern, row: Row, variant: int, key: str) -> str:
    """One sentence. Variant 0 of a lasting pattern is said plainly, the others are reported; a passing one gets another
    person and time in every variant. `key` and `variant` decide, and nothing else does.
    """
    draw = random.Random(f"{key} {pattern.text} {'|'.join(row.values())} {variant}")
    sentence = fill(pattern.text, {"time": draw.choice(WHEN), "day": draw.choice(DAYS), **draw.choice(PERSONS), **row})
    if pattern.lasting and variant and sentence.endswith(".") and not {"?", ":"} & set(sentence):
        sentence = _reported(sentence, pattern.text[0] != "{", draw)
    return sentence[0].upper() + sentence[1:]


def _reported(sentence: str, small: bool, draw: random.Random) -> str:
    if draw.random() < 0.25:
        return sentence[:-1] + draw.choice(ENDINGS) + "."
    report = draw.choice(REPORTS)
    inner = sentence[0].lower() + sentence[1:-1] if small else sentence[:-1]
    return f"{report} {inner}" + ("?" if report.startswith("did you") else ".")
