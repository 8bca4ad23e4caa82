"""Are the numbers of a GPU those of the CPU? Traces, logits, what panels are checked by, and a distillation step."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from transformers import set_seed

from benchmarks.gpu_ledger import Ledger
from benchmarks.gpu_pairs import Size, loaded
from benchmarks.texts import texts
from distilbert_viz import checking, comparison, tracing
from distilbert_viz.distillation.initialisation import student_from_teacher
from distilbert_viz.distillation.models import KeptLogits, trained_class
from distilbert_viz.distillation.recipe import PUBLISHED, Recipe
from distilbert_viz.distillation.rows import MaskedRows
from distilbert_viz.distillation.training import Distillation
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import HandOver, Intervention, StockPass, TracePair
from distilbert_viz.tracing.stock_lost import hand_over_difference

MODES = {"float32": ("float32", False), "float32 with TF32": ("float32", True), "bfloat16": ("bfloat16", False),
         "float16": ("float16", False)}  # fmt: skip
ARRAYS = ("hidden_states", "attentions", "queries", "keys", "values")


@contextmanager
def tf32(allowed: bool) -> Iterator[None]:
    """Matrix products of float32 by TF32 or in full."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high" if allowed else "highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def measured(ledger: Ledger, sizes: dict[str, Size], device: str, lengths: tuple[int, ...]) -> None:
    """A line a pair and mode: how far each number lies from the CPU's in float32, and from the stock pass beside it."""
    for name, size in sizes.items():
        with tempfile.TemporaryDirectory() as folder:
            folders = size.save(Path(folder))
            exact = loaded(folders, "cpu")
            wanted = {length: Reference(exact, length) for length in lengths}
            step = step_losses(exact, "cpu", "float32")
            for mode, (dtype, allowed) in MODES.items():
                ledger.left()
                with tf32(allowed):
                    pair = loaded(folders, device, dtype)
                    for length, reference in wanted.items():
                        ledger.write("correctness", f"{name}, {mode}, {length} tokens", reference.against(pair))
                    ours = step_losses(loaded(folders, device), device, "float32" if dtype == "float16" else dtype)
                    ledger.write("correctness", f"{name}, {mode}, distillation step", _step_difference(ours, step))


def relative(found: np.ndarray, wanted: np.ndarray) -> float:
    """max |difference| over max |wanted|."""
    return checking.largest_difference(found, wanted) / max(float(np.abs(wanted).max()), 1e-30)


