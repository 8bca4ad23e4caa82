"""The three losses once more, written out in float64 with numpy: the witness of the opened step."""

import numpy as np
from jaxtyping import Float, Int

from distilbert_viz import comparison
from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.records import Losses, StepChoices, StockPass


def losses(teacher: StockPass, student: StockPass, labels: Int[np.ndarray, "token"], choices: StepChoices) -> Losses:
    """L_ce, L_mlm and L_cos of two stock passes on the masked text; row by row, because all rows in float64 are many."""
    labelled = np.flatnonzero(labels != IGNORED).tolist()
    rows = labelled if choices.ce_on == "masked" else range(len(labels))
    kl = [comparison.kl(_row(teacher, i), _row(student, i), choices.temperature) for i in rows]
    surprise = [-np.log(comparison.soften(_row(student, i), 1.0)[labels[i]]) for i in labelled]
    states = [model.hidden_states[-1].astype(np.float64) for model in (student, teacher)]
    cosine = comparison.cosine(*states).mean() if states[0].shape == states[1].shape else 1.0  # of two widths L_cos is left out
    return Losses(float(choices.temperature**2 * np.mean(kl)), float(np.mean(surprise)), float(1 - cosine))


def _row(model: StockPass, token: int) -> Float[np.ndarray, "vocab"]:
    """Raises ValueError where the pass was made without its head."""
    if model.logits is None:
        raise ValueError("The losses need a stock pass with logits.")
    row: np.ndarray = model.logits[token].astype(np.float64)
    return row
