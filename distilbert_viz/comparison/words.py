"""Attention between words, of several tokens at once, and within or between the two segments of a text."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float

from distilbert_viz.comparison.softening import Number
from distilbert_viz.records import Encoding, Words

SEGMENTS = ("A", "B")


def whole_words(encoding: Encoding) -> Words:
    """The text's tokens gathered into the words that the tokenizer found, as they were typed; special tokens stay alone."""
    starts = np.flatnonzero(encoding.word_starts)
    ends = [*starts[1:].tolist(), len(encoding)]
    labels = tuple(_typed(encoding, start, end) for start, end in zip(starts.tolist(), ends, strict=True))
    return Words(labels, starts, np.diff(starts, append=len(encoding)))


def _typed(encoding: Encoding, start: int, end: int) -> str:
    """What was typed for tokens `start` to `end`; for one that was masked by hand, or added, the token itself."""
    parts, seen = [], 0
    for i, (first, last) in enumerate(encoding.offsets[start:end].tolist(), start):
        as_typed = not encoding.special[i] and encoding.input_ids[i] == encoding.original_ids[i]
        parts.append(encoding.text[max(first, seen) : last] if as_typed else encoding.tokens[i])
        seen = max(seen, last)  # several tokens of bytes may share one character
    return "".join(parts).strip() or encoding.tokens[start]


def by_word(attentions: Float[np.ndarray, "*head query key"], words: Words) -> Float[np.ndarray, "*head word looked_at"]:
    """Attention from word to word: to a word the sum over its pieces, from a word the mean (Clark et al. 2019, section 4.1).

    Rows still sum to 1.
    """
    to_words = np.add.reduceat(attentions, words.starts, axis=-1)
    return np.add.reduceat(to_words, words.starts, axis=-2) / words.lengths[:, None].astype(np.float32)


def mean_row(attentions: Float[np.ndarray, "*head query key"], queries: Sequence[int]) -> Float[np.ndarray, "*head key"]:
    """Where several tokens look together: the mean of their rows, which still sums to 1."""
    if not queries:
        raise ValueError("choose at least one token: there is no mean of no rows")
    return attentions[..., list(queries), :].mean(-2)


def segment_mask(encoding: Encoding, of: str, to: str) -> Bool[np.ndarray, "query key"]:
    """The weights from segment `of` to segment `to`, "A" or "B". [CLS] and the first [SEP] belong to A, the last to B."""
    if "B" in (of, to) and not encoding.token_type_ids.any():
        raise ValueError("this text has one segment: write [SEP] where the second one starts")
    queries, keys = (encoding.token_type_ids == SEGMENTS.index(segment) for segment in (of, to))
    return queries[:, None] & keys


def segment_share(attentions: Float[np.ndarray, "*head query key"], mask: Bool[np.ndarray, "query key"]) -> Float[Number, "*head"]:
    """How much of the attention of the mask's queries lies on its keys, from 0 to 1; to A and to B together 1."""
    return (attentions * mask).sum((-1, -2)) / np.float32(mask.any(-1).sum())
