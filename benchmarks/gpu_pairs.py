"""Random pairs for a machine that has no weights: full size and small, and a vocabulary made up of the benchmark's own words."""

from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import BertConfig, BertForMaskedLM, BertTokenizerFast, DistilBertConfig, DistilBertForMaskedLM

from benchmarks.texts import NOUNS, SENTENCE
from distilbert_viz.pairs import load_pair
from distilbert_viz.pairs.models import Pair

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


@dataclass(frozen=True)
class Size:
    """Of a pair: the teacher's layers, of which the student has half, and the spread of its random weights."""

    layers: int
    heads: int
    hidden: int
    vocabulary: int = 30_522
    spread: float = 0.05

    def save(self, folder: Path, seed: int = 0) -> tuple[str, str]:
        """Both models, random, and their tokenizer in two folders."""
        common = {"vocab_size": self.vocabulary, "initializer_range": self.spread}
        teacher = BertConfig(num_hidden_layers=self.layers, num_attention_heads=self.heads, hidden_size=self.hidden,
                             intermediate_size=4 * self.hidden, **common)  # fmt: skip
        student = DistilBertConfig(
            n_layers=self.layers // 2, n_heads=self.heads, dim=self.hidden, hidden_dim=4 * self.hidden, **common
        )
        for name, kind, config in (("teacher", BertForMaskedLM, teacher), ("student", DistilBertForMaskedLM, student)):
            with torch.random.fork_rng():
                torch.manual_seed(seed)
                kind(config).save_pretrained(folder / name)
            tokenizer(self.vocabulary).save_pretrained(folder / name)
        return str(folder / "teacher"), str(folder / "student")


FULL, SMALL = Size(12, 12, 768, spread=0.03), Size(4, 4, 64)
TINY = Size(2, 2, 16, vocabulary=200)


def tokenizer(vocabulary: int) -> BertTokenizerFast:
    """WordPieces that hold every word of the benchmark's texts whole, and as many more as are wanted."""
    words = dict.fromkeys([*SPECIAL, ".", *SENTENCE.split(), *NOUNS.split()])
    words.pop("{}")
    listed = [*words, *(f"word{n}" for n in range(vocabulary - len(words)))]
    return BertTokenizerFast(vocab={word: n for n, word in enumerate(listed)}, do_lower_case=True)


def loaded(folders: tuple[str, str], device: str, dtype: str = "float32") -> Pair:
    """The saved pair on a device."""
    return load_pair(teacher=folders[0], student=folders[1], device=device, dtype=dtype)
