"""The student's first weights: the teacher's own, every other layer (Sanh et al. 2019, section 3; released script)."""

import torch
from transformers import BertForMaskedLM, DistilBertConfig

from distilbert_viz.distillation.models import Student
from distilbert_viz.pairs.models import BLOCK_PARTS

BLOCK = {BLOCK_PARTS["distilbert"][part]: name for part, name in BLOCK_PARTS["bert"].items()}
HEAD = {"vocab_transform": "transform.dense", "vocab_layer_norm": "transform.LayerNorm", "vocab_projector": "decoder"}


def student_config(teacher: BertForMaskedLM, layers: int) -> DistilBertConfig:
    """DistilBERT's configuration with the teacher's sizes, `layers` layers and no dropout in its place if the teacher has none."""
    config = teacher.config
    return DistilBertConfig(
        vocab_size=config.vocab_size,
        max_position_embeddings=config.max_position_embeddings,
        dim=config.hidden_size,
        hidden_dim=config.intermediate_size,
        n_heads=config.num_attention_heads,
        n_layers=layers,
        dropout=config.hidden_dropout_prob,
        attention_dropout=config.attention_probs_dropout_prob,
        activation=config.hidden_act,
        pad_token_id=config.pad_token_id,
    )


def student_from_teacher(teacher: BertForMaskedLM, layers: tuple[int, ...]) -> Student:
    """A student whose every tensor is a copy of a teacher's: its layer i starts from teacher layer `layers[i]`.

    Only the other layers and the segment embedding are left behind. Raises ValueError when the teacher has no such layer.
    """
    if any(not 0 <= layer < teacher.config.num_hidden_layers for layer in layers):
        raise ValueError(f"the teacher has layers 0 to {teacher.config.num_hidden_layers - 1}, not all of {list(layers)}")
    student = Student(student_config(teacher, len(layers)))
    source = teacher.state_dict()
    with torch.no_grad():
        for name, tensor in student.state_dict().items():
            tensor.copy_(source[teacher_name(name, layers)])
    student.config.initial_layers = list(layers)
    return student


def random_student(teacher: BertForMaskedLM, layers: int) -> Student:
    """The same student with nothing of the teacher in it (Sanh et al. 2019, table 4, last row); torch's seed decides."""
    return Student(student_config(teacher, layers))


def teacher_name(student_name: str, layers: tuple[int, ...]) -> str:
    """The name of the teacher's tensor that starts the student's tensor `student_name`."""
    parts = student_name.split(".")
    if parts[:2] == ["distilbert", "embeddings"]:
        return "bert." + ".".join(parts[1:])
    if parts[:3] == ["distilbert", "transformer", "layer"]:
        return f"bert.encoder.layer.{layers[int(parts[3])]}.{BLOCK['.'.join(parts[4:-1])]}.{parts[-1]}"
    return f"cls.predictions.{HEAD[parts[0]]}.{parts[1]}"
