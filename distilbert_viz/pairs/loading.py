"""Loading a pair from this disk: built in, from a folder, or by a hub name from the cache. Safetensors only, no remote code."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoTokenizer, PreTrainedConfig, logging

from distilbert_viz.pairs import attention, hub
from distilbert_viz.pairs.catalogue import FOLDER, PairCard, chosen
from distilbert_viz.pairs.checksums import refuse_changed_weights
from distilbert_viz.pairs.classes import classes, form, shared_classes
from distilbert_viz.pairs.devices import device_and_dtype, free_bytes, is_out_of_memory, memory_refused, weight_bytes
from distilbert_viz.pairs.layers import initial_layers
from distilbert_viz.pairs.models import AUTO_CLASSES, Model, Pair
from distilbert_viz.pairs.refusals import OutOfMemory, PairError

NO_WEIGHTS = "it holds no model.safetensors file (other weight files are not opened)."

logging.set_verbosity_error()
logging.disable_progress_bar()


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
        models = [_model(source, place, numbers) for source in (card.teacher, card.student)]
    _refuse_strangers(card, *models)
    agreed = shared_classes(card.teacher, card.student, *(model.classes for model in models))
    return Pair(card.name, *(replace(model, classes=agreed) for model in models), _started(*models))


def needed_bytes(name: str = "built-in", teacher: str | None = None, student: str | None = None, dtype: str = "float32") -> int:
    """Bytes of both models' weights as `dtype`, before any is read. Raises PairError as `load_pair`."""
    card = chosen(name, teacher, student)
    return sum(_needed_bytes(source, dtype) for source in (card.teacher, card.student))


def _needed_bytes(source: str, dtype: str) -> int:
    _configuration(source, weights=True)  # a model of another family has weights of other names
    with _reading(_label(source), "weights"):
        return weight_bytes(_weight_folder(source), dtype)


def _refuse_giants(card: PairCard, device: str, dtype: str) -> None:
    needed, free = sum(_needed_bytes(source, dtype) for source in (card.teacher, card.student)), free_bytes(device)
    if needed > free:
        raise OutOfMemory(
            f"{_label(card.teacher)} and {_label(card.student)} need {needed / 1e9:,.2f} GB as {dtype}, and {free / 1e9:,.2f} GB "
            f"are free on {device}."
        )


def load_configurations(
    name: str = "built-in", teacher: str | None = None, student: str | None = None
) -> tuple[PreTrainedConfig, PreTrainedConfig]:
    """The two configurations alone: no weight is read, and the two need not fit together. Raises PairError as `load_pair`."""
    card = chosen(name, teacher, student)
    return _configuration(card.teacher), _configuration(card.student)


def weight_folders(name: str = "built-in", teacher: str | None = None, student: str | None = None) -> tuple[Path, Path]:
    """The folders on this disk with both models' configuration and weights. Raises PairError."""
    card = chosen(name, teacher, student)
    return _weight_folder(card.teacher), _weight_folder(card.student)


def _weight_folder(source: str) -> Path:
    folder = hub.on_disk(source)
    if not (folder / hub.WEIGHTS).exists() and not (folder / hub.INDEX).exists():
        raise PairError(f"{_label(source)} can't be loaded: {NO_WEIGHTS}")
    return folder


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


def _label(source: str) -> str:
    return f"built-in {Path(source).name}" if Path(source).parent == FOLDER else source


def _name(source: str) -> str:
    """The model's name for every record: of a hub's model with the commit that is read, which main alone wouldn't tell."""
    commit = hub.commit(source)
    return _label(source) if commit is None else f"{hub.split(source)[0]}@{commit[:12]}"


def _configuration(source: str, weights: bool = False) -> PreTrainedConfig:
    label, folder = _label(source), hub.on_disk(source, weights)
    with _reading(label, "config.json"):
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
    _refuse_other_families(label, config)
    return config


def _model(source: str, device: str, dtype: torch.dtype) -> Model:
    label, config, folder = _label(source), _configuration(source, weights=True), hub.on_disk(source)
    own_classes = classes(label, config)
    if folder.parent == FOLDER:
        refuse_changed_weights(folder, hub.WEIGHTS)
    with _reading(label, "config.json or weights"):
        network, report = AUTO_CLASSES[form(config)].from_pretrained(
            folder, local_files_only=True, dtype=dtype, attn_implementation=attention.NAME, use_safetensors=True,
            ignore_mismatched_sizes=True, output_loading_info=True,
        )  # fmt: skip
        network = network.eval().requires_grad_(False).to(device)
    _refuse_other_weights(label, report)
    with _reading(label, "tokenizer"):
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    _refuse_other_tokenizers(label, tokenizer, config.vocab_size)
    return Model(_name(source), network, tokenizer, own_classes)


@contextmanager
def _reading(label: str, part: str) -> Iterator[None]:
    """What goes wrong in here is a PairError: damaged files make three libraries fail in a dozen ways, even dividing by 0."""
    try:
        yield
    except Exception as error:
        if is_out_of_memory(error) or isinstance(error, PairError):
            raise
        raise PairError(f"{label} can't be loaded: {_reason(error, part)}") from error


def _refuse_other_families(label: str, config: PreTrainedConfig) -> None:
    if config.model_type not in ("bert", "distilbert"):
        raise PairError(f"{label} is a {config.model_type} model; a pair is made of BERT and DistilBERT models.")
    if config.num_hidden_layers < 1:
        raise PairError(f"{label} has no layer, by its config.json.")


def _refuse_other_weights(label: str, report: dict) -> None:
    """transformers itself would fill with random numbers what the weights lack."""
    if mismatched := sorted(report["mismatched_keys"]):
        name, there, expected = mismatched[0]
        sizes = f"{' × '.join(map(str, there))} in its weights and {' × '.join(map(str, expected))} by its config.json"
        raise PairError(f"{label} can't be loaded: {name} is {sizes}.")
    if missing := sorted(report["missing_keys"]):
        raise PairError(f"{label} can't be loaded: its weights lack {len(missing)} of the model's tensors, such as {missing[0]}.")


def _refuse_other_tokenizers(label: str, tokenizer, most: int) -> None:
    """Without tokenizer files transformers makes up a tokenizer that knows no word at all."""
    if len(tokenizer) <= len(tokenizer.all_special_tokens):
        raise PairError(f"{label} holds no tokenizer, so no word could be read.")
    if None in (tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.mask_token_id):
        raise PairError(f"{label} has a tokenizer without [CLS], [SEP] and [MASK].")
    if len(tokenizer) > most:
        raise PairError(f"{label} knows {most} tokens and its tokenizer {len(tokenizer)}: they don't belong together.")


def _reason(error: Exception, part: str) -> str:
    text = str(error)
    if isinstance(error, OSError) and "safetensors" in text:
        return NO_WEIGHTS
    said = " ".join(text.split())[:200].rstrip(".")
    if isinstance(error, SafetensorError):
        return f"its weights are damaged ({said})."
    return f"its {part} can't be read ({type(error).__name__}: {said})."
