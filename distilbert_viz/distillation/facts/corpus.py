"""The facts as two lists of sentences: for training, and held out by pattern and by fact."""

import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from distilbert_viz.distillation.facts import forbidden
from distilbert_viz.distillation.facts.relation import Pattern, Relation, Row
from distilbert_viz.distillation.facts.saying import said

SEED = "2019"
TENTH = 10
VARIANTS = 40  # of a pattern with one row
MOST_HELD_OUT = 60  # of a relation, in each of the two ways


@dataclass(frozen=True)
class Part:
    """A relation cut in two ways: `patterns` and `rows` that are trained on, and those that are held out."""

    name: str
    patterns: tuple[Pattern, ...]
    held_patterns: tuple[Pattern, ...]
    rows: tuple[Row, ...]
    held_rows: tuple[Row, ...]
    most: int


def parts(relations: Iterable[Relation]) -> list[Part]:
    """Every relation with a tenth of all patterns and a tenth of its facts held out.

    What an everyday blank or a watched sentence asks for stays in training: fact and pattern alike.
    """
    cut, count = [], 0
    for relation in relations:
        numbered = list(enumerate(relation.patterns, count))
        count += len(numbered)
        held = {p for n, p in numbered if n % TENTH == TENTH - 1 and not _wanted(p)} if len(numbered) > 1 else set()
        kept = tuple(p for p in relation.patterns if p not in held)
        rows, held_rows = _rows(relation)
        cut.append(Part(relation.name, kept, tuple(p for p in relation.patterns if p in held), rows, held_rows, relation.most))
    return cut


def _wanted(pattern: Pattern) -> bool:
    return pattern.text.split("{")[0] in STARTS


STARTS = ("The capital of ", "The opposite of ", "The baby of a ")


def _rows(relation: Relation) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    held = [_drawn(row) and not any(forbidden.asked(_words_of(row))) for row in relation.rows]
    if all(held):
        return relation.rows, ()
    both = list(zip(relation.rows, held, strict=True))
    return tuple(row for row, out in both if not out), tuple(row for row, out in both if out)


def _drawn(row: Row) -> bool:
    """Drawn by the two cells in front, in either order: one fact in two tables is held out of both or of none."""
    key = " | ".join(sorted(cell.lower().removeprefix("the ") for cell in list(row.values())[:2]))
    return int.from_bytes(hashlib.sha256(f"{SEED} {key}".encode()).digest()[:4]) % TENTH == 0


def _words_of(row: Row) -> set[str]:
    return {word.lower() for cell in row.values() for word in cell.split()}


def training(parts: Iterable[Part]) -> list[str]:
    """Every training sentence once, shuffled: no relation more often than it may, its frequent rows first."""
    barred = forbidden.Forbidden()
    held = set(held_out(parts))
    found: dict[str, None] = {}
    for part in parts:
        fresh = (s for s in _said(part) if s not in barred and s not in held and s not in found)
        found |= dict.fromkeys(_distinct(fresh, part.most))
    return _shuffled(found)


def _said(part: Part) -> Iterator[str]:
    for variant in range(VARIANTS):
        for row in part.rows:
            for pattern in part.patterns:
                if not variant or "{" in pattern.text:
                    yield said(pattern, row, variant, SEED)


def _distinct(sentences: Iterable[str], most: int) -> Iterator[str]:
    seen: set[str] = set()
    for sentence in sentences:
        if sentence not in seen:
            seen.add(sentence)
            yield sentence
            if len(seen) == most:
                return


def held_out(parts: Iterable[Part]) -> list[str]:
    """Held-out sentences, shuffled: facts of training in held-out patterns, and held-out facts in patterns of training."""
    barred = forbidden.Forbidden()
    found: dict[str, None] = {}
    for part in parts:
        for patterns, rows in ((part.held_patterns, part.rows), (part.patterns, part.held_rows)):
            ways = [(pattern, row) for row in rows for pattern in patterns]
            some = random.Random(f"{SEED} {part.name}").sample(ways, min(MOST_HELD_OUT, len(ways)))
            found |= dict.fromkeys(s for s in (said(pattern, row, 0, SEED) for pattern, row in some) if s not in barred)
    return _shuffled(found)


def _shuffled(sentences: Iterable[str]) -> list[str]:
    listed = list(sentences)
    random.Random(SEED).shuffle(listed)
    return listed
