"""A teacher from any text, and what it and its student are worth, as folders that anybody can load."""

import json
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForMaskedLM, PreTrainedModel, PreTrainedTokenizerFast, set_seed

from distilbert_viz.distillation import evaluation, text
from distilbert_viz.distillation.models import KeptLogits, plain, tokenizer_from, trained_class
from distilbert_viz.distillation.rows import MaskedRows
from distilbert_viz.distillation.teaching import Teaching, teach


def make_teacher(start: str, sources: list[str], out: Path, teaching: Teaching) -> None:
    """Train BERT from the weights in `start` (a folder or a hub name) by masked-language modelling; no dropout."""
    set_seed(teaching.seed)
    tokenizer = tokenizer_from(start)
    lines, _ = text.split(sources, teaching.seed)
    cut = text.rows(lines, tokenizer, teaching.length, teaching.tokens, teaching.seed, teaching.skip)
    rows = MaskedRows(cut, tokenizer, teaching.masked, teaching.seed, teaching.batch)
    model = _trained(start, dropout=False)
    teach(model, rows, teaching, str(out / "training"))
    save(plain(model), tokenizer, out)


def _trained(source: str | Path, dropout: bool = True) -> KeptLogits:
    """A model as training sees it, float32, in eval mode; its configuration's dropout is left out where it learns without."""
    config = AutoConfig.from_pretrained(source)
    if not dropout:
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    model = trained_class(config.model_type).from_pretrained(source, config=config, dtype=torch.float32)
    assert isinstance(model, KeptLogits)
    return model


def save(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write safetensors in the model's own dtype, with a tokenizer that neither cuts nor pads."""
    model.save_pretrained(folder)
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.save_pretrained(folder)


def halve(source: Path, folder: Path) -> None:
    """The model in `source` as float16, half the bytes: how the built-in pair is kept."""
    model = AutoModelForMaskedLM.from_pretrained(source, dtype=torch.float32)
    save(model.to(torch.float16), tokenizer_from(source), folder)


def evaluate(teacher_folder: Path, student_folder: Path, sources: list[str], seed: int) -> dict[str, object]:
    """Held-out and everyday results of both saved models."""
    tokenizer = tokenizer_from(teacher_folder)
    models = {
        "teacher": _trained(teacher_folder),
        "student": _trained(student_folder),
    }
    _, lines = text.split(sources, seed)
    return {
        "held_out": evaluation.held_out(models, lines, tokenizer, seed),
        "everyday": evaluation.everyday(models, tokenizer),
    }


def write_results(results: dict[str, object], folder: Path) -> None:
    """results.json beside the models, as measured."""
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
