"""The independent witness: transformers' own model class with its own eager attention, watched from outside.

Nothing of the recorded pass is used here, only the same weights: panels are checked against what this pass saw.
"""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from distilbert_viz.pairs.building import building
from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Encoding, StockPass
from distilbert_viz.records.what_if import Heads
from distilbert_viz.tracing.forward import model_inputs, to_numpy

Key = tuple[int | None, str]  # (layer, part); of the embeddings (None, part)


def stock_model(model: Model) -> Model:
    """A stock eager model that shares the weights of `model`: no second copy of a tensor is made."""
    config = model.network.config.__class__.from_dict(model.network.config.to_dict())
    with building(), torch.device("meta"):
        network = type(model.network)._from_config(config, attn_implementation="eager")
    for name, module in network.named_modules():
        source = model.network.get_submodule(name)
        module._parameters, module._buffers = source._parameters, source._buffers
    return replace(model, network=network.eval())


@torch.inference_mode()
def stock_pass(stock: Model, encoding: Encoding, off: Heads = (), logits: bool = True) -> StockPass:
    """One pass of `stock_model(...)`: inner tensors from forward hooks, the rest from the model's own output.

    Heads that are `off` reach their output projection as zeros. Without `logits` the head is not run: with a large vocabulary
    it is half of a pass; an encoder has none.
    """
    logits = logits and bool(stock.task.labels)
    seen: dict[Key, torch.Tensor] = {}
    hooks = [module.register_forward_hook(partial(_keep, seen, key)) for key, module in _watched(stock)]
    hooks += [stock.part(i, "attention_output").register_forward_pre_hook(partial(_zero, stock, head)) for i, head in off]
    network = stock.network if logits else stock.network.base_model
    try:
        output = network(**model_inputs(stock, encoding), output_hidden_states=True, output_attentions=True)
    finally:
        for hook in hooks:
            hook.remove()
    arrays = {key: to_numpy(tensor[0]) for key, tensor in seen.items()}
    return StockPass(
        {name: arrays[None, name] for layer, name in arrays if layer is None},
        to_numpy(torch.cat(output.hidden_states)),
        to_numpy(torch.cat(output.attentions)),
        _logits(stock, output) if logits else None,
        tuple({n: arrays[i, n] for layer, n in arrays if layer == i} for i in range(len(stock.layers))),
    )


def _logits(stock: Model, output: Any) -> np.ndarray:
    """(row, outcome): a row a token, one for the whole text, or the answer's start and end over the text's tokens."""
    if stock.task.labels == "ends":
        return to_numpy(torch.cat([output.start_logits, output.end_logits]))
    return to_numpy(stock.of_outcomes(output.logits if stock.task.labels == "text" else output.logits[0]))


def _watched(stock: Model) -> list[tuple[Key, nn.Module]]:
    parts: list[tuple[Key, nn.Module]] = []
    for layer in range(len(stock.layers)):
        parts += [((layer, name), stock.part(layer, name)) for name in stock.family.block]
    parts += [((None, name), module) for name, module in stock.embedding_parts.items() if name != "norm"]
    return [*parts, ((None, "output"), stock.embeddings)]


def _zero(stock: Model, head: int, module: nn.Module, inputs: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
    width = module.get_parameter("weight").shape[1] // stock.architecture.heads
    context = inputs[0].clone()
    context[..., head * width : (head + 1) * width] = 0
    return (context,)


def _keep(
    seen: dict[Key, torch.Tensor], key: Key, module: nn.Module, inputs: tuple[torch.Tensor | None, ...], output: torch.Tensor
) -> None:
    seen[key] = output
