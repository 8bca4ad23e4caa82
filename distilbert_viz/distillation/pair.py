"""A teacher from any text, and what it and its student are worth, as folders that anybody can load."""

import json
import math
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForMaskedLM, PreTrainedModel, PreTrainedTokenizerFast, set_seed

from distilbert_viz.distillation import evaluation, text
from distilbert_viz.distillation.mixture import Mixture
from distilbert_viz.distillation.models import KeptLogits, plain, tokenizer_from, trained_class
from distilbert_viz.distillation.teaching import Teaching, for_device, teach


def make_teacher(
    start: str, sources: list[str], out: Path, teaching: Teaching, shares: list[float] | None = None, resume: bool = False
) -> None:
    """Train BERT from the weights in `start` (a folder or a hub name) by masked-language modelling; no dropout.

    `shares`: of each source by tokens; without, all lines are read as one source.
    """
    set_seed(teaching.seed)
    chosen = for_device(teaching)
    tokenizer = tokenizer_from(start)
    rows = _mixture(sources, shares, tokenizer, chosen)
    trainer = teach(_trained(start, dropout=False), rows, chosen, out / "training", resume)
    model = trainer.model
    assert isinstance(model, KeptLogits)
    save(plain(model.cpu()), tokenizer, out)


def _mixture(sources: list[str], shares: list[float] | None, tokenizer: PreTrainedTokenizerFast, teaching: Teaching) -> Mixture:
    lines = text.apart(sources, teaching.seed)[0] if shares else [text.split(sources, teaching.seed)[0]]
    parts = shares or [1.0]
    wanted = [int(part / sum(parts) * teaching.tokens) + 1 for part in parts]
    skipped = [teaching.skip] + [0] * (len(parts) - 1)
    every = zip(lines, wanted, skipped, strict=True)
    rows = [text.rows(part, tokenizer, teaching.length, n, teaching.seed, skip) for part, n, skip in every]
    steps = math.ceil(teaching.tokens / teaching.step_tokens)
    return Mixture(rows, parts, tokenizer, teaching.masked, teaching.seed, teaching.step_tokens, steps)


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


def evaluate(teacher_folder: Path, student_folder: Path, sources: list[str], seed: int, facts: str = "") -> dict[str, object]:
    """Held-out and everyday results of both saved models; and on the held-out facts in the text file `facts`, if there is one."""
    tokenizer = tokenizer_from(teacher_folder)
    models = {
        "teacher": _trained(teacher_folder),
        "student": _trained(student_folder),
    }
    _, lines = text.split(sources, seed)
    found: dict[str, object] = {
        "held_out": evaluation.held_out(models, lines, tokenizer, seed),
        "everyday": evaluation.everyday(models, tokenizer),
    }
    if facts:
        found["facts"] = evaluation.held_out(models, text.lines([facts])[0], tokenizer, seed)
    return found


def write_results(results: dict[str, object], folder: Path) -> None:
    """results.json beside the models, as measured."""
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
