"""The student's first weights: the teacher's own, every other layer (Sanh et al. 2019, section 3; released script)."""

import torch
import transformers
from transformers import PreTrainedConfig

from distilbert_viz import families
from distilbert_viz.distillation.models import KeptLogits, trained_class
from distilbert_viz.families import Family


def student_config(teacher: KeptLogits, layers: int) -> PreTrainedConfig:
    """The student family's configuration with the teacher's sizes and dropout, and `layers` layers.

    Where the teacher's projection onto the vocabulary is a tensor of its own, so is the student's.
    """
    theirs = families.family(teacher.config.model_type)
    mine = families.student_of(theirs)
    sizes = {name: theirs.size(teacher.config, meaning) for meaning, name in mine.sizes.items()}
    word, projection = (
        teacher.get_submodule(path) for path in (f"{theirs.base}.{theirs.embeddings['word']}", theirs.masked_lm["projection"])
    )
    own = {mine.sizes["layers"]: layers, "tie_word_embeddings": word.get_parameter("weight") is projection.get_parameter("weight")}
    config: PreTrainedConfig = getattr(transformers, mine.configuration)(**sizes | own)
    return config


def student_from_teacher(teacher: KeptLogits, layers: tuple[int, ...]) -> KeptLogits:
    """A student whose every tensor is a copy of a teacher's: its layer i starts from teacher layer `layers[i]`.

    Only the other layers, and a part that the student's family lacks, are left behind. Raises ValueError when the teacher has
    no such layer.
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
    student.config.initial_layers = list(layers)
    return student


def random_student(teacher: KeptLogits, layers: int) -> KeptLogits:
    """A student of the teacher's sizes with nothing of the teacher in it (Sanh et al. 2019, table 4, last row).

    torch's seed decides.
    """
    config = student_config(teacher, layers)
    return trained_class(config.model_type)(config)


def module_origins(student: Family, teacher: Family, layers: tuple[int, ...]) -> dict[str, str]:
    """Every module of a student to the teacher's module that starts it: the part of the same meaning, of layer `layers[i]`."""
    mine, theirs = student.paths(tuple(range(len(layers)))), teacher.paths(layers)
    return {path: theirs[part] for part, path in mine.items()}
