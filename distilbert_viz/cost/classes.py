"""A stock model of any class: on torch's meta device, every module and every shape and no memory, or with random weights."""

import torch
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForPreTraining,
    BertForSequenceClassification,
    BertModel,
    DistilBertConfig,
    DistilBertForMaskedLM,
    DistilBertForSequenceClassification,
    DistilBertModel,
    PretrainedConfig,
    PreTrainedModel,
)

from distilbert_viz.pairs.models import Model

# What a pair can be counted as. BERT was released with two heads: masked-LM and next-sentence.
CLASSES = {
    "as pre-trained": {"bert": BertForPreTraining, "distilbert": DistilBertForMaskedLM},
    "encoder": {"bert": BertModel, "distilbert": DistilBertModel},
    "masked LM": {"bert": BertForMaskedLM, "distilbert": DistilBertForMaskedLM},
    "classification": {"bert": BertForSequenceClassification, "distilbert": DistilBertForSequenceClassification},
}
LABELS = 2  # of classification, whatever else a fine-tuned model was made for
# The defaults of both configurations are the published sizes (Devlin et al. 2019; Sanh et al. 2019).
FULL_SIZE = (BertConfig(), DistilBertConfig())


def weightless(config: PretrainedConfig, form: str) -> Model:
    """The stock class that `form`, a key of CLASSES, means for this configuration, with eager attention and no weights."""
    return random_weights(config, form, "eager", torch.float32, "meta")


def random_weights(config: PretrainedConfig, form: str, attention: str, dtype: torch.dtype, device: str) -> Model:
    """The same class as transformers itself starts it, in eval mode; `attention` is "sdpa" or "eager"."""
    kind = stock_class(config, form)
    with torch.device(device):
        network = kind._from_config(plain(config), attn_implementation=attention, dtype=dtype)
    return Model(kind.__name__, network.eval().requires_grad_(False), None)


def stock_class(config: PretrainedConfig, form: str) -> type[PreTrainedModel]:
    """What `form` means for this family."""
    return CLASSES[form][config.model_type]


def plain(config: PretrainedConfig) -> PretrainedConfig:
    """The configuration with LABELS labels."""
    return config.__class__.from_dict(config.to_dict() | {"num_labels": LABELS})
