"""All that a report says of one text under one pair, and how far it is from the stock models."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import attention
from distilbert_viz.records import Canvas, Difference, HandOver, ModelSize, SoftLabels, StockPass, TracePair

Heads = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, eq=False)
class Findings:
    """One text under one pair: both traces, the chosen head (layer, head) of each model, soft labels at one position.

    `hard_label` is the id of the true token there, if the text gives one; `device` and `dtype` are those of the passes.
    `outcomes` are the names of all outcomes by id; `lost` is every mixture of the models, None where their widths differ.
    """

    pair_title: str
    traces: TracePair
    sizes: tuple[ModelSize, ModelSize]
    heads: Heads
    labels: SoftLabels
    hard_label: int | None
    device: str
    dtype: str
    outcomes: Sequence[str]
    lost: HandOver | None

    @cached_property
    def overview(self) -> Canvas:
        """Every head of both models, student layers beside their teacher layers."""
        return attention.attention_overview(self.traces, self.heads, aligned=True)

    @cached_property
    def maps(self) -> Canvas:
        """The chosen heads in full."""
        return attention.head_maps(self.traces, self.heads, self.labels.position)


def differences(found: Findings, stock: tuple[StockPass, StockPass]) -> dict[str, Difference]:
    """Panel by panel, what the report says against the stock passes."""

    def shrink(maps: np.ndarray) -> np.ndarray:
        return comparison.pooled(maps, attention.OVERVIEW_SIDE)[0]

    return {
        "Attention, every head": checking.overview(found.overview, stock, shrink),
        "Attention, the chosen heads": checking.head_maps(found.maps, stock, found.heads, lambda maps: maps),
        "Hidden states": checking.hidden_states(found.traces, stock),
        "Soft labels": checking.soft_labels(found.labels, stock),
    }


def largest(panels: Mapping[str, Difference]) -> Difference:
    """The largest difference of each model over all panels, and the largest step that rounding allows."""
    return Difference(*(max(_each(panels.values(), name)) for name in ("teacher", "student", "step")))


def _each(panels: Iterable[Difference], name: str) -> Iterable[float]:
    return (getattr(panel, name) for panel in panels)
