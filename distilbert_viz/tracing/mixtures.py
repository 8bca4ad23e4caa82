"""States handed from one model to the other, without an adapter: all mixtures that a layer reads on are one batch there.

Stitching two models at a layer: Lenc & Vedaldi 2015 (arXiv 1411.5908); here nothing is trained between them.
"""

from collections.abc import Sequence

import numpy as np
import torch

from distilbert_viz.pairs.layers import matched_depths
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import Answer, HandOver, MixtureLabels, Mixtures, TracePair
from distilbert_viz.tracing.forward import refuse_not_finite, to_numpy
from distilbert_viz.tracing.inside import layer_at

LIKELIEST = 5
WEIGHTS_AT_ONCE = 2**25  # of attention in one batch: 128 MB


@torch.inference_mode()
def hand_over(pair: Pair, traces: TracePair, position: int, whole: bool = True) -> HandOver:
    """Each model finishing what the other began, read at `position`; without `whole` only where the teacher reads on at
    matched depths.

    Raises ValueError between models of different widths, of which neither can read the other's states, and for a task whose soft
    labels aren't read off one token's state; NotFinite where a state isn't finite.
    """
    refuse_no_hand_over(pair)
    for trace in traces:
        refuse_not_finite(trace, trace.hidden_states)
    at, matched = pair.task.row(position), matched_depths(traces.initial_layers)
    teacher, student = (model.tensor(trace.hidden_states) for model, trace in zip(pair, traces, strict=True))
    handed = _every_start(pair.teacher, student, at) if whole else read_from(pair.teacher, student, matched, at)
    returned = _every_start(pair.student, teacher, at) if whole else teacher[:0, at]
    # The weights of a head are read once for all that it is asked.
    says = log_probabilities(pair.teacher, torch.cat([teacher[-1:, at], handed]))
    own = log_probabilities(pair.student, torch.cat([student[-1:, at], returned]))
    depths, starts = len(student), len(teacher)
    cells = _every_cell(depths, starts) if whole else (np.arange(depths), np.array(matched))
    return HandOver(
        position=at,
        outcome=pair.task.outcome,
        matched=matched,
        whole=whole,
        teacher=_answer(says[:1], says[:1]),
        student=_answer(says[:1], own[:1]),
        student_then_teacher=_mixtures((depths, starts), cells, handed, says[1:], says[:1]),
        teacher_then_student=_mixtures((starts, depths), _every_cell(starts, depths), returned, own[1:], says[:1]),
    )


def refuse_no_hand_over(pair: Pair) -> None:
    """Raises ValueError, one sentence, where one model can't read the other's states, or nothing is read off one of them."""
    if not pair.task.reads_one_state:
        raise ValueError(
            f"Each model is shown as {pair.task.title}: no soft label is read off one token's state, so none can be handed over."
        )
    teacher, student = (model.architecture.hidden for model in pair)
    if teacher != student:
        raise ValueError(
            f"The teacher's states have {teacher} numbers and the student's {student}, so neither model can read the other's."
        )
    places = [f"{model.network.dtype} on {model.device}".removeprefix("torch.") for model in pair]
    if len(set(places)) > 1:  # two models that were loaded as a pair never are; two that are trained may be
        raise ValueError(f"The teacher is {places[0]} and the student {places[1]}, so neither model can read the other's states.")


def log_probabilities(model: Model, states: torch.Tensor) -> torch.Tensor:
    """ln p (..., outcome) of the head read on states (..., hidden)."""
    return model.predict(states).float().log_softmax(-1)


