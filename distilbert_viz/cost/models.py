"""The two models of a request: in numbers, without a weight; and with random weights, ready for a pass."""

import torch
from jaxtyping import Int
from torch import Tensor
from transformers import PreTrainedConfig

from distilbert_viz.cost.classes import FULL_SIZE, random_weights, weightless
from distilbert_viz.cost.parameters import model_size
from distilbert_viz.cost.request import Request, RequestError
from distilbert_viz.pairs.loading import load_configurations
from distilbert_viz.pairs.models import Network
from distilbert_viz.records import ModelSize


def configurations(request: Request) -> tuple[PreTrainedConfig, PreTrainedConfig]:
    """Of teacher and student; no weight is read. Raises PairError."""
    return FULL_SIZE if request.full_size else load_configurations(request.pair, request.teacher, request.student)


def shapes(request: Request) -> tuple[Network, Network]:
    """Both models without weights."""
    teacher, student = configurations(request)
    return _shape(teacher, request.form), _shape(student, request.form)


def _shape(config: PreTrainedConfig, form: str) -> Network:
    try:
        return weightless(config, form)
    except Exception as error:  # sizes that don't fit together make a dozen modules fail, even dividing by 0
        said = " ".join(str(error).split())[:200]
        raise RequestError(f"No {config.model_type} model has the sizes of this configuration: {said}.") from error


def sizes(request: Request) -> tuple[ModelSize, ModelSize]:
    """Both models in numbers."""
    teacher, student = shapes(request)
    return model_size(teacher), model_size(student)


def ready(request: Request, config: PreTrainedConfig) -> Network:
    """A model of the request's class, attention and dtype on its device, with random weights."""
    return random_weights(config, request.form, request.attention, getattr(torch, request.dtype), request.device)


def random_ids(models: tuple[Network, ...], length: int, batch: int) -> Int[Tensor, "batch token"]:
    """Random tokens that all of these models know, the same at every call, on their device."""
    known = min(model.architecture.vocabulary for model in models)
    generator = torch.Generator().manual_seed(0)
    return torch.randint(known, (batch, length), generator=generator).to(models[0].device)
