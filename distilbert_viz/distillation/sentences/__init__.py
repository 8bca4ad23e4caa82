"""The built-in text of a live distillation: short true sentences, and a held-out part whose patterns are never trained on.

What is true of the world stands in tables; how it is said stands in patterns under each table (see `facts.Facts`).
The held-out sentences say facts of the same tables in other frames. Knows no tokenizer and no model.
"""

import random

from .animals import ANIMALS
from .doing import DOING
from .earth import EARTH
from .household import HOUSEHOLD
from .nature import NATURE
from .numbers import NUMBERS
from .people import PEOPLE
from .words import WORDS

__all__ = ["by_pattern", "held_out", "training"]

TABLES = (*EARTH, *ANIMALS, *PEOPLE, *DOING, *HOUSEHOLD, *NATURE, *WORDS, *NUMBERS)
MOST, MOST_HELD_OUT = 27, 8
SEED = 2019


def training() -> tuple[str, ...]:
    """Every training sentence, in one fixed shuffled order."""
    return _shuffled(by_pattern(held_out=False))


def held_out() -> tuple[str, ...]:
    """Every held-out sentence, in one fixed shuffled order; none of its patterns is a training pattern."""
    return _shuffled(by_pattern(held_out=True))


def by_pattern(held_out: bool) -> dict[str, tuple[str, ...]]:
    """Pattern -> its sentences: at most 27, or 8 held out, so that no pattern makes up more than 3% of its part."""
    most = MOST_HELD_OUT if held_out else MOST
    return {pattern: _some(pattern, facts.said(pattern), most) for facts in TABLES for pattern in facts.patterns(held_out)}


def _some(pattern: str, sentences: list[str], most: int) -> tuple[str, ...]:
    return tuple(random.Random(f"{SEED} {pattern}").sample(sentences, min(most, len(sentences))))


def _shuffled(patterns: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    sentences = [sentence for part in patterns.values() for sentence in part]
    random.Random(SEED).shuffle(sentences)
    return tuple(sentences)
