"""Loading a pair from this disk: built in, from a folder, or by a hub name from the cache. Safetensors only, no remote code."""

from pathlib import Path

import torch
from transformers import PreTrainedConfig

from distilbert_viz.families import Task
from distilbert_viz.pairs.candidates import Candidate
from distilbert_viz.pairs.catalogue import PairCard, chosen
from distilbert_viz.pairs.classes import Classes
from distilbert_viz.pairs.devices import device_and_dtype, free_bytes, memory_refused
from distilbert_viz.pairs.judging import fitted
from distilbert_viz.pairs.models import Columns, Model, Pair
from distilbert_viz.pairs.reading import configuration, label, reading, weight_folder
from distilbert_viz.pairs.refusals import OutOfMemory
from distilbert_viz.pairs.weights import needed_bytes_of, read_weights


def load_pair(
    name: str = "built-in",
    teacher: str | None = None,
    student: str | None = None,
    device: str | None = None,
    dtype: str = "float32",
) -> Pair:
    """The pair of the catalogue called `name`, or the pair of two hub names or folders `teacher` and `student`.

    A hub name may carry a revision, `name@revision`; it is read from the Hugging Face cache, never from the network: see
    `fetching`. Weights are read as `dtype` in eval mode, onto `device`, by default the fastest there is. Raises PairError, and
    nothing else, when that can't be done: one sentence that names the model and what is wrong with it. Two models that don't fit
    together are refused by their configurations and tokenizers, before a byte of weights is read; weights that don't fit into
    the memory that is free, an OutOfMemory, by their headers.
    """
    card = chosen(name, teacher, student)
    place, numbers = device_and_dtype(device, dtype)
    with memory_refused(place), reading(card.name, "files"):
        pair = fitted(card)
        _refuse_giants(card, place, dtype)
        big, small = (
            read_model(found, pair.task, pair.classes, columns, place, numbers)
            for found, columns in zip((pair.teacher, pair.student), pair.columns, strict=True)
        )
        return Pair(card.name, big, small, pair.initial_layers, pair.copied or card.copied)


def read_model(found: Candidate, task: Task, classes: Classes, columns: Columns | None, device: str, dtype: torch.dtype) -> Model:
    """A candidate with its weights as a model of `task`, on `device` as `dtype`; `classes` and `columns` as in a Model.

    Raises PairError.
    """
    network, agreed = read_weights(found, task, device, dtype)
    return Model(found.name, network, found.tokenizer, classes, columns, agreed)


def needed_bytes(name: str = "built-in", teacher: str | None = None, student: str | None = None, dtype: str = "float32") -> int:
    """Bytes of both models' weights as `dtype`, before any is read. Raises PairError as `load_pair`."""
    card = chosen(name, teacher, student)
    return sum(needed_bytes_of(source, dtype) for source in (card.teacher, card.student))


def _refuse_giants(card: PairCard, device: str, dtype: str) -> None:
    needed, free = sum(needed_bytes_of(source, dtype) for source in (card.teacher, card.student)), free_bytes(device)
    if needed > free:
        raise OutOfMemory(
            f"{label(card.teacher)} and {label(card.student)} need {needed / 1e9:,.2f} GB as {dtype}, and {free / 1e9:,.2f} GB "
            f"are free on {device}."
        )


def load_configurations(
    name: str = "built-in", teacher: str | None = None, student: str | None = None
) -> tuple[PreTrainedConfig, PreTrainedConfig]:
    """The two configurations alone: no weight is read, and the two need not fit together. Raises PairError as `load_pair`."""
    card = chosen(name, teacher, student)
    return configuration(card.teacher), configuration(card.student)


def weight_folders(name: str = "built-in", teacher: str | None = None, student: str | None = None) -> tuple[Path, Path]:
    """The folders on this disk with both models' configuration and weights. Raises PairError."""
    card = chosen(name, teacher, student)
    return weight_folder(card.teacher), weight_folder(card.student)
