"""Loading a pair from this disk: built in, from a folder, or by a hub name from the cache. Safetensors only, no remote code."""

from dataclasses import replace
from pathlib import Path

from transformers import PreTrainedConfig

from distilbert_viz.pairs.catalogue import PairCard, chosen
from distilbert_viz.pairs.classes import shared_classes
from distilbert_viz.pairs.devices import device_and_dtype, free_bytes, memory_refused
from distilbert_viz.pairs.layers import initial_layers
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.pairs.reading import configuration, label, needed_bytes_of, read_model, weight_folder
from distilbert_viz.pairs.refusals import OutOfMemory, PairError


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
    nothing else, when that can't be done: one sentence that names the model and what is wrong with it; OutOfMemory, before
    anything is read, when the weights don't fit into the memory that is free.
    """
    card = chosen(name, teacher, student)
    place, numbers = device_and_dtype(device, dtype)
    with memory_refused(place):
        _refuse_giants(card, place, dtype)
        models = [read_model(source, place, numbers) for source in (card.teacher, card.student)]
    _refuse_strangers(card, *models)
    agreed = shared_classes(card.teacher, card.student, *(model.classes for model in models))
    return Pair(card.name, *(replace(model, classes=agreed) for model in models), _started(*models))


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


def _started(teacher: Model, student: Model) -> tuple[int, ...]:
    """The teacher layers that started the student's, as its own configuration says, else by the published rule."""
    deep, shallow = len(teacher.layers), len(student.layers)
    said = getattr(student.network.config, "initial_layers", None)
    if said is None:
        return initial_layers(deep, shallow)
    if not isinstance(said, list) or len(said) != shallow or not all(layer in range(deep) for layer in said):
        raise PairError(f"{student.name} says that teacher layers {said} started its {shallow}, and {teacher.name} has {deep}.")
    return tuple(said)


def _refuse_strangers(card: PairCard, teacher: Model, student: Model) -> None:
    deep, shallow = teacher.architecture, student.architecture
    if shallow.layers > deep.layers:
        raise PairError(
            f"{card.student} has {shallow.layers} layers and {card.teacher} {deep.layers}: is the pair the wrong way round?"
        )
    if teacher.tokenizer.get_vocab() != student.tokenizer.get_vocab():
        raise PairError(f"{card.teacher} and {card.student} don't share a vocabulary, so their tokens can't be compared.")
    if shallow.hidden != deep.hidden:
        raise PairError(
            f"{card.teacher} is {deep.hidden} wide and {card.student} {shallow.hidden}: vectors of two widths can't be compared."
        )