def divergences(teacher: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    """KL(teacher || answer) in nats along the last axis, of logarithms of probabilities."""
    return (teacher.exp() * (teacher - answers)).sum(-1)


def read_on(model: Model, entering: Sequence[torch.Tensor], at: int, first: int = 0) -> torch.Tensor:
    """What the head is given at position `at` (state, hidden) of all states that enter, in the order in which they do.

    `entering[i]`, (state, token, hidden), goes in before layer `first` + i; the last of them meets the head alone. The last
    layer is asked for what leaves it at that position only.
    """
    pool, last = entering[0], len(model.layers) - 1
    for layer, new in enumerate(entering[1:], first):
        read = layer_at(model, layer, pool, at) if layer == last else _through(model, layer, pool)
        pool = torch.cat([read, new[:, at] if layer == last else new])
    return pool


def read_from(model: Model, states: torch.Tensor, starts: Sequence[int], at: int) -> torch.Tensor:
    """The same of one start a state (state, token, hidden): state i goes in before layer `starts[i]`; in the states' order."""
    order = sorted(range(len(starts)), key=starts.__getitem__)
    entering = [states[[place for place in order if starts[place] == layer]] for layer in range(len(model.layers) + 1)]
    return read_on(model, entering, at)[np.argsort(order)]


def _through(model: Model, layer: int, pool: torch.Tensor) -> torch.Tensor:
    """What leaves a whole layer; a long text's pool goes through in parts."""
    weights = model.architecture.heads * pool.shape[1] ** 2
    parts = pool.split(max(1, WEIGHTS_AT_ONCE // weights))
    return torch.cat([model.layers[layer](part) for part in parts]) if len(parts) > 1 else model.layers[layer](pool)


def _every_start(reader: Model, states: torch.Tensor, at: int) -> torch.Tensor:
    """What the head is given of every state from every start, start by start (start x state, hidden)."""
    return read_on(reader, [states] * (len(reader.layers) + 1), at)


def _every_cell(depths: int, starts: int) -> tuple[np.ndarray, ...]:
    """The cells (depth, start) in the order in which `_every_start` gives them."""
    start, depth = np.indices((starts, depths)).reshape(2, -1)
    return depth, start


def _mixtures(
    shape: tuple[int, int], cells: tuple[np.ndarray, ...], read: torch.Tensor, says: torch.Tensor, teacher: torch.Tensor
) -> Mixtures:
    """What the head was given and said, in its cells; nothing was said, nothing is filled in."""
    top = says.topk(min(LIKELIEST, says.shape[-1]))
    found = Mixtures(
        np.full(shape, np.nan, np.float32),
        np.zeros((*shape, top.indices.shape[-1]), np.int64),
        np.zeros((*shape, top.indices.shape[-1]), np.float32),
        np.zeros((*shape, read.shape[-1]), np.float32),
    )
    if len(read):
        found.kl[cells], found.states[cells] = to_numpy(divergences(teacher, says)), to_numpy(read)
        found.ids[cells], found.probabilities[cells] = top.indices.cpu().numpy(), to_numpy(top.values.exp())
    return found


def _answer(teacher: torch.Tensor, says: torch.Tensor) -> Answer:
    top = says[0].topk(min(LIKELIEST, says.shape[-1]))
    return Answer(float(divergences(teacher, says)[0]), top.indices.cpu().numpy(), to_numpy(top.values.exp()))


@torch.inference_mode()
def mixture_labels(pair: Pair, traces: TracePair, position: int, reader: Model, state: np.ndarray, k: int = 6) -> MixtureLabels:
    """The soft label that the head of `reader` makes of `state` (hidden,), beside both models' own at `position`."""
    at = pair.task.row(position)
    heads = [(model, trace.hidden_states[-1, at]) for model, trace in zip(pair, traces, strict=True)]
    teacher, student, mixture = (log_probabilities(m, m.tensor(s)) for m, s in (*heads, (reader, state)))
    likeliest = [says.topk(min(k, len(says))).indices.tolist() for says in (teacher, student, mixture)]
    ids = list(dict.fromkeys(number for part in likeliest for number in part))
    return MixtureLabels(
        np.array(ids),
        pair.teacher.named(ids, traces.encoding),
        to_numpy(teacher[ids].exp()),
        to_numpy(mixture[ids].exp()),
        to_numpy(student[ids].exp()),
        float(divergences(teacher, mixture)),
        float(divergences(teacher, student)),
    )
