"""A word of the field, explained."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A `term` as it is written, what it says in two plain sentences, a short formula where there is one, and a source.

    `also` are other ways to write it; a plural s is always one.
    """

    term: str
    said: str
    source: str
    formula: str = ""
    also: tuple[str, ...] = ()
