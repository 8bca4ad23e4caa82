"""A stock model of any class on torch's meta device: every module and every shape, and no memory."""

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
    plain = config.__class__.from_dict(config.to_dict() | {"num_labels": LABELS})
    kind = CLASSES[form][config.model_type]
    with torch.device("meta"):
        network = kind._from_config(plain, attn_implementation="eager")
    return Model(kind.__name__, network.eval().requires_grad_(False), None)
