"""From text to training rows: [CLS] whole sentences [SEP], at most `length` tokens, and a held-out part never trained on."""

from collections.abc import Iterator

import numpy as np
from datasets import Dataset, concatenate_datasets, load_dataset

HELD_OUT = 0.01
SHORTEST = 12


def lines(sources: list[str]) -> list[Dataset]:
    """One data set with a column `text` for each source: a text file (a paragraph a line) or a Hugging Face data set."""
    return [_lines(source) for source in sources]


def _lines(source: str) -> Dataset:
    if source.endswith((".txt", ".txt.gz")):
        return load_dataset("text", data_files=source, split="train")
    return load_dataset(source, split="train").select_columns("text")


def split(sources: list[str], seed: int) -> tuple[Dataset, Dataset]:
    """(training lines shuffled, held-out lines): the held-out part is 1 % of the first source's lines."""
    first, *others = lines(sources)
    parts = first.train_test_split(test_size=HELD_OUT, seed=seed)
    return concatenate_datasets([parts["train"], *others]).shuffle(seed=seed), parts["test"]


def rows(text: Dataset, tokenizer, length: int, tokens: int, seed: int) -> Dataset:
    """Rows `input_ids`, `length` (tokens) of the first lines, until together they hold at least `tokens` tokens."""
    ends = set(tokenizer.convert_tokens_to_ids([".", "!", "?"]))
    kept, total = [], 0
    for index, ids in enumerate(_encoded(text, tokenizer)):
        for piece in _pieces(ids, ends, length - 2, np.random.default_rng([seed, index])):
            kept.append([tokenizer.cls_token_id, *piece, tokenizer.sep_token_id])
            total += len(kept[-1])
        if total >= tokens:
            break
    return Dataset.from_dict({"input_ids": kept, "length": [len(row) for row in kept]})


def _encoded(text: Dataset, tokenizer) -> Iterator[list[int]]:
    for batch in text.iter(1000):
        yield from tokenizer(batch["text"], add_special_tokens=False, verbose=False)["input_ids"]


def _pieces(ids: list[int], ends: set[int], longest: int, random: np.random.Generator) -> Iterator[list[int]]:
    """Cut at the last sentence end within a length drawn anew for each piece, so that short texts are seen too."""
    start = 0
    while start < len(ids):
        limit = start + int(random.integers(SHORTEST, longest + 1))
        limit = len(ids) if limit >= len(ids) and len(ids) - start <= longest else limit
        stops = [i for i in range(start + 3, min(limit, len(ids))) if ids[i] in ends]
        stop = limit if limit >= len(ids) or not stops else stops[-1] + 1
        yield ids[start:stop]
        start = stop
