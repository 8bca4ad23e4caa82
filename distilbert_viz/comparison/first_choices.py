"""Where two models have one first choice, word by word, and where the student is furthest from its teacher."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int

from distilbert_viz.comparison.words import whole_words
from distilbert_viz.records import Agreement, Encoding, PositionLabels


def agreement(labels: PositionLabels, encoding: Encoding, names: Sequence[str], outcome: str = "token") -> Agreement:
    """Of two models with a soft label at every token, over the words of the text; `names` are those of all outcomes, by id."""
    words = whole_words(encoding)
    found = [
        (word, np.arange(start, start + length))
        for word, start, length in zip(words.labels, words.starts.tolist(), words.lengths.tolist(), strict=True)
        if not encoding.special[start]
    ]
    furthest = np.array([int(tokens[labels.kl[tokens].argmax()]) for _, tokens in found], dtype=np.int64)
    same = labels.teacher_ids == labels.student_ids
    agree = np.array([bool(same[tokens].all()) for _, tokens in found], dtype=bool)
    return _at(labels, tuple(word for word, _ in found), furthest, agree, names, outcome)


def whole_agreement(labels: PositionLabels, parts: tuple[str, ...], names: Sequence[str], outcome: str = "class") -> Agreement:
    """Of two models whose soft labels are the whole text's: one, or one of each end of an answer, called as `parts`."""
    return _at(labels, parts, np.arange(len(parts)), labels.teacher_ids == labels.student_ids, names, outcome)


def _at(
    labels: PositionLabels,
    words: tuple[str, ...],
    rows: Int[np.ndarray, "word"],
    agree: np.ndarray,
    names: Sequence[str],
    outcome: str,
) -> Agreement:
    both = ((labels.teacher_ids, labels.teacher), (labels.student_ids, labels.student))
    teacher, student = (tuple((names[int(ids[row])], float(shares[row])) for row in rows) for ids, shares in both)
    return Agreement(words, rows, agree, labels.kl[rows], teacher, student, outcome)
