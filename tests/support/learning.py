"""Rows and lines to learn from, and weights to compare."""

from pathlib import Path

import numpy as np
import torch

VOCABULARY, CLS, SEP, MASK = 30522, 101, 102, 103


def row_of(length: int, seed: int = 0) -> list[int]:
    return [CLS, *np.random.default_rng(seed).integers(1000, VOCABULARY, length - 2).tolist(), SEP]


def write(path: Path, lines: list[str]) -> str:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def stories(number: int, seed: int = 0) -> list[str]:
    """Lines of a few sentences, each line different."""
    random = np.random.default_rng(seed)
    words = ["the", "cat", "sat", "on", "unaffable", "mats", "and", "dogs", "ran", "1901", "café"]
    ends = [".", "!", "?"]
    lines = []
    for index in range(number):
        lengths = random.integers(2, 25, random.integers(1, 9))
        sentences = [" ".join(random.choice(words, n)) + str(random.choice(ends)) for n in lengths]
        lines.append(f"story {seed} {index} . " + " ".join(sentences))
    return lines


def weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one | other)
