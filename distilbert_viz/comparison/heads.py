"""Which teacher head lives on in which student head: every one with every one, on one text or averaged over many.

Attention was never a training target of DistilBERT (Sanh et al. 2019, section 2): that heads look alike is a result.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import log

import numpy as np
from jaxtyping import Float, Int

from distilbert_viz.comparison.similarity import cka_matrix, cosine_matrix
from distilbert_viz.records import Similarity, Trace, TracePair

JS, COSINE, CKA = "JS distance", "cosine", "CKA"
SHUFFLES, MOST_QUERIES = 3, 32  # of a longer text every second, third ... query of a shuffled map is enough for a mean
Places = tuple[tuple[int, int | None], ...]  # (layer, head), or (layer, None) for the whole layer
# Similarities by name, given the order of the student's tokens and which queries count.
Measures = Callable[[np.ndarray, slice], dict[str, np.ndarray]]
AT_ONCE = 2**16  # numbers that stay in a core's cache while they are added, taken the logarithm of and summed


def head_similarity(pair: TracePair, seed: int = 0) -> Similarity:
    """Every student head with every teacher head on one text: JS distance and cosine of their attention maps."""
    student, teacher = (trace.attentions.reshape(-1, *trace.attentions.shape[2:]) for trace in (pair.student, pair.teacher))

    def measures(order: Int[np.ndarray, "token"], queries: slice) -> dict[str, np.ndarray]:
        ours, theirs = student[:, order[queries, None], order], teacher[:, queries]
        return {JS: js_distances(ours, theirs), COSINE: map_cosines(ours, theirs)}

    return _beside_shuffled(_heads(pair.student), _heads(pair.teacher), measures, len(pair.encoding), seed)


def layer_similarity(pair: TracePair, seed: int = 0) -> Similarity:
    """Every student layer with every teacher layer on one text of at least 4 tokens.

    JS distance of the layers' attention, mean over heads; cosine (mean over tokens, and only of one width) and debiased CKA of
    the hidden states that leave the layers.
    """
    student, teacher = (trace.attentions.mean(1) for trace in (pair.student, pair.teacher))
    states, states_teacher = (trace.hidden_states[1:] for trace in (pair.student, pair.teacher))

    def measures(order: Int[np.ndarray, "token"], queries: slice) -> dict[str, np.ndarray]:
        shuffled = states[:, order]
        distances = {JS: js_distances(student[:, order[queries, None], order], teacher[:, queries])}
        cosines = {COSINE: cosine_matrix(shuffled, states_teacher)} if pair.one_width else {}
        return distances | cosines | {CKA: cka_matrix(shuffled, states_teacher)}

    return _beside_shuffled(_layers(pair.student), _layers(pair.teacher), measures, len(pair.encoding), seed)


def _heads(trace: Trace) -> Places:
    return tuple((layer, head) for layer in range(trace.layers) for head in range(trace.heads))


def _layers(trace: Trace) -> Places:
    return tuple((layer, None) for layer in range(trace.layers))


def _beside_shuffled(student: Places, teacher: Places, measures: Measures, tokens: int, seed: int) -> Similarity:
    """The measures with the student's tokens in their order, and their mean over a few shuffled ones."""
    random, some = np.random.default_rng(seed), slice(None, None, -(-tokens // MOST_QUERIES))
    shuffled = [measures(random.permutation(tokens), some) for _ in range(SHUFFLES)]
    floors = {name: np.mean([one[name] for one in shuffled], axis=0) for name in shuffled[0]}
    return Similarity(student, teacher, measures(np.arange(tokens), slice(None)), floors)


def js_distances(
    student: Float[np.ndarray, "student query key"], teacher: Float[np.ndarray, "teacher query key"]
) -> Float[np.ndarray, "student teacher"]:
    """Jensen-Shannon distance of every student map (row) with every teacher map (column), mean over queries, base 2.

    The root of JS = H((p + q) / 2) - (H(p) + H(q)) / 2 in bits (Lin 1991, section IV), a metric (Endres & Schindelin 2003):
    0 for rows that are equal, 1 for rows that have no key in common. To 5e-4 for rows that are nearly equal, else to 1e-5.
    """
    # a shade above zero, which the logarithm can't take; a zero then adds 1e-36 to a sum
    halves = (np.ascontiguousarray(np.moveaxis(maps, 1, 0)) / 2 + np.finfo(np.float32).tiny for maps in (student, teacher))
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        total = np.zeros((len(student), len(teacher)), student.dtype)
        for distances in threads.map(_js_distances_of_rows, *halves):
            total += distances
        return total / np.float32(student.shape[1])


def _js_distances_of_rows(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """One query's halved rows, (student, key) and (teacher, key): the distances (student, teacher)."""
    mixed = np.empty((len(p), len(q)), p.dtype)
    step = max(1, AT_ONCE // q.size)
    for start in range(0, len(p), step):
        mixed[start : start + step] = _sum_x_ln_x(p[start : start + step, None] + q)
    divergence = (_sum_x_ln_x(p + p)[:, None] + _sum_x_ln_x(q + q)) / 2 - mixed
    return np.sqrt(np.maximum(divergence, 0) / np.float32(log(2)))


def _sum_x_ln_x(x: np.ndarray) -> np.ndarray:
    return np.vecdot(x, np.log(x))


def map_cosines(
    student: Float[np.ndarray, "student query key"], teacher: Float[np.ndarray, "teacher query key"]
) -> Float[np.ndarray, "student teacher"]:
    """Cosine of every student map (row) with every teacher map (column), each flattened to one vector; from 0 to 1."""
    student, teacher = (maps.reshape(len(maps), -1) for maps in (student, teacher))
    lengths, lengths_teacher = (np.sqrt(np.vecdot(maps, maps)) for maps in (student, teacher))
    return student @ teacher.T / lengths[:, None] / lengths_teacher


def running_mean(similarities: Iterable[Similarity]) -> Iterator[Similarity]:
    """The mean of all texts so far, after each; every text has the same weight, however long it is."""
    mean = None
    for similarity in similarities:
        mean = similarity if mean is None else _joined(mean, similarity)
        yield mean


def _joined(mean: Similarity, other: Similarity) -> Similarity:
    if (mean.student, mean.teacher) != (other.student, other.teacher):
        raise ValueError("a mean over texts is one of one pair, and these similarities come from models of different shape")
    texts = mean.texts + other.texts
    weight = np.float32(other.texts / texts)
    measures, shuffled = (
        {name: ours[name] + weight * (theirs[name] - ours[name]) for name in ours}
        for ours, theirs in ((mean.measures, other.measures), (mean.shuffled, other.shuffled))
    )
    return Similarity(mean.student, mean.teacher, measures, shuffled, texts)
