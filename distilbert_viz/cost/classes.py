"""A stock network of any class: on torch's meta device, every module and every shape and no memory, or with random weights."""

import torch
import transformers
from transformers import PreTrainedConfig, PreTrainedModel

from distilbert_viz import families
from distilbert_viz.cost.request import CHOICES
from distilbert_viz.pairs.building import building
from distilbert_viz.pairs.models import Network

CLASSES = CHOICES["form"]  # what a pair can be counted as
LABELS = 2  # of classification, whatever else a fine-tuned model was made for


def published(family: families.Family) -> PreTrainedConfig:
    """The configuration of the family's published size, which is that of its defaults."""
    config = getattr(transformers, family.configuration)()
    assert isinstance(config, PreTrainedConfig)
    return config


_TEACHER, _STUDENT = families.PUBLISHED
FULL_SIZE = (published(_TEACHER), published(_STUDENT))


def weightless(config: PreTrainedConfig, form: str) -> Network:
    """The stock class that `form`, one of CLASSES, means for this configuration, with eager attention and no weights."""
    return random_weights(config, form, "eager", torch.float32, "meta")


def random_weights(config: PreTrainedConfig, form: str, attention: str, dtype: torch.dtype, device: str) -> Network:
    """The stock class that `form` means for this configuration, with the weights that transformers starts it with, in eval mode.

    `attention` is "sdpa" or "eager".
    """
    kind = stock_class(config, form)
    with building(), torch.device(device):
        network = kind._from_config(plain(config), attn_implementation=attention, dtype=dtype)
    return Network(kind.__name__, network.eval().requires_grad_(False))


def stock_class(config: PreTrainedConfig, form: str) -> type[PreTrainedModel]:
    """The class of transformers that `form`, one of CLASSES, means for this family."""
    kind: type[PreTrainedModel] = getattr(transformers, families.family(config.model_type).classes[form].name)
    return kind


def plain(config: PreTrainedConfig) -> PreTrainedConfig:
    """The configuration with LABELS labels."""
    return config.__class__.from_dict(config.to_dict() | {"num_labels": LABELS})
