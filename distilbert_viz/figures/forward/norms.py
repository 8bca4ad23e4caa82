"""Attention beside what it carries: weights, the same times the length of the value, and which tokens that favours."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from distilbert_viz import comparison
from distilbert_viz.drawing.canvas import VOICES, pack, positions, tokens
from distilbert_viz.drawing.tables import Column, Entry, Table
from distilbert_viz.records import Canvas, Carried, Figure, Labels, Panel, TracePair

NO_SPECIAL = ("punctuation", "other tokens")
SHARE, LENGTH = "share of its row", "length"
Norms = tuple[Float[np.ndarray, "layer head key"], Float[np.ndarray, "layers heads keys"]]
LARGEST = 340  # pixels: weights and lengths are to be seen together


def head_maps(pair: TracePair, chosen: Sequence[tuple[int, int]], norms: Norms, view: str, position: int) -> Canvas:
    """Plain weights of the chosen heads, then the same heads weighed by length: teacher, student, teacher, student.

    Shares of a row are on the scale of the weights; lengths on one of each model's own, since their units differ.
    """
    plain = [trace.attentions[head] for trace, head in zip(pair, chosen, strict=True)]
    weighted = [weighted_map(t.attentions, n, head, view) for t, n, head in zip(pair, norms, chosen, strict=True)]
    limits = [1.0, 1.0, *(1.0 if view == SHARE else float(part.max()) or 1.0 for part in weighted)]
    titles = ["weight α", "weight α", f"‖αf(x)‖, {view}", f"‖αf(x)‖, {view}"]
    names = tokens(pair.teacher)
    figures = [
        Figure(
            voice=voice, title=f"{_name(head)}, {title}", labels=Labels(names, names), tokens=Labels(names, names), largest=LARGEST,
            panels=[Panel(f"{_name(head)}, {title}")], range=(0.0, limit), picks="token", positions=positions(pair.teacher),
            token=position,
        )
        for voice, head, title, limit in zip(VOICES * 2, [*chosen] * 2, titles, limits, strict=True)
    ]  # fmt: skip
    return pack(figures, [[part] for part in (*plain, *weighted)], "Point at a cell to find it in all four maps.")


def weighted_map(
    attentions: Float[np.ndarray, "layer head query key"],
    norms: Float[np.ndarray, "layer head key"],
    head: tuple[int, int],
    view: str,
) -> Float[np.ndarray, "query key"]:
    """||alpha f(x)|| of one head, as lengths or as shares of their rows."""
    layer, number = head
    one = (slice(layer, layer + 1), slice(number, number + 1))
    lengths = comparison.norm_weighted(attentions[one], norms[one])[0, 0]
    return comparison.row_shares(lengths) if view == SHARE else lengths


def _name(head: tuple[int, int]) -> str:
    return f"L{head[0]} H{head[1]}"


def table(pair: TracePair, chosen: Sequence[tuple[int, int]], norms: Norms, position: int) -> Table:
    """The chosen token's row in both models: weight, length of the transformed value, both together, share."""
    columns: dict[str, Column] = {"key": list(pair.encoding.tokens)}
    for voice, trace, part, head in zip(VOICES, pair, norms, chosen, strict=True):
        name = f"{voice} {_name(head)}"
        columns |= {f"{name}, α": trace.attentions[head][position], f"{name}, ‖f(x)‖": part[head]}
        for view, word in ((LENGTH, "‖αf(x)‖"), (SHARE, "share")):
            columns[f"{name}, {word}"] = weighted_map(trace.attentions, part, head, view)[position]
    return columns


Groups = tuple[tuple[Carried, ...], tuple[Carried, ...]]


def groups_table(both: Groups, chosen: Sequence[tuple[int, int]]) -> Table:
    """A row a model and group of tokens: mean over all heads (of lengths the median), and the chosen head. Shares in percent."""
    columns: dict[str, list[Entry]] = {}
    for voice, groups, head in zip(VOICES, both, chosen, strict=True):
        for group in groups:
            all_heads = (group.attention.mean(), group.carried.mean(), np.median(group.length))
            one = (group.attention[head], group.carried[head], group.length[head])
            row: dict[str, Entry] = {"model": voice, "keys": group.name, "tokens": group.tokens}
            row |= _numbers("", *map(float, all_heads)) | _numbers("this head: ", *map(float, one))
            for name, value in row.items():
                columns.setdefault(name, []).append(value)
    return columns


def _numbers(whose: str, attention: float, carried: float, length: float) -> dict[str, float]:
    return {f"{whose}attention, %": 100 * attention, f"{whose}carried, %": 100 * carried, f"{whose}length": length}


def sentences(voice: str, groups: Sequence[Carried], tokens: int) -> list[str]:
    """Whether what frames a text gets much attention for short vectors, as Kobayashi et al. found in BERT-base; by number."""
    return [_sentence(voice, group, group.tokens / tokens) for group in groups if group.name not in NO_SPECIAL]


def _sentence(voice: str, group: Carried, even: float) -> str:
    attention, length, shorter = float(group.attention.mean()), float(np.median(group.length)), int((group.length < 1).sum())
    missing = ["the weights are not large"] * (attention <= even) + ["the vectors are not short"] * (length >= 1)
    verdict = f"here not so, {' and '.join(missing)}." if missing else "here so."
    return (
        f"{voice.capitalize()}: {group.name} gets {attention:.0%} of the attention, where an even share would be {even:.0%}, and "
        f"{float(group.carried.mean()):.0%} of what is carried. Its vectors are {length:.2f} times as long as the mean token's in "
        f"the median head, and shorter in {shorter} of {group.length.size} heads. Large weights on short vectors: {verdict}"
    )