class Reference:
    """What the CPU makes of one text in float32."""

    def __init__(self, pair: Pair, length: int):
        self.text = next(islice(texts(pair.teacher.tokenizer, length), 1))
        self.traces = tracing.trace_pair(pair, self.text)
        self.logits = [tracing.logits(m, t) for m, t in zip(pair, self.traces, strict=True)]
        self.handed = tracing.hand_over(pair, self.traces, length // 2).numbers

    def against(self, pair: Pair) -> dict[str, float]:
        """How far another device's numbers lie from these, and its panels' from its own stock passes."""
        traces = tracing.trace_pair(pair, self.text)
        both = list(zip(traces, self.traces, strict=True))
        found = {name: max(relative(getattr(a, name), getattr(b, name)) for a, b in both) for name in ARRAYS}
        logits = [tracing.logits(m, t) for m, t in zip(pair, traces, strict=True)]
        found["logits"] = max(relative(a, b) for a, b in zip(logits, self.logits, strict=True))
        found["kl"] = max(float(np.mean(comparison.kl(b, a, 1.0))) for a, b in zip(logits, self.logits, strict=True))
        same = [np.mean(a.argmax(-1) == b.argmax(-1)) for a, b in zip(logits, self.logits, strict=True)]
        handed = tracing.hand_over(pair, traces, len(traces.encoding) // 2)
        found["hand-over, nats"] = checking.largest_difference(handed.numbers, self.handed)
        return found | {"same first choice": float(min(same))} | panels(pair, traces, handed)


def panels(pair: Pair, traces: TracePair, handed: HandOver) -> dict[str, float]:
    """max |difference| of what panels show from the stock passes of the same device, over the largest number there."""
    stocks = tuple(tracing.stock.stock_model(model) for model in pair)
    passes = tuple(tracing.stock_pass(stock, traces.encoding) for stock in stocks)
    token, layer = len(traces.encoding) // 2, traces.student.layers - 1
    blocks = tuple(tracing.block(m, t, layer, token) for m, t in zip(pair, traces, strict=True))
    shown = tuple(tracing.predictions(m, t, token) for m, t in zip(pair, traces, strict=True))
    change = Intervention(teacher_off=((0, 0),), student_off=((0, 1),))
    found = tracing.what_if(pair, traces, change)
    after = tracing.stock_what_if(stocks, found)
    states = max(float(np.abs(t.hidden_states).max()) for t in traces)
    return {
        "panel: states": checking.hidden_states(traces, passes).largest / states,
        "panel: attention": _attentions(traces, passes),
        "panel: embeddings": checking.embedding_lengths(traces, passes).largest,
        "panel: one block": checking.blocks(blocks, passes).largest / states,
        "panel: predictions": checking.predictions(shown, passes).largest,
        "panel: values": _values(pair, traces, passes),
        "panel: hand-over": hand_over_difference(stocks, traces, handed).largest,
        "panel: heads off": checking.hidden_states(found.after, after).largest / states,
    }


def _attentions(traces: TracePair, passes: tuple[StockPass, ...]) -> float:
    return max(checking.largest_difference(t.attentions, p.attentions) for t, p in zip(traces, passes, strict=True))


def _values(pair: Pair, traces: TracePair, passes: tuple[StockPass, ...]) -> float:
    found = []
    for model, trace, stock in zip(pair, traces, passes, strict=True):
        projections = [_projection(model, layer) for layer in range(trace.layers)]
        found.append(relative(tracing.transformed_norms(model, trace), checking.value_lengths(stock, projections)))
    return max(found)


def _projection(model: Model, layer: int) -> np.ndarray:
    return model.part(layer, "attention_output").get_parameter("weight").detach().float().cpu().numpy()


def step_losses(pair: Pair, device: str, precision: str) -> np.ndarray:
    """(loss, L_ce, L_mlm, L_cos, gradient norm) of one step of the engine's own training on rows that are always the same."""
    set_seed(7)
    teacher = _trainable(pair.teacher)
    student = student_from_teacher(teacher, pair.initial_layers)
    rows = MaskedRows(_rows(len(pair.teacher.tokenizer)), pair.teacher.tokenizer, 0.15, 7, 8)
    recipe = Recipe(
        **PUBLISHED, steps=1, batch=8, layers=len(pair.initial_layers), device=device.split(":")[0], precision=precision
    )
    with tempfile.TemporaryDirectory() as folder:
        trainer = Distillation(teacher, student, rows, recipe, folder)
        trainer.train()
        norm = torch.as_tensor(trainer.gradient_norm).reshape(1).cpu()
        return torch.cat([trainer.parts[:4].cpu(), norm]).double().numpy()


def _trainable(model: Model) -> KeptLogits:
    without_dropout = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    config = model.config.__class__.from_dict(model.config.to_dict() | without_dropout)
    network = trained_class(config.model_type)(config)
    network.load_state_dict(model.network.state_dict())
    assert isinstance(network, KeptLogits)
    return network


def _rows(vocabulary: int) -> list[list[int]]:
    random = np.random.default_rng(7)
    return [[2, *random.integers(5, vocabulary, n).tolist(), 3] for n in (30, 30, 28, 28, 20, 20, 12, 12)]


def _step_difference(found: np.ndarray, wanted: np.ndarray) -> dict[str, float]:
    names = ("loss", "loss_ce", "loss_mlm", "loss_cos", "gradient norm")
    return {name: abs(a - b) / abs(b) for name, a, b in zip(names, found.tolist(), wanted.tolist(), strict=True)}
