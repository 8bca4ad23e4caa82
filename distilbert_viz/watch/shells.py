"""Somebody's network, read without being touched: by a stock network that has no weights of its own and borrows theirs.

Modes, hooks, gradients, attention implementation and wrappers of theirs stay as they are, since none of their modules runs.
"""

import copy
from collections.abc import Iterator

import torch
import transformers
from torch import nn
from transformers import PreTrainedModel

from distilbert_viz import families
from distilbert_viz.families import ENCODER, Task
from distilbert_viz.pairs.building import building

ELSEWHERE = ("device_mesh", "ds_id")  # what a tensor has of which each process holds but a part: DTensor's, DeepSpeed's


class Unreadable(ValueError):
    """A network that can't be read, said in one sentence for a person."""


class Shell:
    """A stock network of `task` beside somebody's `network`. Raises Unreadable where their tensors aren't a stock network's."""

    def __init__(self, network: PreTrainedModel):
        self.network, self.task = network, families.task_of(_stock_name(network))
        family = families.family(network.config.model_type)
        self.reader = _empty(getattr(transformers, family.classes[self.task.name].name), network, self.task)
        self._refuse(self._theirs())

    def _theirs(self) -> dict[str, torch.Tensor]:
        named = (self.network.named_parameters(remove_duplicate=False), self.network.named_buffers(remove_duplicate=False))
        return {name: tensor for part in named for name, tensor in part}

    def _refuse(self, theirs: dict[str, torch.Tensor]) -> None:
        for path, _, name, own in _slots(self.reader):
            tensor, called = theirs.get(path), type(self.reader).__name__
            if tensor is None or tensor.shape != own.shape:
                raise Unreadable(f"its {path} is not that of a {called}.")
            if tensor.is_meta or any(hasattr(tensor, mark) for mark in ELSEWHERE):
                raise Unreadable(f"its {name} lies elsewhere, in whole or in part.")

    def lent(self, device: torch.device | None = None) -> PreTrainedModel:
        """The reader with their tensors as they are now; on another `device` than theirs with copies."""
        theirs = self._theirs()
        for path, module, name, _ in list(_slots(self.reader)):
            tensor = theirs[path]
            if device is not None and tensor.device != device:
                tensor = nn.Parameter(tensor.detach().to(device), False) if isinstance(tensor, nn.Parameter) else tensor.to(device)
            setattr(module, name, tensor)
        return self.reader


def shell_in(module: nn.Module, but: nn.Module | None = None) -> Shell:
    """A shell of the first network in somebody's module that can be read and is not, nor is a part of, `but`.

    Raises Unreadable, which says why the outermost one can't.
    """
    left_out = set() if but is None else set(but.modules())
    reasons = []
    for part in module.modules():
        if isinstance(part, PreTrainedModel) and families.is_known(part.config.model_type) and part not in left_out:
            try:
                return Shell(part)
            except Unreadable as error:
                reasons.append(str(error))
    raise Unreadable(reasons[0] if reasons else f"there is no {families.titles(last='or')} in a {type(module).__name__}.")


def _stock_name(network: PreTrainedModel) -> str:
    """The name of the class of transformers that it is, or is derived from."""
    return next(kind.__name__ for kind in type(network).__mro__ if kind.__module__.startswith("transformers."))


def _empty(kind: type[PreTrainedModel], network: PreTrainedModel, task: Task) -> PreTrainedModel:
    """A network of this class and their configuration, in eval mode and without memory."""
    config = copy.deepcopy(network.config)
    config._attn_implementation = "sdpa"
    with building(), torch.random.fork_rng(devices=[]), torch.device("meta"):
        made: PreTrainedModel = kind(config).eval()
    if task == ENCODER and hasattr(made, "pooler"):
        setattr(made, "pooler", None)  # noqa: B010  many lack one, and nothing here reads it; to a type checker it is a module
    return made


def _slots(reader: PreTrainedModel) -> Iterator[tuple[str, nn.Module, str, torch.Tensor]]:
    """Every place for a tensor: its path, its module, its name there, and what stands in it."""
    for place, module in reader.named_modules():
        for named in (module.named_parameters(recurse=False), module.named_buffers(recurse=False)):
            for name, tensor in named:
                yield f"{place}.{name}".lstrip("."), module, name, tensor
