"""Multiply-accumulates (MACs) as formulas of length and batch, and torch's own count of the same pass.

Counted are the matrix products, which FlopCounterMode counts too, two operations to a MAC. Look-ups, additions of biases,
softmax, LayerNorm and GELU are not.
"""

import torch
from torch.utils.flop_counter import FlopCounterMode
from torch.utils.module_tracker import ModuleTracker

from distilbert_viz import families
from distilbert_viz.cost.classes import LABELS
from distilbert_viz.pairs.models import Network
from distilbert_viz.records import Architecture, Computation, Operation


def operations(class_name: str, sizes: Architecture, length: int, batch: int) -> tuple[Operation, ...]:
    """The MACs of one pass over `batch` texts of `length` tokens, [CLS] and [SEP] among them, by component.

    In the formulas b is the batch, n the length, L the layers, h the hidden size, f the feed-forward size, V the vocabulary.
    """
    b, n, h, f = batch, length, sizes.hidden, sizes.intermediate
    encoder = (
        Operation("query, key, value, output", "b · L · 4 n h²", b * sizes.layers * 4 * n * h * h),
        Operation("scores and weighted values", "b · L · 2 n² h", b * sizes.layers * 2 * n * n * h),
        Operation("feed-forward", "b · L · 2 n h f", b * sizes.layers * 2 * n * h * f),
    )
    letters = {"b": b, "n": n, "h": h, "V": sizes.vocabulary, "c": LABELS}
    heads = families.family(sizes.family).products(class_name)
    return (*encoder, *(Operation(one.name, one.formula, one.macs(letters)) for one in heads))


def computation(class_name: str, sizes: Architecture, length: int, batch: int) -> Computation:
    """The MACs of one pass of a model class over `batch` texts of `length` tokens, as a record."""
    return Computation(class_name, length, batch, operations(class_name, sizes, length, batch))


def operations_counted(model: Network, length: int, batch: int) -> int:
    """What torch's FlopCounterMode counts in one pass of an eager model, on the device where its tensors lie.

    On the meta device the pass costs neither memory nor arithmetic. Under sdpa on a CPU attention would be left out.
    """
    device = model.device
    input_ids = torch.zeros((batch, length), dtype=torch.long, device=device)
    counter = FlopCounterMode(display=False)
    counter.mod_tracker = _OfNoModule()
    with torch.no_grad(), counter:
        model.network(input_ids=input_ids)
    return int(counter.get_total_flops())


class _OfNoModule(ModuleTracker):
    """Asked for the total alone. The counter's own tracker hooks every module of the process, in whichever thread it runs, and
    gradients that another visitor waits for fail by it.
    """

    def __enter__(self) -> "_OfNoModule":
        return self

    def __exit__(self, *args: object) -> None:
        pass
