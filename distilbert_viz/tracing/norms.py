"""What attention adds up: the transformed values of each head, f(x) = (x W_V + b_V) W_O (Kobayashi et al. 2020)."""

import numpy as np
import torch
from jaxtyping import Float

from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Trace
from distilbert_viz.tracing.forward import to_numpy


@torch.inference_mode()
def transformed_values(model: Model, trace: Trace, layer: int) -> Float[np.ndarray, "head token hidden"]:
    """f(x) of every token in every head of a layer, W_O being the head's own columns of the output projection.

    Weighed by attention and summed over keys and heads, plus the projection's bias, they are the attention output.
    """
    return to_numpy(_transformed(model, trace, layer))


@torch.inference_mode()
def transformed_norms(model: Model, trace: Trace) -> Float[np.ndarray, "layer head token"]:
    """The lengths ||f(x)||, a layer at a time: the vectors themselves are hidden / dim times the size of the values."""
    return np.stack([to_numpy(_transformed(model, trace, layer).norm(dim=-1)) for layer in range(trace.layers)])


def _transformed(model: Model, trace: Trace, layer: int) -> torch.Tensor:
    values = model.tensor(trace.values[layer])
    projection = model.part(layer, "attention_output").get_parameter("weight").T
    return values @ projection.unflatten(0, (trace.heads, -1))
