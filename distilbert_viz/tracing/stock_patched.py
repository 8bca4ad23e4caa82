"""The independent witness of what is put into a pass: hooks on whole stock passes, of which only the weights are shared."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from distilbert_viz import comparison, memory
from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Encoding, SegmentCost, TracePair
from distilbert_viz.tracing.forward import model_inputs, to_numpy
from distilbert_viz.tracing.shuffled import SEED, elsewhere

Stocks = tuple[Model, Model]
Change = Callable[[torch.Tensor], torch.Tensor]


@torch.inference_mode()
def _logits(stock: Model, encoding: Encoding, at: int, batch: int, changes: Sequence[tuple[nn.Module, Change]]) -> np.ndarray:
    """Logits (text, outcome) at `at` of whole passes of the same text, in which modules' outputs are changed."""
    inputs = {name: ids.expand(batch, -1) for name, ids in model_inputs(stock, encoding).items()}
    with ExitStack() as hooks:
        for module, change in changes:
            handle = module.register_forward_hook(lambda _module, _inputs, output, change=change: change(output))
            hooks.callback(handle.remove)
        logits = stock.of_outcomes(stock.network(**inputs).logits)
    return to_numpy(logits if stock.task.labels == "text" else logits[:, at])


def stock_patches(stocks: Stocks, traces: TracePair, at: int, part: str, tokens: Sequence[int]) -> Float[np.ndarray, "row kept"]:
    """KL of every row of the token map at some of its `tokens`, by hooks on whole stock passes."""
    teacher, student = stocks
    (label,) = _logits(teacher, traces.encoding, at, 1, [])
    rows = [
        _patched(stocks, traces, at, part, row, tokens) for row in range(len(student.layers) + (part not in student.family.block))
    ]
    return np.array([comparison.kl(np.broadcast_to(label, logits.shape), logits, 1.0) for logits in rows])


def stock_shares(stocks: Stocks, traces: TracePair, at: int, part: str, tokens: Sequence[int]) -> Float[np.ndarray, "row kept"]:
    """The same as shares of the student's own KL that are brought back."""
    (label,), (own,) = (_logits(stock, traces.encoding, at, 1, []) for stock in stocks)
    found: np.ndarray = 1 - stock_patches(stocks, traces, at, part, tokens) / comparison.kl(label, own, 1.0)
    return found


def stock_patch(stocks: Stocks, traces: TracePair, at: int, part: str, row: int, token: int) -> Float[np.ndarray, "outcome"]:
    """The student's logits at `at` with one token's part from the teacher."""
    found: np.ndarray = _patched(stocks, traces, at, part, row, (token,))[0]
    return found


def _patched(stocks: Stocks, traces: TracePair, at: int, part: str, row: int, tokens: Sequence[int]) -> np.ndarray:
    teacher, student = stocks
    theirs, ours = _places(stocks, traces.initial_layers, part, row)
    value = _kept(teacher, traces.encoding, theirs)
    if part not in ("state", *student.family.block):
        value = value[elsewhere(len(value), SEED)]
    rows = memory.texts_at_once(len(traces.encoding))  # the stock head reads every token of every row
    some = [tokens[start : start + rows] for start in range(0, len(tokens), rows)]
    return np.concatenate([_logits(student, traces.encoding, at, len(few), [(ours, _putting(value, few))]) for few in some])


def _places(stocks: Stocks, initial_layers: tuple[int, ...], part: str, row: int) -> tuple[nn.Module, nn.Module]:
    """The teacher's and the student's module whose outputs change places."""
    teacher, student = stocks
    if part in student.family.block:
        return teacher.part(initial_layers[row], part), student.part(row, part)
    if row == 0:
        return teacher.embeddings, student.embeddings
    return teacher.layers[initial_layers[row - 1]], student.layers[row - 1]


def _putting(value: torch.Tensor, tokens: Sequence[int]) -> Change:
    def put(output: torch.Tensor) -> torch.Tensor:
        changed = output.clone()
        changed[torch.arange(len(tokens)), list(tokens)] = value[list(tokens)]
        return changed

    return put


def _kept(stock: Model, encoding: Encoding, module: nn.Module) -> torch.Tensor:
    """What a module puts out (token, hidden) in a stock pass."""
    seen: list[torch.Tensor] = []

    def keep(output: torch.Tensor) -> torch.Tensor:
        seen.append(output[0].clone())
        return output

    _logits(stock, encoding, 0, 1, [(module, keep)])
    return seen[0]


@torch.inference_mode()
def stock_segment_cost(stocks: Stocks, traces: TracePair, at: int) -> SegmentCost:
    """The same four numbers from whole stock passes: vectors are added to, or taken from, what the word embedding puts out."""
    teacher, student = stocks
    vector, types = teacher.table("token_type")[0], torch.from_numpy(traces.encoding.token_type_ids).to(teacher.device)
    own = teacher.table("token_type")[types.clamp(max=teacher.segments - 1)]
    (label,) = _logits(teacher, traces.encoding, at, 1, [])
    skipped = [layer for i, layer in enumerate(teacher.layers) if i not in traces.initial_layers]

    def kl(stock: Model, add: torch.Tensor, without: Sequence[nn.Module] = ()) -> float:
        with ExitStack() as hooks:
            for layer in without:
                hooks.callback(layer.register_forward_hook(lambda _module, inputs, _output: inputs[0]).remove)
            (logits,) = _logits(stock, traces.encoding, at, 1, [(stock.embedding_parts["word"], lambda words: words + add)])
        return float(comparison.kl(label, logits, 1.0))

    nothing, segments = torch.zeros_like(vector), len(set(types.clamp(max=teacher.segments - 1).tolist()))
    student_kls = kl(student, nothing), kl(student, vector)
    return SegmentCost(at, *student_kls, kl(teacher, -own, skipped), kl(teacher, vector - own, skipped), segments)
