"""Several sources read together: every step holds the same share of each, by tokens, and any step can be made again at any time."""

from collections.abc import Sequence

import numpy as np
import torch
from torch.utils.data import Dataset
from transformers import PreTrainedTokenizerFast

from distilbert_viz.distillation.masking import mask
from distilbert_viz.distillation.rows import padded

EDGES = (16, 32, 64, 128, 256, 512)  # rows of a step up to such a length are one batch
WINDOW = 4096  # rows that are shuffled together
Batch = dict[str, torch.Tensor]  # input_ids, labels, attention_mask, each (row, token)


class Mixture(Dataset[list[Batch]]):
    """`steps` steps of about `step_tokens` tokens: each source's rows in its own order, epoch after epoch.

    `shares` belong to the sources in turn and are read as parts of their sum. Order and masks depend on `seed` alone, and
    the first steps are the same whatever `steps` is. Raises ValueError where a source is empty or has no share.
    """

    def __init__(
        self,
        sources: Sequence[Sequence[list[int]]],
        shares: Sequence[float],
        tokenizer: PreTrainedTokenizerFast,
        masked: float,
        seed: int,
        step_tokens: int,
        steps: int,
    ):
        if len(shares) != len(sources) or not all(sources) or min(shares) <= 0:
            raise ValueError(f"{len(sources)} sources, none of them empty, need a share above 0 each, not {list(shares)}.")
        self.sources, self.masked, self.seed, self.steps = sources, masked, seed, steps
        self.special, self.mask_id = set(tokenizer.all_special_ids), tokenizer.mask_token_id
        self.vocabulary, self.pad_id = len(tokenizer), tokenizer.pad_token_id
        self.step_tokens = step_tokens
        parts = [share / sum(shares) * step_tokens for share in shares]
        self.plans = [
            plan(_lengths(rows), part, steps, (seed, n)) for n, (rows, part) in enumerate(zip(sources, parts, strict=True))
        ]

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, step: int) -> list[Batch]:
        examples = [self._example(source, int(place)) for source, one in enumerate(self.plans) for place in one.places(step)]
        groups = np.searchsorted(EDGES, [len(ids) for ids, _ in examples])
        together = ([example for example, group in zip(examples, groups, strict=True) if group == one] for one in np.unique(groups))
        return [padded([torch.from_numpy(ids) for ids, _ in part], [torch.from_numpy(labels) for _, labels in part], self.pad_id)
                for part in together]  # fmt: skip

    def _example(self, source: int, place: int) -> tuple[np.ndarray, np.ndarray]:
        epoch, row = divmod(place, len(self.sources[source]))
        ids = self.sources[source][row]
        return mask(ids, self.special, self.mask_id, self.vocabulary, self.masked, (self.seed + source, epoch, row))


class Plan:
    """Which rows of one source each step reads: a place is epoch * rows + row."""

    def __init__(self, order: np.ndarray, ends: np.ndarray):
        self.order, self.ends = order, ends

    def places(self, step: int) -> np.ndarray:
        """The places that a step reads, in turn."""
        return self.order[self.ends[step] : self.ends[step + 1]]


def plan(lengths: np.ndarray, part: float, steps: int, key: tuple[int, int]) -> Plan:
    """Rows with these lengths, in windows that are shuffled, cut so that every step comes to `part` tokens on the whole."""
    epochs = int(np.ceil(part * steps / lengths.sum())) + 1
    order = np.concatenate([epoch * len(lengths) + _shuffled(len(lengths), (*key, epoch)) for epoch in range(epochs)])
    read = np.concatenate([[0], np.cumsum(lengths[order % len(lengths)])])
    return Plan(order, np.searchsorted(read, part * np.arange(steps + 1)))


def _shuffled(rows: int, key: tuple[int, int, int]) -> np.ndarray:
    starts = range(0, rows, WINDOW)
    return np.concatenate([s + np.random.default_rng((*key, s)).permutation(min(WINDOW, rows - s)) for s in starts])


def _lengths(rows: Sequence[list[int]]) -> np.ndarray:
    return np.array([len(row) for row in rows])
