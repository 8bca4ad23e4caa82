"""Models small enough to build in a test, with weights large enough that heads differ."""

import json
import string
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from tokenizers.processors import RobertaProcessing
from tokenizers.trainers import BpeTrainer
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForMaskedLM,
    DistilBertForSequenceClassification,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    RobertaConfig,
    XLMRobertaTokenizer,
)

SIZES = {"vocab_size": 60, "max_position_embeddings": 40, "initializer_range": 0.3}


def bert_config(layers: int = 2, **sizes: object) -> BertConfig:
    """BERT of 3 heads and 24 hidden dimensions."""
    shape = {"num_hidden_layers": layers, "num_attention_heads": 3, "hidden_size": 24, "intermediate_size": 40}
    return BertConfig(**SIZES | shape | sizes)


def distilbert_config(layers: int = 2, **sizes: object) -> DistilBertConfig:
    """DistilBERT of 3 heads and 24 hidden dimensions."""
    return DistilBertConfig(**SIZES | {"n_layers": layers, "n_heads": 3, "dim": 24, "hidden_dim": 40} | sizes)


def roberta_config(layers: int = 2, kind: type[RobertaConfig] = RobertaConfig, **sizes: object) -> RobertaConfig:
    """RoBERTa of 3 heads and 24 hidden dimensions, as the published ones are: one segment, two rows before the first position."""
    shape = {"num_hidden_layers": layers, "num_attention_heads": 3, "hidden_size": 24, "intermediate_size": 40}
    own = {"type_vocab_size": 1, "max_position_embeddings": 42, "layer_norm_eps": 1e-5}
    return kind(**SIZES | shape | own | sizes)


def byte_level_tokenizer(size: int = 400) -> PreTrainedTokenizerFast:
    """A byte-level BPE trained on one sentence, with RoBERTa's special tokens and frame."""
    names = {"cls_token": "<s>", "pad_token": "<pad>", "sep_token": "</s>", "unk_token": "<unk>", "mask_token": "<mask>"}
    backend = Tokenizer(BPE())
    backend.pre_tokenizer = ByteLevel(add_prefix_space=False)
    trainer = BpeTrainer(vocab_size=size, special_tokens=list(names.values()), initial_alphabet=ByteLevel.alphabet())
    backend.train_from_iterator(["The cat sat on the mat today and the day after, in the capital of France."] * 8, trainer)
    ids = {name: backend.token_to_id(name) for name in ("<s>", "</s>")}
    backend.post_processor = RobertaProcessing(("</s>", ids["</s>"]), ("<s>", ids["<s>"]), add_prefix_space=False)
    return PreTrainedTokenizerFast(tokenizer_object=backend, **names | {"mask_token": AddedToken("<mask>", lstrip=True)})


def unigram_tokenizer() -> XLMRobertaTokenizer:
    """XLM-RoBERTa's: likely pieces of which those that begin a word have ▁ in front, and its mask at the end of the vocabulary."""
    words = ["Where", "The", "the", "cat", "sat", "on", "mat", "is", "in", "capital", "of", "France", "It", "it", "today"]
    letters = dict.fromkeys(string.ascii_letters + string.digits + ".,?!'é東京")
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((f"▁{word}", -2.0) for word in words), ("▁", -3.0)]
    pieces += [(letter, -6.0) for letter in letters]
    return XLMRobertaTokenizer(vocab=[*pieces, ("<mask>", 0.0)], mask_token=AddedToken("<mask>", lstrip=True))


def save(folder: Path, kind: type, config: PreTrainedConfig, tokenizer, seed: int = 0) -> str:
    """A model of class `kind` with random weights and this tokenizer, in a folder of its own."""
    random_model(kind, config, seed).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def random_model(kind: type, config: PreTrainedConfig, seed: int = 0) -> torch.nn.Module:
    """A model of class `kind` in eval mode, every parameter random, biases and LayerNorms too."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = kind(config).eval()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += 0.05 * torch.randn_like(parameter)
    return model


TINY = {"bert": (BertForMaskedLM, bert_config), "distilbert": (DistilBertForMaskedLM, distilbert_config)}


def tiny_network(family: str, **sizes: object) -> torch.nn.Module:
    """A masked language model of two layers, of the family that transformers calls so."""
    kind, config = TINY[family]
    return random_model(kind, config(**sizes))


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
