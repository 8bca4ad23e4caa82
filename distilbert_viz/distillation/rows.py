"""Training rows in an order and under masks that depend on (seed, epoch) alone: any step can be made again at any time."""

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset
from transformers import PreTrainedTokenizerFast

from distilbert_viz.distillation.masking import IGNORED, mask

ALIKE = 50  # batches whose rows are sorted together


class MaskedRows(Dataset[dict[str, torch.Tensor]]):
    """Rows of input_ids, shuffled and masked afresh in every epoch; batches hold rows of like length.

    Rows that don't fill a last batch wait for another epoch. Raises ValueError when there is not one full batch.
    """

    def __init__(self, rows: Sequence[list[int]], tokenizer: PreTrainedTokenizerFast, masked: float, seed: int, batch: int):
        if len(rows) < max(batch, 1):
            raise ValueError(f"The text makes {len(rows)} rows, and one step needs {max(batch, 1)}.")
        self.rows, self.masked, self.seed, self.batch = rows, masked, seed, batch
        self.special, self.mask_id = set(tokenizer.all_special_ids), tokenizer.mask_token_id
        self.vocabulary = len(tokenizer)
        self.pad_id = tokenizer.pad_token_id or 0  # no token attends to what fills a row up, whatever stands there
        self.lengths = np.array([len(row) for row in rows])
        self.set_epoch(0)

    def set_epoch(self, epoch: int) -> None:
        """Order and masks of another epoch."""
        self.epoch = epoch
        self.order = order(self.lengths, self.batch, (self.seed, epoch))

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        row = int(self.order[index])
        key = (self.seed, self.epoch, row)
        ids, labels = mask(self.rows[row], self.special, self.mask_id, self.vocabulary, self.masked, key)
        return {"input_ids": torch.from_numpy(ids), "labels": torch.from_numpy(labels)}

    def collate(self, examples: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
        """Pad to the longest row: input_ids, labels, attention_mask, each (batch, token)."""
        return padded([e["input_ids"] for e in examples], [e["labels"] for e in examples], self.pad_id)


def padded(ids: list[torch.Tensor], labels: list[torch.Tensor], pad_id: int) -> dict[str, torch.Tensor]:
    """Rows and their labels filled up to the longest: input_ids, labels, attention_mask, each (row, token)."""
    return {
        "input_ids": pad_sequence(ids, batch_first=True, padding_value=pad_id),
        "labels": pad_sequence(labels, batch_first=True, padding_value=IGNORED),
        "attention_mask": pad_sequence([torch.ones_like(row) for row in ids], batch_first=True),
    }


def order(lengths: np.ndarray, batch: int, key: tuple[int, int]) -> np.ndarray:
    """Row numbers of whole batches: shuffled, sorted by length within ALIKE batches, the batches shuffled again."""
    random = np.random.default_rng(key)
    shuffled = random.permutation(len(lengths))[: len(lengths) // batch * batch]
    chunks = [shuffled[i : i + ALIKE * batch] for i in range(0, len(shuffled), ALIKE * batch)]
    batches = np.concatenate([chunk[np.argsort(lengths[chunk], kind="stable")] for chunk in chunks]).reshape(-1, batch)
    return batches[random.permutation(len(batches))].ravel()
