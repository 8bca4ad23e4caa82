"""A teacher and its student from any text, one after the other, as folders that anybody can load."""

import json
from pathlib import Path

import torch
from transformers import AutoTokenizer, BertForMaskedLM, DistilBertForMaskedLM, set_seed

from distilbert_viz.distillation import evaluation, text, training
from distilbert_viz.distillation.initialisation import student_from_teacher
from distilbert_viz.distillation.models import Student, Teacher


def make_teacher(start: str, sources: list[str], out: Path, recipe: training.Recipe) -> None:
    """Train BERT from the weights in `start` (a folder or a hub name) by masked-language modelling; no dropout."""
    set_seed(recipe.seed)
    tokenizer = AutoTokenizer.from_pretrained(start)
    lines, _ = text.split(sources, recipe.seed)
    rows = text.rows(lines, tokenizer, recipe.length, recipe.tokens, recipe.seed)
    model = Teacher.from_pretrained(start, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    training.teach(model, rows, tokenizer, recipe, str(out / "training"))
    save(model, BertForMaskedLM, tokenizer, out)


def make_student(teacher_folder: Path, layers: int, sources: list[str], out: Path, recipe: training.Recipe) -> None:
    """Distil a student of `layers` layers from the teacher saved in `teacher_folder`."""
    set_seed(recipe.seed)
    tokenizer = AutoTokenizer.from_pretrained(teacher_folder)
    lines, _ = text.split(sources, recipe.seed)
    rows = text.rows(lines, tokenizer, recipe.length, recipe.tokens, recipe.seed)
    teacher = Teacher.from_pretrained(teacher_folder, dtype=torch.float32)
    student = student_from_teacher(teacher, layers)
    training.distil(teacher, student, rows, tokenizer, recipe, str(out / "training"))
    save(student, DistilBertForMaskedLM, tokenizer, out)


def save(model: torch.nn.Module, stock: type, tokenizer, folder: Path) -> None:
    """Write float16 safetensors under the stock class's own name, with a tokenizer that neither cuts nor pads."""
    plain = stock(model.config)
    plain.load_state_dict(model.state_dict())
    plain.tie_weights()
    plain.half().save_pretrained(folder)
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.save_pretrained(folder)


def evaluate(teacher_folder: Path, student_folder: Path, sources: list[str], seed: int) -> dict[str, object]:
    """Held-out and everyday results of both saved models."""
    tokenizer = AutoTokenizer.from_pretrained(teacher_folder)
    models = {
        "teacher": Teacher.from_pretrained(teacher_folder, dtype=torch.float32).eval(),
        "student": Student.from_pretrained(student_folder, dtype=torch.float32).eval(),
    }
    _, lines = text.split(sources, seed)
    return {
        "held_out": evaluation.held_out(models, lines, tokenizer, seed),
        "everyday": evaluation.everyday(models, tokenizer),
    }


def write_results(results: dict[str, object], folder: Path) -> None:
    """results.json beside the models, as measured."""
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
