"""Pairs of a teacher and its student: the catalogue (no torch), and loading (torch, on first use)."""

from typing import TYPE_CHECKING

from distilbert_viz.pairs.catalogue import BUILT_IN, CATALOGUE, PairCard

if TYPE_CHECKING:
    from distilbert_viz.pairs.loading import load_pair

__all__ = ["BUILT_IN", "CATALOGUE", "PairCard", "load_pair"]


def __getattr__(name: str) -> object:
    if name == "load_pair":
        from distilbert_viz.pairs.loading import load_pair

        return load_pair
    raise AttributeError(name)
