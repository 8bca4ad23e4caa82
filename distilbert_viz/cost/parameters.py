"""Parameters by component, and what a student's sizes leave of its teacher's: compared, never written down."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from torch import nn
from transformers.utils import cached_file

from distilbert_viz.pairs.models import Network
from distilbert_viz.records import Change, Component, ModelSize

EMBEDDINGS = {"word": "word", "position": "position", "token_type": "segment", "norm": "LayerNorm"}
BLOCK = {
    "attention": ("query", "key", "value", "attention_output"),
    "feed-forward": ("intermediate", "feed_forward"),
    "LayerNorms": ("attention_norm", "output"),
}
SIZES = {
    "layers": "encoder layers",
    "hidden": "hidden size",
    "heads": "attention heads a layer",
    "intermediate": "feed-forward size",
    "vocabulary": "vocabulary",
    "positions": "positions",
    "activation": "activation",
    "layer_norm_eps": "LayerNorm ε",
    "dropout": "dropout",
}


def model_size(model: Network) -> ModelSize:
    """Every parameter of a model in its component; a tensor used twice is counted once, where it is met first."""
    used_twice = sum(p.numel() for _, p in model.network.named_parameters(remove_duplicate=False))
    parameters = sum(p.numel() for p in model.network.parameters())
    seen: set[int] = set()
    counts: dict[tuple[str, str], int] = {}
    for whole, part, module in (*_embeddings(model), *_blocks(model), *_heads(model), ("other", "other", model.network)):
        counts[whole, part] = counts.get((whole, part), 0) + _unseen(module, seen)
    components = tuple(Component(*place, count) for place, count in counts.items() if count)
    return ModelSize(model.name, model.architecture, components, parameters, used_twice - parameters)


def _unseen(module: nn.Module, seen: set[int]) -> int:
    found = {id(p): p.numel() for p in module.parameters() if id(p) not in seen}
    seen.update(found)
    return sum(found.values())


def _embeddings(model: Network) -> Iterator[tuple[str, str, nn.Module]]:
    for part, module in model.embedding_parts.items():
        yield "embeddings", EMBEDDINGS[part], module


def _blocks(model: Network) -> Iterator[tuple[str, str, nn.Module]]:
    for layer in range(len(model.layers)):
        for part, names in BLOCK.items():
            yield f"L{layer}", part, nn.ModuleList([model.part(layer, name) for name in names])


def _heads(model: Network) -> Iterator[tuple[str, str, nn.Module]]:
    modules = dict(model.network.named_modules())
    return ((*place, modules[name]) for name, place in model.family.components.items() if name in modules)


def changes(teacher: ModelSize, student: ModelSize) -> tuple[Change, ...]:
    """What was removed, reduced, kept, added or enlarged: every size of the two configurations, then every component.

    Blocks of a model are alike, so that the first stands for each.
    """
    sizes = [Change(SIZES[f.name], *_both(teacher, student, f.name)) for f in fields(teacher.architecture) if f.name in SIZES]
    before, after = _collapsed(teacher), _collapsed(student)
    parts = [Change(name, before.get(name, 0), after.get(name, 0), True) for name in before | after]
    return (*sizes, *parts)


def _both(teacher: ModelSize, student: ModelSize, name: str) -> tuple[Any, Any]:
    return getattr(teacher.architecture, name), getattr(student.architecture, name)


def _collapsed(size: ModelSize) -> dict[str, int]:
    counts = {}
    for component in size.components:
        if not component.in_block:
            counts[component.name] = component.parameters
        elif component.whole == "L0":
            counts[f"each layer's {component.part}"] = component.parameters
    return counts


def file_bytes(source: str) -> int | None:
    """The size of the weights of a folder or of a hub name in the local cache; None where there is no such single file."""
    try:
        path = cached_file(source, "model.safetensors", local_files_only=True)
    except (OSError, ValueError):
        return None
    return Path(path).stat().st_size if path else None
