"""How alike two sets of vectors are: cosine, shares of a sum, and the geometry of hidden states."""

import numpy as np
from jaxtyping import Float

from distilbert_viz.comparison.softening import Number

LEAST_TOKENS = 4  # of debiased CKA, which divides by tokens - 3


def cosine(a: Float[np.ndarray, "*row hidden"], b: Float[np.ndarray, "*row hidden"]) -> Float[Number, "*row"]:
    """a . b / (|a| |b|) of each pair of vectors, from -1 to 1; 0 where one of them has no length."""
    lengths = np.sqrt(np.vecdot(a, a)) * np.sqrt(np.vecdot(b, b))
    return np.vecdot(a, b) / np.where(lengths > 0, lengths, 1)


def share(part: Float[np.ndarray, "*row hidden"], total: Float[np.ndarray, "*row hidden"]) -> Float[Number, "*row"]:
    """part . total / |total|^2: how much of a sum one of its parts brings; over all parts it adds up to 1."""
    return (part * total).sum(-1) / (total * total).sum(-1)


def cosine_matrix(
    student: Float[np.ndarray, "state token hidden"], teacher: Float[np.ndarray, "states token hidden"]
) -> Float[np.ndarray, "state states"]:
    """Mean over tokens of the cosine of every student state (row) with every teacher state (column)."""
    student, teacher = (x / np.linalg.norm(x, axis=-1, keepdims=True) for x in (student, teacher))
    return np.einsum("sth,uth->su", student, teacher, optimize=True) / np.float32(student.shape[1])


def debiased_cka(a: Float[np.ndarray, "token hidden"], b: Float[np.ndarray, "token hidden_b"]) -> float:
    """Linear CKA from the unbiased HSIC (Song et al. 2012, eq. 5; Kornblith et al. 2019, section 3). 1: same geometry.

    About 0 for unrelated features, where the plain CKA of few tokens in many dimensions comes near 1. Needs 4 tokens.
    """
    return _cka(_hollow_gram(a), _hollow_gram(b))


def _hollow_gram(features: np.ndarray) -> np.ndarray:
    if len(features) < LEAST_TOKENS:
        raise ValueError(f"debiased CKA needs at least {LEAST_TOKENS} tokens, and this text has {len(features)}")
    features = features.astype(np.float64)
    gram = features @ features.T
    np.fill_diagonal(gram, 0)
    return gram


def _cka(k: np.ndarray, other: np.ndarray) -> float:
    cross, one, two = _hsic(k, other), _hsic(k, k), _hsic(other, other)
    return float(cross / np.sqrt(one * two)) if one > 0 and two > 0 else 0.0


def _hsic(k: np.ndarray, other: np.ndarray) -> float:
    n = len(k)
    middle = k.sum() * other.sum() / ((n - 1) * (n - 2))
    return ((k * other).sum() + middle - 2 / (n - 2) * (k.sum(0) @ other.sum(0))) / (n * (n - 3))


def cka_matrix(
    student: Float[np.ndarray, "state token hidden"], teacher: Float[np.ndarray, "states token hidden_t"]
) -> Float[np.ndarray, "state states"]:
    """Debiased CKA of every student state (row) with every teacher state (column)."""
    grams, teacher_grams = ([_hollow_gram(state) for state in states] for states in (student, teacher))
    return np.array([[_cka(gram, other) for other in teacher_grams] for gram in grams], dtype=np.float32)


def shuffled_cka(
    student: Float[np.ndarray, "state token hidden"], teacher: Float[np.ndarray, "states token hidden_t"], seed: int = 0
) -> float:
    """What the largest entry of `cka_matrix` is when the student's tokens are shuffled: the floor to read it against."""
    order = np.random.default_rng(seed).permutation(student.shape[1])
    return float(np.max(cka_matrix(student[:, order], teacher)))
