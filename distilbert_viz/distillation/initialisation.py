"""The student's first weights: the teacher's own, every other layer (Sanh et al. 2019, section 3; released script)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import AutoConfig, PreTrainedConfig

from distilbert_viz import families
from distilbert_viz.distillation.models import KeptLogits, trained_class
from distilbert_viz.families import Family


def student_config(teacher: KeptLogits, layers: int, hidden: int = 0) -> PreTrainedConfig:
    """The student family's configuration with the teacher's sizes and dropout, `layers` layers, and `hidden` dimensions.

    0 is the teacher's width; in a narrower student heads stay as wide as the teacher's, and the feed-forward network shrinks with
    the width. Where the teacher's projection onto the vocabulary is a tensor of its own, so is the student's. Raises ValueError
    for a width that is no whole number of heads, or more than the teacher's.
    """
    theirs = families.family(teacher.config.model_type)
    mine = families.student_of(theirs)
    sizes = {meaning: theirs.size(teacher.config, meaning) for meaning in mine.sizes} | {"layers": layers}
    sizes |= _narrowed(sizes, hidden or sizes["hidden"])
    named = {mine.sizes[name]: size for name, size in sizes.items()} | {"tie_word_embeddings": _is_tied(teacher, theirs)}
    config: PreTrainedConfig = getattr(transformers, mine.configuration)(**named)
    return config


def _is_tied(teacher: KeptLogits, family: Family) -> bool:
    word, projection = f"{family.base}.{family.embeddings['word']}", family.masked_lm["projection"]
    return teacher.get_submodule(word).get_parameter("weight") is teacher.get_submodule(projection).get_parameter("weight")


def _narrowed(sizes: Mapping[str, int], hidden: int) -> dict[str, int]:
    head = sizes["hidden"] // sizes["heads"]
    if hidden % head or hidden > sizes["hidden"]:
        raise ValueError(
            f"A student of this teacher has heads of {head} dimensions, so that its width is a multiple of {head} up to "
            f"{sizes['hidden']}, not {hidden}."
        )
    return {"hidden": hidden, "heads": hidden // head, "intermediate": sizes["intermediate"] * hidden // sizes["hidden"]}


def student_from_teacher(teacher: KeptLogits, layers: tuple[int, ...], fold: bool = False) -> KeptLogits:
    """A student whose every tensor is a copy of a teacher's: its layer i starts from teacher layer `layers[i]`.

    Only the other layers, and a part that the student's family lacks, are left behind. With `fold`, the teacher's first segment
    vector is added to every position embedding of a student without segments, whose sums are then the teacher's for one
    sentence. Raises ValueError when the teacher has no such layer.
    """
    if any(not 0 <= layer < teacher.config.num_hidden_layers for layer in layers):
        raise ValueError(f"the teacher has layers 0 to {teacher.config.num_hidden_layers - 1}, not all of {list(layers)}")
    student, source = random_student(teacher, len(layers)), teacher.state_dict()
    own, its = (families.family(model.config.model_type) for model in (student, teacher))
    origins = module_origins(own, its, layers)
    with torch.no_grad():
        for name, tensor in student.state_dict().items():
            module, _, leaf = name.rpartition(".")
            tensor.copy_(source[f"{origins[module]}.{leaf}"])
        if fold and "token_type" in its.embeddings and "token_type" not in own.embeddings:
            vector = source[f"{its.base}.{its.embeddings['token_type']}.weight"][0]
            student.get_parameter(f"{own.base}.{own.embeddings['position']}.weight").add_(vector)
    student.config.initial_layers = list(layers)
    return student


def student_from_folder(teacher: KeptLogits, folder: Path, layers: int) -> KeptLogits:
    """A student that goes on learning: the weights in `folder`, of the sizes that a fresh student of `layers` layers has.

    Raises ValueError where the folder holds no such student, with what differs.
    """
    wanted = student_config(teacher, layers)
    if not (folder / "config.json").is_file():
        raise ValueError(f"{folder} holds no student: there is no config.json in it.")
    try:
        own = AutoConfig.from_pretrained(folder)
        if differing := _differing(own, wanted):
            raise ValueError(f"The student in {folder} isn't what this recipe makes: {', '.join(differing)}.")
        kind: Any = trained_class(wanted.model_type)
        student, report = kind.from_pretrained(folder, dtype=torch.float32, use_safetensors=True, output_loading_info=True)
    except OSError as error:
        raise ValueError(f"The student in {folder} can't be loaded: {str(error).splitlines()[0][:200]}") from error
    if odd := sorted(report["missing_keys"]) or sorted(report["unexpected_keys"]):
        raise ValueError(f"The student in {folder} has other weights than a student with this head: {odd[0]}.")
    assert isinstance(student, KeptLogits)
    return student


def _differing(own: PreTrainedConfig, wanted: PreTrainedConfig) -> list[str]:
    """Every size that is another one, in words."""
    if own.model_type != wanted.model_type:
        return [f"it is a {own.model_type} model, not {wanted.model_type}"]
    family = families.family(wanted.model_type)
    pairs = {meaning: (family.size(own, meaning), family.size(wanted, meaning)) for meaning in family.sizes}
    return [f"{meaning} {mine} instead of {theirs}" for meaning, (mine, theirs) in pairs.items() if mine != theirs]


def freeze_words(student: KeptLogits) -> None:
    """Let the word embeddings stay as they are; where the vocabulary projection is tied to them, so does its matrix."""
    family = families.family(student.config.model_type)
    student.get_parameter(f"{family.base}.{family.embeddings['word']}.weight").requires_grad_(False)


def random_student(teacher: KeptLogits, layers: int, hidden: int = 0) -> KeptLogits:
    """A student of the teacher's sizes, or of `hidden` dimensions, with nothing of the teacher in it; torch's seed decides.

    (Sanh et al. 2019, table 4, last row.)
    """
    config = student_config(teacher, layers, hidden)
    return trained_class(config.model_type)(config)


def module_origins(student: Family, teacher: Family, layers: tuple[int, ...]) -> dict[str, str]:
    """Every module of a student to the teacher's module that starts it: the part of the same meaning, of layer `layers[i]`."""
    mine, theirs = student.paths(tuple(range(len(layers)))), teacher.paths(layers)
    return {path: theirs[part] for part, path in mine.items()}
