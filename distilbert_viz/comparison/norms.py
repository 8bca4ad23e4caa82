"""Attention weighed by what it carries."""

import numpy as np
from jaxtyping import Float

from distilbert_viz.comparison.atlas import token_groups
from distilbert_viz.records import Carried, Encoding


def norm_weighted(
    attentions: Float[np.ndarray, "layer head query key"], transformed_norms: Float[np.ndarray, "layer head key"]
) -> Float[np.ndarray, "layer head query key"]:
    """||alpha f(x)||: the length of what each query gets from each key (Kobayashi et al. 2020, arXiv 2004.10102).

    `transformed_norms` are the lengths ||f(x)||, f(x) = (x W_V + b_V) W_O, of each head alone, as of the function of this name
    in tracing. Rows don't sum to 1, and lengths of two models are in two units: compare shares of a row.
    """
    return attentions * transformed_norms[..., None, :]


def row_shares(weighted: Float[np.ndarray, "*head query key"]) -> Float[np.ndarray, "*head query key"]:
    """Lengths as shares of their row, which is 1 in all: comparable with plain weights, and between two models."""
    return weighted / np.maximum(weighted.sum(-1, keepdims=True), np.finfo(np.float32).tiny)


def carried(
    attentions: Float[np.ndarray, "layer head query key"],
    transformed_norms: Float[np.ndarray, "layer head key"],
    encoding: Encoding,
) -> tuple[Carried, ...]:
    """For [CLS], [SEP], punctuation and all other tokens: the attention that they get, and what it carries.

    Kobayashi et al. (2020) asked so whether the large weights on [SEP] carry much.
    """
    groups = token_groups(encoding)
    others = ~np.any(list(groups.values()), axis=0)
    groups |= {"other tokens": others} if others.any() else {}
    given, lengths = attentions.mean(-2), np.vecdot(attentions, transformed_norms[..., None, :])
    relative = transformed_norms / np.maximum(transformed_norms.mean(-1, keepdims=True), np.finfo(np.float32).tiny)
    return tuple(
        Carried(
            name, int(group.sum()), given[..., group].sum(-1),
            _share(np.vecdot(attentions, (transformed_norms * group)[..., None, :]), lengths), relative[..., group].mean(-1),
        )
        for name, group in groups.items()
    )  # fmt: skip


def _share(part: Float[np.ndarray, "layer head query"], whole: Float[np.ndarray, "layer head query"]) -> np.ndarray:
    return (part / np.maximum(whole, np.finfo(np.float32).tiny)).mean(-1)
