"""A pair of models that are in memory already: read through networks that hold their very tensors, and judged as a loaded pair is.

A network of one's own is needed because mode, attention implementation and hooks belong to a module, and the tensors alone to both.
"""

from copy import deepcopy

import torch
from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from distilbert_viz.families import ENCODER, TASKS, Task, family, titles
from distilbert_viz.pairs import attention
from distilbert_viz.pairs.building import building
from distilbert_viz.pairs.candidates import Candidate, described, fitting
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.pairs.reading import reading, refuse_unfit
from distilbert_viz.pairs.refusals import ANOTHER, PairError

WRAPPED_AS = ("_orig_mod", "module")  # what torch.compile, and DataParallel and its like, call the model inside


def sharing(teacher: nn.Module, student: nn.Module, tokenizer: PreTrainedTokenizerBase) -> Pair:
    """Two models of transformers as a Pair that holds their tensors, and so follows their training; no number is copied.

    Modules and tokenizer stay as they are: mode, device, gradients, hooks, attention implementation. What torch.compile or
    DataParallel put around a model is taken off. Raises PairError, one sentence, where `load_pair` would of the same two.
    """
    if not isinstance(tokenizer, PreTrainedTokenizerBase):
        raise PairError(f"The tokenizer is of the class {type(tokenizer).__name__}, which is none of transformers'.")
    own = deepcopy(tokenizer)  # a frame that it lacks is put on the copy
    networks = _network("Teacher", teacher), _network("Student", student)
    names = [f"{voice} ({type(one).__name__})" for voice, one in zip(("Teacher", "Student"), networks, strict=True)]
    found = [_candidate(name, network, own) for name, network in zip(names, networks, strict=True)]
    pair = fitting(*found)
    big, small = (
        Model(one.name, _shell(one.label, _as(pair.task, network)), one.tokenizer, pair.classes, columns)
        for one, network, columns in zip(found, networks, pair.columns, strict=True)
    )
    return Pair("in memory", big, small, pair.initial_layers)


def _network(voice: str, module: nn.Module) -> PreTrainedModel:
    """The model itself, without what is wrapped around it."""
    inner = next((getattr(module, name) for name in WRAPPED_AS if isinstance(getattr(module, name, None), nn.Module)), None)
    if inner is not None:
        return _network(voice, inner)
    if not isinstance(module, PreTrainedModel):
        raise PairError(f"{voice} is of the class {type(module).__name__}; a pair is made of transformers' {titles()} models.")
    return module


def _candidate(name: str, network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> Candidate:
    config = deepcopy(network.config)
    config.architectures = [type(network).__name__]
    with reading(name, "configuration"):
        refuse_unfit(name, config.to_dict(), config)
    _refuse_other_classes(name, network)
    return described(name, name, name, None, config, tokenizer)


def _refuse_other_classes(name: str, network: PreTrainedModel) -> None:
    """A class of somebody's own may compute anything."""
    classes = family(network.config.model_type).classes
    known = [classes[task.name].name for task in TASKS]
    if not type(network).__module__.startswith("transformers.") or type(network).__name__ not in known:
        raise PairError(f"{name} can't be shown: it is none of transformers' {', '.join(known)}; {ANOTHER}")


def _as(task: Task, network: PreTrainedModel) -> PreTrainedModel:
    """What is shown of a model: where one of two has no head, the encoder alone."""
    if task != ENCODER:
        return network
    encoder = network.base_model
    assert isinstance(encoder, PreTrainedModel)
    return encoder


def _shell(name: str, network: PreTrainedModel) -> PreTrainedModel:
    """A network of the same class and configuration in eval mode, with our attention, that holds the tensors of `network`."""
    config = type(network.config).from_dict(network.config.to_dict())
    with building(), torch.device("meta"):
        shell: PreTrainedModel = type(network)._from_config(config, attn_implementation=attention.NAME)
    _share(name, "network", shell, network)
    if any(tensor.is_meta for tensor in shell.state_dict().values()):
        raise PairError(f"{name} can't be shown: its weights are on torch's meta device, which holds no numbers.")
    shell.eval()
    return shell


def _share(name: str, path: str, mine: nn.Module, theirs: nn.Module) -> None:
    """Give `mine` the tensors of `theirs`, module by module. Raises PairError where one isn't what its configuration says."""
    parts = {part: module for part, module in theirs._modules.items() if module is not None}
    if type(mine) is not type(theirs) or not parts.keys() <= mine._modules.keys() or _sizes(mine) != _sizes(theirs):
        kind = f"a {type(theirs).__name__} that its configuration doesn't tell of"
        raise PairError(f"{name} can't be shown: its {path} is {kind}; {ANOTHER}")
    mine._parameters, mine._buffers = theirs._parameters, theirs._buffers
    for part in mine._modules:
        if part not in parts:
            mine._modules[part] = None
    for part, module in parts.items():
        inner = mine._modules[part]
        assert inner is not None
        _share(name, f"{path}.{part}".removeprefix("network."), inner, module)


def _sizes(module: nn.Module) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in module._parameters.items() if tensor is not None}
