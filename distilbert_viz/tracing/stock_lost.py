"""The independent witness of what is handed over: stock layers one by one, on whole texts.

Nothing of the recorded pass, and nothing of mixtures.py, computes here: only the weights are the same.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float

from distilbert_viz import comparison
from distilbert_viz.pairs.layers import matched_depths
from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Difference, Encoding, HandOver, TracePair
from distilbert_viz.tracing.forward import model_inputs, to_numpy
from distilbert_viz.tracing.shuffled import elsewhere, without_learning

Stocks = tuple[Model, Model]


@torch.inference_mode()
def stock_mixtures(stocks: Stocks, states: tuple[np.ndarray, np.ndarray], at: int) -> tuple[np.ndarray, np.ndarray]:
    """What each head reads at `at` of the other model's `states` (state, token, hidden): the student's handed to the teacher
    (depth, start, hidden), then the teacher's to the student.
    """
    teacher, student = states
    return _handed(stocks[0], student, at), _handed(stocks[1], teacher, at)


def _handed(stock: Model, states: np.ndarray, at: int) -> np.ndarray:
    made = []
    for start in range(len(stock.layers) + 1):
        read = stock.tensor(states)
        for layer in stock.layers[start:]:
            read = layer(read)
        made.append(read[:, at])
    return to_numpy(torch.stack(made, dim=1))


@torch.inference_mode()
def stock_logits(stock: Model, states: np.ndarray) -> np.ndarray:
    """Logits (..., outcome) of the stock model's own head on states (..., hidden)."""
    return to_numpy(stock.predict(stock.tensor(states)))


@torch.inference_mode()
def stock_states(stock: Model, encoding: Encoding) -> np.ndarray:
    """Every hidden state (state, token, hidden) of a stock pass."""
    output = stock.network.base_model(**model_inputs(stock, encoding), output_hidden_states=True)
    return to_numpy(torch.cat(output.hidden_states))


def stock_hand_over(stocks: Stocks, traces: TracePair, at: int) -> Float[np.ndarray, "number"]:
    """The student's KL, then both maps row by row, all from stock passes of the text."""
    teacher, student = (stock_states(stock, traces.encoding) for stock in stocks)
    label = stock_logits(stocks[0], teacher[-1, at])
    mixed = stock_mixtures(stocks, (teacher, student), at)
    own = float(comparison.kl(label, stock_logits(stocks[1], student[-1, at]), 1.0))
    maps = (stock_kl(stock, label, states).ravel() for stock, states in zip(stocks, mixed, strict=True))
    return np.concatenate([[own], *maps]).astype(np.float64)


def hand_over_difference(stocks: Stocks, traces: TracePair, found: HandOver) -> Difference:
    """A whole hand-over against stock passes: the student's states read on by the teacher, and all that the student's head says."""
    apart = np.abs(found.numbers - stock_hand_over(stocks, traces, found.position))
    cut = 1 + found.student_then_teacher.kl.size
    return Difference(float(apart[1:cut].max()), float(max(apart[0], apart[cut:].max())))


def stock_kl(stock: Model, label: Float[np.ndarray, "outcome"], states: Float[np.ndarray, "*row hidden"]) -> np.ndarray:
    """KL (*row) of the label's distribution, given as logits, from what the stock head makes of states."""
    logits = stock_logits(stock, states)
    return np.asarray(comparison.kl(np.broadcast_to(label, logits.shape), logits, 1.0))


def stock_maps(
    stocks: Stocks, label: Float[np.ndarray, "outcome"], states: tuple[np.ndarray, np.ndarray], at: int
) -> tuple[np.ndarray, np.ndarray]:
    """KL of every mixture of teacher's and student's `states` from the label, given as logits: student's first, then teacher's."""
    mixed = stock_mixtures(stocks, states, at)
    return stock_kl(stocks[0], label, mixed[0]), stock_kl(stocks[1], label, mixed[1])


@torch.inference_mode()
def stock_curve(
    teacher: Model, label: Float[np.ndarray, "outcome"], states: np.ndarray, matched: Sequence[int], at: int
) -> Float[np.ndarray, "depth"]:
    """KL when the stock teacher reads on from each of the student's `states` (state, token, hidden) at its matched depth."""
    read = [_handed_from(teacher, teacher.tensor(state), start)[at] for state, start in zip(states, matched, strict=True)]
    return stock_kl(teacher, label, np.array(read))


@torch.inference_mode()
def stock_mixture(stock: Model, state: Float[np.ndarray, "token hidden"], start: int, at: int) -> Float[np.ndarray, "outcome"]:
    """Logits of one mixture: a state of the other model, read on from layer `start`."""
    return stock_logits(stock, _handed_from(stock, stock.tensor(state), start)[at])


@torch.inference_mode()
def stock_floors(stocks: Stocks, traces: TracePair, at: int, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """KL of each depth with shuffled tokens, and with the layer before the hand-over shuffled (from depth 1 on), means."""
    teacher, student = stocks
    states = student.tensor(stock_states(student, traces.encoding))
    label = stock_logits(teacher, stock_states(teacher, traces.encoding)[-1, at])
    kls: list[list[float]] = []
    for depth, start in enumerate(matched_depths(traces.initial_layers)):
        for seed in range(draws):
            handed = [states[depth][elsewhere(len(traces.encoding), seed)]]
            if depth:
                layer = without_learning(student.layers[depth - 1], seed * len(student.layers) + depth - 1)
                handed.append(layer(states[depth - 1 : depth])[0])
            kls.append([float(stock_kl(teacher, label, _handed_from(teacher, one, start)[at])) for one in handed])
    table = np.array([[row[0], row[-1]] for row in kls]).reshape(-1, draws, 2).mean(1)
    return table[:, 0], table[1:, 1]


def _handed_from(stock: Model, state: torch.Tensor, start: int) -> np.ndarray:
    read = state[None]
    for layer in stock.layers[start:]:
        read = layer(read)
    return to_numpy(read[0])
