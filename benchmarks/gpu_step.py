"""The distillation step at full size on a GPU: tokens a second and the share of the card's peak, in several ways."""

import statistics
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import torch
from transformers import BertConfig

from benchmarks.arithmetic import about, peak_flops
from benchmarks.gpu_ledger import Ledger
from benchmarks.gpu_pairs import Size, tokenizer
from benchmarks.gpu_speed import synchronise
from benchmarks.published_step import OurStep, PublishedStep, tokens_a_second
from distilbert_viz.distillation.initialisation import student_from_teacher
from distilbert_viz.distillation.models import KeptLogits, trained_class
from distilbert_viz.distillation.recipe import PUBLISHED, Recipe
from distilbert_viz.distillation.rows import MaskedRows
from distilbert_viz.pairs.devices import is_out_of_memory
from distilbert_viz.pairs.layers import initial_layers

GOAL = 0.4  # of the bfloat16 peak
GAIN = 1.03  # a batch twice as large is worth it from here on
FORMS = {"masked tokens": "masked", "all tokens": "all"}
Batch = dict[str, torch.Tensor]


@dataclass(frozen=True, eq=False)
class Made:
    """What a step starts from: fresh every time, the same weights every time."""

    teacher: KeptLogits
    student: KeptLogits
    rows: MaskedRows


def measured(ledger: Ledger, size: Size, device: str, length: int, first: int, most: int, repeats: int) -> None:
    """The best batch of our step; then, at that batch, a line a way to do it, and the published step beside them."""
    kind = device.split(":")[0]
    base = Recipe(**PUBLISHED, layers=size.layers // 2, length=length, masked=0.15, device=kind, precision="bfloat16",
                  warmup=0.0, steps=1_000_000, batch=first)  # fmt: skip
    batch = best_batch(ledger, size, base, device, most)
    for form, ce_on in FORMS.items():
        recipe = replace(base, batch=batch, ce_on=ce_on)
        for attention in ("sdpa", "eager"):
            for compiled in (False, True):
                ledger.left()
                way = f"{form}, ours, {attention}, {'compiled' if compiled else 'not compiled'}, batch {batch}"
                with _failures_noted(ledger, way):
                    ledger.write("step", way, rates(size, recipe, device, repeats, attention, compiled))
        ledger.left()
        with _failures_noted(ledger, f"{form}, published, batch {batch}"):
            ledger.write("step", f"{form}, published, batch {batch}", rates(size, recipe, device, repeats, "published", False))


def best_batch(ledger: Ledger, size: Size, recipe: Recipe, device: str, most: int) -> int:
    """The batch after which twice as many rows give no more tokens a second, or no longer fit."""
    best, batch, rate = recipe.batch, recipe.batch, 0.0
    while batch <= most:
        ledger.left()
        try:
            found = rates(size, replace(recipe, batch=batch), device, 2, "sdpa", False)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            ledger.write("step", f"finding a batch: {batch}", "out of memory")
            torch.cuda.empty_cache()
            break
        ledger.write("step", f"finding a batch: {batch}", found)
        if found["tokens a second"] < GAIN * rate:
            break
        best, rate, batch = batch, found["tokens a second"], 2 * batch
    ledger.write("step", "batch found", best)
    return best


class _failures_noted(suppress):
    """A way that fails (no compiler, no memory) is noted, and the others go on."""

    def __init__(self, ledger: Ledger, way: str):
        super().__init__(RuntimeError)
        self.ledger, self.way = ledger, way

    def __exit__(self, kind, error, trace) -> bool:
        if kind is not None and issubclass(kind, RuntimeError):
            self.ledger.write("step", self.way, f"failed: {str(error).splitlines()[0][:200]}")
        return super().__exit__(kind, error, trace)


def rates(size: Size, recipe: Recipe, device: str, repeats: int, attention: str, compiled: bool) -> dict[str, float | None]:
    """Median tokens a second of whole steps, and what share of the card's peak their arithmetic is."""
    made = material(size, recipe)
    batches = [_to(made.rows, number, recipe, device) for number in range(4)]
    if attention == "published":
        step = PublishedStep(made, recipe)
    else:
        for model in (made.teacher, made.student):
            model.set_attn_implementation(attention)
        step = OurStep(made, recipe)
        if compiled:
            step.model.compile(dynamic=True)
            step.trainer.teacher.compile(dynamic=True)
    tokens_a_second(step, batches)  # warms up
    synchronise(device)
    found = statistics.median(tokens_a_second(step, batches) for _ in range(repeats))
    facts = about(made.teacher.config, batches, recipe)
    peak = peak_flops()
    share = found * facts["flops_a_token"] / peak if peak else None
    return {"tokens a second": found, "share of the peak": share, "goal": GOAL, "padding": facts["padding"]}


def material(size: Size, recipe: Recipe) -> Made:
    """A random teacher, its student, and rows of mixed length."""
    torch.manual_seed(0)
    kind = trained_class(BertConfig.model_type)
    config = BertConfig(num_hidden_layers=size.layers, num_attention_heads=size.heads, hidden_size=size.hidden,
                        intermediate_size=4 * size.hidden, vocab_size=size.vocabulary)  # fmt: skip
    teacher = kind(config)
    student = student_from_teacher(teacher, initial_layers(size.layers, recipe.layers))
    random = np.random.default_rng(0)
    lengths = random.integers(8, recipe.length + 1, 50 * recipe.batch)
    rows = [[2, *random.integers(5, size.vocabulary, n - 2).tolist(), 3] for n in lengths]
    return Made(teacher, student, MaskedRows(rows, tokenizer(size.vocabulary), recipe.masked, recipe.seed, recipe.batch))


def _to(rows: MaskedRows, number: int, recipe: Recipe, device: str) -> Batch:
    first = number * recipe.batch
    batch = rows.collate([rows[i] for i in range(first, first + recipe.batch)])
    return {name: part.to(device) for name, part in batch.items()}
