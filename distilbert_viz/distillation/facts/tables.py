"""What everybody knows, as tables written for this project; and the built-in text's tables, in their training patterns."""

from collections.abc import Iterator
from pathlib import Path

from distilbert_viz.distillation import sentences
from distilbert_viz.distillation.facts.relation import Pattern, Relation, read

FOLDER = Path(__file__).parent / "tables"


def relations() -> Iterator[Relation]:
    """Every relation that needs no source outside the package."""
    for file in sorted(FOLDER.glob("*.txt")):
        yield from read(file)
    for number, facts in enumerate(sentences.TABLES):
        patterns = tuple(Pattern(text, lasting=True) for text in facts.patterns(held_out=False))
        yield Relation(f"built-in {number}", tuple(facts.table()), patterns)
