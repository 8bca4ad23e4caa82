"""Facts as plain sentences, from the WordNet files that Debian's package wordnet-base installs.

`dog.n.01` becomes "Dog is a member of the genus Canis ...", "A dog is a kind of domestic animal.",
and each quoted example stands as a sentence of its own. Format: WordNet's wndb(5WN) manual page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PARTS = {"noun": 1, "verb": 2, "adj": 3, "adv": 4}
HYPERNYM, INSTANCE, ANTONYM = "@", "@i", "!"


@dataclass(frozen=True, eq=False)
class Synset:
    """One line of a data file: `words` share the meaning `gloss`; `pointers` are (symbol, offset, source, target)."""

    words: tuple[str, ...]
    keys: tuple[str, ...]
    pointers: tuple[tuple[str, str, int, int], ...]
    gloss: str
    examples: tuple[str, ...]


def synsets(folder: Path, part: str) -> dict[str, Synset]:
    """All synsets of one part of speech ("noun", "verb", "adj", "adv") by their offset."""
    lines = (folder / f"data.{part}").read_text(encoding="utf-8").splitlines()
    return {line[:8]: _synset(line, part) for line in lines if not line.startswith(" ")}


def _synset(line: str, part: str) -> Synset:
    data, _, text = line.partition("|")
    fields = data.split()
    count = int(fields[3], 16)
    words, lex_ids = fields[4 : 4 + 2 * count : 2], fields[5 : 5 + 2 * count : 2]
    rest = fields[4 + 2 * count :]
    pointers = [rest[1 + 4 * i : 5 + 4 * i] for i in range(int(rest[0]))]
    pieces = text.strip().split('"')
    keys = [f"{w.lower()}%{PARTS[part]}:{fields[1]}:{int(i, 16):02d}" for w, i in zip(words, lex_ids, strict=True)]
    return Synset(
        tuple(w.partition("(")[0].replace("_", " ") for w in words),
        tuple(keys),
        tuple((p[0], p[1] + p[2], int(p[3][:2], 16), int(p[3][2:], 16)) for p in pointers),
        pieces[0].strip(" ;"),
        tuple(p for p in pieces[1::2] if " " in p),
    )


def sentences(folder: Path) -> Iterator[str]:
    """One line a synset that is in use: counted in WordNet's own tagged texts, or naming one thing (a city, a person)."""
    counts = (folder / "cntlist.rev").read_text(encoding="utf-8").splitlines()
    used = {":".join(line.split()[0].split(":")[:3]) for line in counts}
    for part in PARTS:
        known = synsets(folder, part)
        for synset in known.values():
            if used & set(synset.keys) or any(p[0] == INSTANCE for p in synset.pointers):
                yield " ".join(_facts(synset, part, known))


def _facts(synset: Synset, part: str, known: dict[str, Synset]) -> Iterator[str]:
    word = synset.words[0]
    yield _sentence(f"{word} is {synset.gloss}" if part == "noun" else f"{word}: {synset.gloss}")
    for symbol, where, source, target in synset.pointers:
        other = known.get(where[:8]) if where[8:] == part[0] else None
        if other and symbol == HYPERNYM and part == "noun":
            yield _sentence(f"{_article(word)} {word} is a kind of {other.words[0]}")
        if other and symbol == ANTONYM and source and target:
            yield _sentence(f"the opposite of {synset.words[source - 1]} is {other.words[target - 1]}")
    yield from map(_sentence, synset.examples)


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _sentence(text: str) -> str:
    text = text.strip(" ;")
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".?!" else ".")
