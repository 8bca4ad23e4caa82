"""The student's first weights: the teacher's own, every other layer (Sanh et al. 2019, section 3; released script)."""

import torch
from transformers import BertForMaskedLM, DistilBertConfig

from distilbert_viz.distillation.models import Student

BLOCK = {
    "attention.self.query": "attention.q_lin",
    "attention.self.key": "attention.k_lin",
    "attention.self.value": "attention.v_lin",
    "attention.output.dense": "attention.out_lin",
    "attention.output.LayerNorm": "sa_layer_norm",
    "intermediate.dense": "ffn.lin1",
    "output.dense": "ffn.lin2",
    "output.LayerNorm": "output_layer_norm",
}
HEAD = {"transform.dense": "vocab_transform", "transform.LayerNorm": "vocab_layer_norm", "decoder": "vocab_projector"}


def teacher_layers(teacher: int, student: int) -> list[int]:
    """The teacher layer that starts each student layer; 12 -> 6 gives [0, 2, 4, 7, 9, 11] as released, 6 -> 3 [0, 2, 5]."""
    if not 1 <= student <= teacher:
        raise ValueError(f"a student has 1 to {teacher} layers, not {student}")
    if student == 1:
        return [0]
    return [round(i * (teacher - 1) / (student - 1)) for i in range(student)]


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
        pad_token_id=config.pad_token_id,
    )


def student_from_teacher(teacher: BertForMaskedLM, layers: int) -> Student:
    """A student whose every tensor is a copy of a teacher's; only layers and the segment embedding are left behind."""
    student = Student(student_config(teacher, layers))
    source = teacher.state_dict()
    with torch.no_grad():
        for name, tensor in student.state_dict().items():
            tensor.copy_(source[teacher_name(name, teacher_layers(teacher.config.num_hidden_layers, layers))])
    return student


def teacher_name(student_name: str, layers: list[int]) -> str:
    """The name of the teacher's tensor that starts the student's tensor `student_name`."""
    parts = student_name.split(".")
    if parts[:2] == ["distilbert", "embeddings"]:
        return "bert." + ".".join(parts[1:])
    if parts[:3] == ["distilbert", "transformer", "layer"]:
        bert = {new: old for old, new in BLOCK.items()}[".".join(parts[4:-1])]
        return f"bert.encoder.layer.{layers[int(parts[3])]}.{bert}.{parts[-1]}"
    return f"cls.predictions.{({new: old for old, new in HEAD.items()})[parts[0]]}.{parts[1]}"
