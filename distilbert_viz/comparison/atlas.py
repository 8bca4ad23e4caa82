"""What every head looks at, as numbers and as a kind (Clark et al. 2019, arXiv 1906.04341, section 3); heads as points."""

from collections.abc import Iterator
from math import log

import numpy as np
from jaxtyping import Bool, Float

from distilbert_viz.comparison.heads import js_distances
from distilbert_viz.comparison.maps import attention_entropy
from distilbert_viz.records import Encoding, HeadAtlas, HeadSpace
from distilbert_viz.wordpiece import is_punctuation

MOST = 0.5  # of its attention: what makes a next-token head in section 3.1; used for every target alike
BROAD = 0.9  # of the entropy ln(tokens) of even attention; our own threshold, since section 3.3 has none in entropy
NO_KIND = "no single kind"
HEADS_AT_ONCE = 24


def head_atlas(attentions: Float[np.ndarray, "layer head query key"], encoding: Encoding) -> HeadAtlas:
    """Entropy, distance |query - key| and shares of attention of every head of one model, and the kind that they make.

    A head is "broad" if its entropy is at least BROAD of that of even attention; else it is of the kind that most of its
    attention goes to, if more than MOST does; else of no single kind.
    """
    tokens = len(encoding)
    entropies, steps = attention_entropy(attentions), np.abs(_steps(tokens)).astype(np.float32)
    shares = {name: _share(attentions, targets) for name, targets in _targets(encoding).items()}
    return HeadAtlas(tokens, entropies, np.vecdot(attentions, steps).mean(-1), shares, _kinds(entropies, shares, tokens))


def _steps(tokens: int) -> np.ndarray:
    """From each query (row) to each key, in tokens: -1 is the previous one."""
    places = np.arange(tokens)
    return places - places[:, None]


def _targets(encoding: Encoding) -> dict[str, Bool[np.ndarray, "query key"]]:
    """The keys that count for each query, by name."""
    steps, types = _steps(len(encoding)), encoding.token_type_ids
    elsewhere = (types != types[:, None]) & ~np.array(encoding.special)
    targets = {"itself": steps == 0, "previous": steps == -1, "next": steps == 1}
    targets |= {name: np.broadcast_to(group, steps.shape) for name, group in token_groups(encoding).items()}
    return targets | {"other segment": elsewhere} if elsewhere.any() else targets


def token_groups(encoding: Encoding) -> dict[str, Bool[np.ndarray, "token"]]:
    """What starts a text, what ends it, each by the tokenizer's own name such as [CLS] and [SEP], and, where there is some,
    punctuation.
    """
    ids, tokens = encoding.input_ids, encoding.tokens
    groups = {tokens[0]: ids == ids[0], tokens[-1]: ids == ids[-1]}
    marks = np.array([_is_mark(encoding, position) for position in range(len(encoding))])
    return groups | {"punctuation": marks} if marks.any() else groups


def _is_mark(encoding: Encoding, position: int) -> bool:
    """Whether punctuation alone was typed for a token that is read: tokenizers write spaces, and bytes, into their tokens."""
    start, end = encoding.offsets[position].tolist()
    typed = encoding.text[start:end].strip()
    read = encoding.input_ids[position] == encoding.original_ids[position]
    return bool(read and typed and all(map(is_punctuation, typed)))


def _share(attentions: np.ndarray, targets: np.ndarray) -> Float[np.ndarray, "layer head"]:
    """Mean over the queries that have a target of the attention that they give to it."""
    given = attentions.reshape(*attentions.shape[:2], -1) @ targets.ravel().astype(np.float32)
    return given / np.float32(targets.any(-1).sum())


def _kinds(entropies: np.ndarray, shares: dict[str, np.ndarray], tokens: int) -> tuple[tuple[str, ...], ...]:
    names, values = [*shares, NO_KIND, "broad"], np.stack(list(shares.values()))
    kinds = np.where(values.max(0) > MOST, values.argmax(0), names.index(NO_KIND))
    kinds = np.where(entropies >= BROAD * log(tokens), names.index("broad"), kinds)
    return tuple(tuple(names[kind] for kind in layer) for layer in kinds)


def head_space(
    student: Float[np.ndarray, "layer head query key"], teacher: Float[np.ndarray, "layers heads query key"]
) -> HeadSpace:
    """The heads of both models in one plane, by the JS distances between all of them (Clark et al. 2019, section 6).

    They scaled sums of the divergence; here it is the mean of its root, the distance that the similarity page shows.
    """
    *_, found = head_space_stages(student, teacher)
    assert found is not None
    return found


def head_space_stages(
    student: Float[np.ndarray, "layer head query key"], teacher: Float[np.ndarray, "layers heads query key"]
) -> Iterator[HeadSpace | None]:
    """The space of `head_space` as a stream, since 512 tokens take seconds: None after every HEADS_AT_ONCE heads, and it last."""
    maps = np.concatenate([part.reshape(-1, *part.shape[2:]) for part in (student, teacher)])
    distances = np.zeros((len(maps), len(maps)), np.float32)
    for start in range(0, len(maps), HEADS_AT_ONCE):
        rows = slice(start, start + HEADS_AT_ONCE)
        distances[rows, start:] = js_distances(maps[rows], maps[start:])
        distances[start:, rows] = distances[rows, start:].T
        yield None
    points, held = classical_scaling(distances)
    ours, theirs = np.split(points, [student.shape[0] * student.shape[1]])
    yield HeadSpace(ours.reshape(*student.shape[:2], 2), theirs.reshape(*teacher.shape[:2], 2), held)


def classical_scaling(distances: Float[np.ndarray, "point point"]) -> tuple[Float[np.ndarray, "point 2"], float]:
    """Points in the plane whose distances are as near as may be, and the share of the whole that the plane holds.

    Classical multidimensional scaling (Torgerson 1952): the two largest eigenvalues of -D^2 / 2, centred twice, over the
    sum of all, negative ones by size. Axes are turned so that their farthest point is positive.
    """
    squared = distances.astype(np.float64) ** 2
    centred = squared - squared.mean(0) - squared.mean(1, keepdims=True) + squared.mean()
    values, vectors = np.linalg.eigh(-centred / 2)
    largest = np.maximum(values[:-3:-1], 0)
    points = vectors[:, :-3:-1] * np.sqrt(largest)
    points *= np.sign(points[np.abs(points).argmax(0), [0, 1]])
    total = np.abs(values).sum()
    return points.astype(np.float32), float(largest.sum() / total) if total > 0 else 1.0
