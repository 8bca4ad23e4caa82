"""From text to training rows: [CLS] whole sentences [SEP], at most `length` tokens, and a held-out part never trained on."""

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast

import numpy as np
from datasets import Dataset, concatenate_datasets, config, load_dataset  # type: ignore[import-untyped]
from transformers import PreTrainedTokenizerFast

from distilbert_viz.distillation import sentences
from distilbert_viz.distillation.recipe import SENTENCES

HELD_OUT = 0.01
FEWEST_HELD_OUT = 64
SHORTEST = 12
SHORT = 0.25
Rows = list[list[int]]


def prepare_in(folder: Path) -> None:
    """Data sets are prepared below this folder from now on, not in the cache that all programs of a user share."""
    config.HF_DATASETS_CACHE = folder


def lines(sources: Iterable[str]) -> list[Dataset]:
    """One data set with a column `text` for each source: a text file (a paragraph a line) or a Hugging Face data set."""
    return [_lines(source) for source in sources]


def _lines(source: str) -> Dataset:
    if source.endswith((".txt", ".txt.gz")):
        return load_dataset("text", data_files=source, split="train")
    return load_dataset(source, split="train").select_columns("text")


def split(sources: Iterable[str], seed: int) -> tuple[Dataset, Dataset]:
    """(training lines shuffled, held-out lines): the held-out part is 1% of the first source, more of a short one."""
    parts, held_out = _held_out(sources, seed)
    return concatenate_datasets(parts).shuffle(seed=seed), held_out


def apart(sources: Iterable[str], seed: int) -> tuple[list[Dataset], Dataset]:
    """(training lines of each source, shuffled; held-out lines of the first, the same ones as `split` holds out)."""
    parts, held_out = _held_out(sources, seed)
    return [part.shuffle(seed=seed) for part in parts], held_out


def _held_out(sources: Iterable[str], seed: int) -> tuple[list[Dataset], Dataset]:
    first, *others = lines(sources)
    held_out = max(math.ceil(HELD_OUT * len(first)), min(FEWEST_HELD_OUT, len(first) // 10), 1)
    parts = first.train_test_split(test_size=held_out, seed=seed)
    return [parts["train"], *others], parts["test"]


def material(sources: tuple[str, ...], tokenizer: PreTrainedTokenizerFast, length: int, most: int, seed: int) -> tuple[Rows, Rows]:
    """(training rows, held-out rows) of a run that can use `most` training rows.

    The built-in sentences are a row each, and their held-out part shares no pattern with them.
    """
    if sources == (SENTENCES,):
        built_in = [list(whole_rows(part, tokenizer, length)) for part in (sentences.training(), sentences.held_out())]
        return built_in[0], built_in[1]
    training, held_out = split(sources, seed)
    cut = _pieces_of(_encoded(training["text"], tokenizer), tokenizer, length, seed)
    needed = [row for row, _ in zip(cut, range(most), strict=False)]
    return needed, list(_pieces_of(_encoded(held_out["text"], tokenizer), tokenizer, length, seed))


def whole_rows(text: Sequence[str], tokenizer: PreTrainedTokenizerFast, length: int) -> Iterator[list[int]]:
    """Every line as one row, or as several of at most `length` tokens, cut where sentences end."""
    return _pieces_of(_encoded(text, tokenizer), tokenizer, length, seed=0, short=0.0)


def rows(text: Dataset, tokenizer: PreTrainedTokenizerFast, length: int, tokens: int, seed: int, skip: int = 0) -> Rows:
    """Rows of input_ids of the lines after the first `skip`, until they hold at least `tokens` tokens.

    A quarter of the lines is cut into short pieces, so that a model reads short texts well too.
    """
    taken: Rows = []
    total = 0
    encoded = _encoded(text.select(range(skip, len(text)))["text"][:], tokenizer)
    for row in _pieces_of(encoded, tokenizer, length, seed, skip):
        taken.append(row)
        total += len(row)
        if total >= tokens:
            break
    return taken


def _encoded(text: Sequence[str], tokenizer: PreTrainedTokenizerFast) -> Iterator[list[int]]:
    for start in range(0, len(text), 1000):
        yield from tokenizer(list(text[start : start + 1000]), add_special_tokens=False, verbose=False)["input_ids"]


def _pieces_of(
    lines: Iterable[list[int]], tokenizer: PreTrainedTokenizerFast, length: int, seed: int, first: int = 0, short: float = SHORT
) -> Iterator[list[int]]:
    ends = {cast(int, tokenizer.convert_tokens_to_ids(mark)) for mark in (".", "!", "?")}
    for index, ids in enumerate(lines, first):
        random = np.random.default_rng([seed, index])
        for piece in _pieces(ids, ends, length - 2, random, short=random.random() < short):
            yield [tokenizer.cls_token_id, *piece, tokenizer.sep_token_id]


def _pieces(ids: list[int], ends: set[int], longest: int, random: np.random.Generator, short: bool) -> Iterator[list[int]]:
    """Cut at the last sentence end within `longest` tokens, or within a number drawn anew for each piece."""
    start = 0
    while start < len(ids):
        limit = start + (int(random.integers(min(SHORTEST, longest), longest + 1)) if short else longest)
        limit = len(ids) if limit >= len(ids) and len(ids) - start <= longest else limit
        stops = [i for i in range(start + 3, min(limit, len(ids))) if ids[i] in ends]
        stop = limit if limit >= len(ids) or not stops else stops[-1] + 1
        yield ids[start:stop]
        start = stop
