"""Where a model finds the answer to a question: the likeliest span of the text."""

import numpy as np
from jaxtyping import Bool, Float

from distilbert_viz.comparison.softening import soften
from distilbert_viz.records import Encoding, Span

MOST = 30  # tokens of an answer


def answerable(encoding: Encoding) -> Bool[np.ndarray, "token"]:
    """The tokens that an answer may hold: the second text's, or where there is one text alone, that one's."""
    return (encoding.token_type_ids == encoding.token_type_ids.max()) & ~np.array(encoding.special)


def answer(logits: Float[np.ndarray, "row token"], allowed: Bool[np.ndarray, "token"]) -> Span:
    """The span of at most MOST allowed tokens whose start and end logits add up to most (Devlin et al. 2019, section 4.2)."""
    starts, ends = (np.where(allowed, row, -np.inf) for row in logits)
    sums = starts[:, None] + ends
    sums[~(np.triu(np.ones(sums.shape, bool)) & np.tril(np.ones(sums.shape, bool), MOST - 1))] = -np.inf
    start, end = np.unravel_index(sums.argmax(), sums.shape)
    of_start, of_end = soften(logits, 1.0)
    return Span(int(start), int(end), float(of_start[start] * of_end[end]))
