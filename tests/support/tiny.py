"""Models small enough to build in a test, with weights large enough that heads differ."""

import json
from pathlib import Path

import torch
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
)

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


WORDS = 4200  # of the built-in vocabulary: all letters, their continuations and the commonest words


def save_teacher(folder: Path, tokenizer, dropout: float) -> Path:
    """A masked language model of three layers that reads WORDS words; a pass of it costs a seventh of what all words cost."""
    sizes = {"vocab_size": WORDS, "hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    random_model(BertForMaskedLM, bert_config(3, **sizes)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    file = folder / "tokenizer.json"
    saved = json.loads(file.read_text(encoding="utf-8"))
    saved["model"]["vocab"] = {word: number for word, number in saved["model"]["vocab"].items() if number < WORDS}
    file.write_text(json.dumps(saved), encoding="utf-8")
    return folder


FAMILIES = {
    "bert": (BertForSequenceClassification, bert_config, 4),
    "distilbert": (DistilBertForSequenceClassification, distilbert_config, 2),
}


def save_classifier(folder: Path, family: str, tokenizer, names: list[str], seed: int = 0, **values: object) -> str:
    """A classifier of texts into classes called `names`, BERT of four layers or DistilBERT of two, in a folder of its own."""
    kind, config, layers = FAMILIES[family]
    called = {"id2label": dict(enumerate(names)), "label2id": {name: i for i, name in enumerate(names)}}
    sizes = {"vocab_size": len(tokenizer), "max_position_embeddings": 512}
    random_model(kind, config(layers, **sizes | called | values), seed).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)
