"""What kind a model's parts are, read off the parts themselves."""

import torch
from torch import nn

ACTIVATIONS = {
    "GELUActivation": "GELU",
    "GELU": "GELU",
    "NewGELUActivation": "GELU (tanh)",
    "PytorchGELUTanh": "GELU (tanh)",
    "GELUTanh": "GELU (tanh)",
    "FastGELUActivation": "GELU (tanh)",
    "AccurateGELUActivation": "GELU (tanh)",
    "QuickGELUActivation": "GELU (sigmoid)",
    "ClippedGELUActivation": "GELU (clipped)",
    "ReLU": "ReLU",
    "ReLU6": "ReLU6",
    "ReLUSquaredActivation": "ReLU squared",
    "SiLU": "SiLU",
    "SiLUActivation": "SiLU",
    "MishActivation": "Mish",
    "LinearActivation": "no activation",
}


def activation_name(module: nn.Module) -> str:
    """A reader's name of a non-linearity; its class's where none is known."""
    return ACTIVATIONS.get(type(module).__name__, type(module).__name__)


def is_sinusoidal(table: torch.Tensor) -> bool:
    """Whether a position table (row, hidden) holds sines and cosines in turn (Vaswani et al. 2017, section 3.5).

    A table without numbers, of a model that is only counted, is taken for a learned one.
    """
    if table.is_meta:
        return False
    rows, width = table.shape
    angles = torch.arange(rows)[:, None] / 10_000 ** (torch.arange(0, width, 2) / width)
    expected = torch.stack([angles.sin(), angles.cos()], -1).flatten(1)[:, :width]
    return torch.allclose(table.detach().float().cpu(), expected, rtol=0, atol=2e-3)
