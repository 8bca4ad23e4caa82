"""Distinct texts of an exact number of WordPieces, so that nothing a page shows of them comes from a cache."""

import random
from collections.abc import Iterator
from itertools import cycle, islice

SENTENCE = "after the storm the {} stood near the old {} and nobody asked why a {} had been left behind with the {} until"
NOUNS = (
    "apple bank boat book bottle bridge castle chair church clock cow door dog engine farm field fire garden gate "
    "girl hall horse hotel house island king knife lake lamp letter map market mill moon mountain office painter "
    "piano queen river road school ship shop soldier stone table tower train tree valley wall window wolf"
)
FRAME = 3  # [CLS], the full stop, [SEP]


def texts(tokenizer: object, length: int) -> Iterator[str]:
    """Endless texts of exactly `length` tokens, [CLS] and [SEP] counted, no two alike; the same ones in every run."""
    nouns = NOUNS.split()
    chance, seen = random.Random(length), set()
    while True:
        words = [word.format(chance.choice(nouns)) for word in islice(cycle(SENTENCE.split()), length - FRAME)]
        text = " ".join(words).capitalize() + "."
        if text not in seen:
            seen.add(text)
            yield _measured(tokenizer, text, length)


def _measured(tokenizer: object, text: str, length: int) -> str:
    found = len(tokenizer(text)["input_ids"])
    if found != length:
        raise ValueError(f"expected a text of {length} tokens, composed one of {found}: {text}")
    return text
