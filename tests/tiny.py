"""Models small enough to build in a test, with weights large enough that heads differ."""

import torch
from transformers import BertConfig, DistilBertConfig

SIZES = {"vocab_size": 60, "max_position_embeddings": 40, "initializer_range": 0.3}


def bert_config(layers: int = 2, **sizes: object) -> BertConfig:
    """BERT of 3 heads and 24 hidden dimensions."""
    shape = {"num_hidden_layers": layers, "num_attention_heads": 3, "hidden_size": 24, "intermediate_size": 40}
    return BertConfig(**SIZES | shape | sizes)


def distilbert_config(layers: int = 2, **sizes: object) -> DistilBertConfig:
    """DistilBERT of 3 heads and 24 hidden dimensions."""
    return DistilBertConfig(**SIZES | {"n_layers": layers, "n_heads": 3, "dim": 24, "hidden_dim": 40} | sizes)


def random_model(kind: type, config: BertConfig | DistilBertConfig, seed: int = 0) -> torch.nn.Module:
    """A model of class `kind` in eval mode, every parameter random, biases and LayerNorms too."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = kind(config).eval()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += 0.05 * torch.randn_like(parameter)
    return model
