"""The student with one token's part taken from the teacher (activation patching: Meng et al. 2022, arXiv 2202.05262)."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch

from distilbert_viz.pairs.layers import matched_depths
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import Patches, TracePair
from distilbert_viz.tracing.forward import to_numpy
from distilbert_viz.tracing.inside import through
from distilbert_viz.tracing.mixtures import divergences, log_probabilities, read_on, refuse_no_hand_over
from distilbert_viz.tracing.shuffled import SEED, elsewhere

STATE, ATTENTION, FEED_FORWARD, ANOTHER = "state", "attention_output", "feed_forward", "another token's state"
PARTS = (STATE, ATTENTION, FEED_FORWARD, ANOTHER)
TOKENS_AT_ONCE = 8_192  # in a batch, so that a long text takes no gigabytes


def patch_rows(pair: Pair, part: str) -> int:
    """How many rows the map of a part has: student depths of a state, student layers of what a layer adds."""
    return len(pair.student.layers) + (part in (STATE, ANOTHER))


def patches(pair: Pair, traces: TracePair, position: int, part: str) -> Iterator[Patches]:
    """After every row the map so far: each token's `part` in turn from the teacher, the student reads on.

    Raises ValueError as `hand_over`.
    """
    refuse_no_hand_over(pair)
    at, count = pair.task.row(position), len(traces.encoding)
    label, own = (_says(model, trace.hidden_states[-1, at]) for model, trace in zip(pair, traces, strict=True))
    rows, hidden = patch_rows(pair, part), traces.student.hidden_states.shape[-1]
    kl, states = np.full((rows, count), np.nan, np.float32), np.zeros((rows, count, hidden), np.float32)
    found = Patches(at, part, 0, _kl(label, own), kl, states)
    for row in range(rows):
        read = _row(pair, traces, at, part, row)
        kl, states = found.kl.copy(), found.states.copy()
        kl[row], states[row] = _divergences(pair.student, label, read), to_numpy(read)
        found = replace(found, done=row + 1, kl=kl, states=states)
        yield found


@torch.inference_mode()
def _says(model: Model, state: np.ndarray) -> torch.Tensor:
    return log_probabilities(model, model.tensor(state))


def _kl(teacher: torch.Tensor, student: torch.Tensor) -> float:
    return float(divergences(teacher, student))


@torch.inference_mode()
def _divergences(student: Model, teacher: torch.Tensor, states: torch.Tensor) -> np.ndarray:
    return to_numpy(divergences(teacher, log_probabilities(student, states)))


@torch.inference_mode()
def _row(pair: Pair, traces: TracePair, at: int, part: str, row: int) -> torch.Tensor:
    """What the student's head is given (token, hidden), that token's part being the teacher's."""
    count = len(traces.encoding)
    tokens = torch.arange(count)
    most = max(1, TOKENS_AT_ONCE // count)
    make = _with_states if part in (STATE, ANOTHER) else _with_outputs
    return torch.cat([make(pair, traces, at, part, row, some) for some in tokens.split(most)])


def _with_states(pair: Pair, traces: TracePair, at: int, part: str, depth: int, tokens: torch.Tensor) -> torch.Tensor:
    """The state after `depth` student layers is the teacher's at one of `tokens` in each text of the batch."""
    student, texts = pair.student, torch.arange(len(tokens))
    theirs = pair.teacher.tensor(traces.teacher.hidden_states[matched_depths(traces.initial_layers)[depth]])
    if part == ANOTHER:
        theirs = theirs[elsewhere(len(theirs), SEED)]
    batch = student.tensor(traces.student.hidden_states[depth]).repeat(len(tokens), 1, 1)
    batch[texts, tokens] = theirs[tokens]
    return _student_reads(student, batch, depth, at)


def _with_outputs(pair: Pair, traces: TracePair, at: int, part: str, layer: int, tokens: torch.Tensor) -> torch.Tensor:
    """What one part of student layer `layer` adds is the teacher's at one of `tokens` in each text of the batch."""
    student, started = pair.student, traces.initial_layers[layer]
    entering = pair.teacher.tensor(traces.teacher.hidden_states[started])[None]
    theirs = through(pair.teacher, started, entering, slice(None))[part][0]
    batch = student.tensor(traces.student.hidden_states[layer]).repeat(len(tokens), 1, 1)

    def change(name: str, value: torch.Tensor) -> torch.Tensor:
        if name != part:
            return value
        changed = value.clone()
        changed[torch.arange(len(tokens)), tokens] = theirs[tokens]
        return changed

    return _student_reads(student, through(student, layer, batch, slice(None), change)["output"], layer + 1, at)


def _student_reads(student: Model, batch: torch.Tensor, depth: int, at: int) -> torch.Tensor:
    """What leaves the student at `at` of states that have `depth` of its layers behind them."""
    nothing, left = batch[:0], len(student.layers) - depth
    return read_on(student, [batch, *[nothing] * left], at, first=depth) if left else batch[:, at]
