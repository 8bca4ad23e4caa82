"""A table of facts, and the sentence patterns that say them."""

import re
from dataclasses import dataclass

ARTICLE = re.compile(r"\b([Aa]) (?=\{(\w+)\})")
VOWEL_SOUND = re.compile(r"(?!uni|use|eu|ewe|one\b)[aeiou]|hour|honest|heir", re.IGNORECASE)


@dataclass(frozen=True)
class Facts:
    """Rows of facts as text: rows parted by ";" or a new line, cells by "|", one cell for each name in `columns`.

    A pattern is one line with a column's name in braces where a cell belongs; `a {animal}` becomes "an owl" where the
    sound asks for it. The patterns in `held_out` are never trained on.
    """

    columns: str
    rows: str
    training: str
    held_out: str

    def table(self) -> list[dict[str, str]]:
        """One dict a row, column name -> cell; ValueError where a row has more or fewer cells than there are columns."""
        lines = [line.strip() for line in re.split("[;\n]", self.rows) if line.strip()]
        return [dict(zip(self.columns.split(), map(str.strip, line.split("|")), strict=True)) for line in lines]

    def patterns(self, held_out: bool) -> list[str]:
        """The patterns of training, or the held-out ones."""
        lines = self.held_out if held_out else self.training
        return [line.strip() for line in lines.splitlines() if line.strip()]

    def said(self, pattern: str) -> list[str]:
        """Every distinct sentence that the pattern makes of the table, in the table's order."""
        return list(dict.fromkeys(_sentence(pattern, fact) for fact in self.table()))


def _sentence(pattern: str, fact: dict[str, str]) -> str:
    sentence = fill(pattern, fact)
    return sentence[0].upper() + sentence[1:]


def fill(pattern: str, fact: dict[str, str]) -> str:
    """What a pattern makes of one row, with "a" or "an" as the sound asks for; a cell in front keeps its small letter."""
    with_articles = ARTICLE.sub(lambda found: found[1] + ("n " if VOWEL_SOUND.match(fact[found[2]]) else " "), pattern)
    return with_articles.format(**fact)
