"""Heads worth a look on one text: the clearest one, and up to five that have a name."""

import numpy as np
from jaxtyping import Float

from distilbert_viz.comparison.atlas import token_groups
from distilbert_viz.records import NamedHead, Trace, TracePair

PREVIOUS, NEXT, SEPARATOR, KEPT, CHANGED = "previous token", "next token", "looks at {}", "kept best", "changed most"
ALIKE, UNLIKE = "most alike", "least alike"  # the same two, where it isn't known that there was something to keep or to change
NAMED = 0.3  # of its attention: less goes to a place without anybody noticing, so that no head is called after it


def clearest_head(trace: Trace, position: int) -> tuple[int, int]:
    """The (layer, head) that gives most of its attention, from the token at `position`, to one ordinary token but itself.

    Of a text that has no other ordinary token, to [CLS] or [SEP].
    """
    special = np.array(trace.encoding.special)
    special[position] = True
    others = special & (np.arange(len(special)) != position) if special.all() else ~special
    weights = trace.attentions[:, :, position, others].max(-1)
    layer, head = np.unravel_index(int(weights.argmax()), weights.shape)
    return int(layer), int(head)


def named_heads(pair: TracePair) -> tuple[NamedHead, ...]:
    """Teacher heads by name: who looks most at the previous token, at the next, at what ends a text ([SEP]), as the head atlas
    measures it; and who is most and least like the student's head in its place, where there is one.

    A place gives its name only to a head that gives it NAMED of its attention.
    """
    teacher, last = pair.teacher.attentions, pair.encoding.tokens[-1]
    separators = token_groups(pair.encoding)[last]
    looks = {
        PREVIOUS: np.diagonal(teacher, -1, 2, 3).mean(-1),
        NEXT: np.diagonal(teacher, 1, 2, 3).mean(-1),
        SEPARATOR.format(last): teacher[..., separators].sum(-1).mean(-1),
    }
    found = [_named(name, shares, shares.argmax()) for name, shares in looks.items() if shares.max() >= NAMED]
    return (*found, *_like_the_students(pair)) if pair.one_shape else tuple(found)


def head_on_ends(pair: TracePair) -> NamedHead | None:
    """The teacher head that gives most of its attention to what starts a text ([CLS]) or to what ends it ([SEP]).

    None where no head gives NAMED of it there.
    """
    teacher, groups = pair.teacher.attentions, token_groups(pair.encoding)
    shares = {token: teacher[..., groups[token]].sum(-1).mean(-1) for token in (pair.encoding.tokens[0], pair.encoding.tokens[-1])}
    token = max(shares, key=lambda name: float(shares[name].max()))
    found = _named(SEPARATOR.format(token), shares[token], shares[token].argmax())
    return found if found.share >= NAMED else None


def _named(name: str, shares: Float[np.ndarray, "layer head"], place: np.integer) -> NamedHead:
    layer, head = np.unravel_index(int(place), shares.shape)
    return NamedHead(name, int(layer), int(head), float(shares[layer, head]))


def _like_the_students(pair: TracePair) -> tuple[NamedHead, ...]:
    """The teacher heads of which the student's in the same place looks most, and least, where they do."""
    shared, (most, least) = shared_attention(pair), (KEPT, CHANGED) if pair.began_as_copies else (ALIKE, UNLIKE)
    found = (_named(most, shared, shared.argmax()), _named(least, shared, shared.argmin()))
    return tuple(NamedHead(one.name, pair.initial_layers[one.layer], one.head, one.share) for one in found)


def shared_attention(pair: TracePair) -> Float[np.ndarray, "layer head"]:
    """How much of its attention every student head gives where the teacher head in the same place gives it too.

    Mean over queries of the sum over keys of the smaller of both weights: 1 where they are the same, 0 where they share no key.
    """
    heads = min(pair.teacher.heads, pair.student.heads)
    beside = pair.teacher.attentions[list(pair.initial_layers), :heads]
    return np.minimum(beside, pair.student.attentions[:, :heads]).sum(-1).mean(-1)
