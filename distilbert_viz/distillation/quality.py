"""What a student lost: both models on the masked tokens of a text, a batch at a time."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from distilbert_viz.distillation.held_out import FEWEST, LONGEST, MASKED, MOST, SEED, STAGES
from distilbert_viz.distillation.losses import loss_ce, loss_mlm
from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.rows import MaskedRows
from distilbert_viz.distillation.text import whole_rows
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import Quality

ONE = torch.tensor(1)


def measure(pair: Pair, lines: Sequence[str], text: str) -> Iterator[Quality]:
    """A growing Quality on the text called `text`: after each of at most STAGES batches, what all so far say together.

    MASKED of every row's tokens are masked as in BERT, the same ones for both models; logits are computed there alone. Of a
    long text the first lines are read, until about MOST tokens are masked. Raises ValueError where there is too little.
    """
    rows = _rows(pair, lines)
    batch = math.ceil(len(rows) / STAGES)
    masked = MaskedRows(rows, pair.tokenizer, MASKED, SEED, batch)
    sums = np.zeros(7)
    for start in range(0, len(masked), batch):
        sums += _sums(pair, masked.collate([masked[i] for i in range(start, start + batch)]))
        yield _quality(pair.name, text, start + batch, sums)


def _rows(pair: Pair, lines: Sequence[str]) -> list[list[int]]:
    longest = min(LONGEST, *(model.architecture.positions for model in pair))
    taken: list[list[int]] = []
    tokens = 0
    for row in whole_rows(lines, pair.tokenizer, longest):
        taken.append(row)
        tokens += len(row) - 2
        if tokens >= MOST / MASKED:
            break
    fewest = math.ceil(FEWEST / MASKED)
    if tokens < fewest:
        raise ValueError(
            f"The text has {tokens:,} tokens, and at least {fewest:,} are needed: {100 * MASKED:.0f}% are masked, and a share of "
            f"fewer than {FEWEST} says little."
        )
    return taken


def _sums(pair: Pair, batch: dict[str, Tensor]) -> np.ndarray:
    """Over the batch's masked tokens: their number, both models' right answers and cross-entropies, agreements, KL."""
    chosen = batch["labels"] != IGNORED
    truth = batch["labels"][chosen]
    teacher, student = (_logits(model, batch, chosen) for model in pair)
    bests = [logits.argmax(-1) for logits in (teacher, student)]
    found = (
        *((best == truth).sum() for best in bests),
        *(loss_mlm(logits, truth, ONE) for logits in (teacher, student)),
        (bests[0] == bests[1]).sum(),
        loss_ce(student, teacher, 1.0, ONE),
    )
    return np.array([len(truth), *(float(number) for number in found)])


@torch.inference_mode()
def _logits(model: Model, batch: dict[str, Tensor], chosen: Tensor) -> Tensor:
    """Logits (chosen, vocab) of the masked-LM head, computed at the chosen tokens alone; float32 on the CPU."""
    ids, read, kept = (tensor.to(model.device) for tensor in (batch["input_ids"], batch["attention_mask"], chosen))
    hidden = model.network.base_model(input_ids=ids, attention_mask=read).last_hidden_state
    return model.predict(hidden[kept]).float().cpu()


def _quality(pair: str, text: str, rows: int, sums: np.ndarray) -> Quality:
    tokens = int(sums[0])
    means: list[float] = (sums[1:] / sums[0]).tolist()
    accuracy, perplexity = (means[0], means[1]), (math.exp(means[2]), math.exp(means[3]))
    return Quality(pair, text, rows, tokens, accuracy, perplexity, agreement=means[4], kl=means[5])
