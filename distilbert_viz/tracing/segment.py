"""What a student loses with its teacher's segment embedding: the same vector, missing from the sum of every token."""

from collections.abc import Sequence

import numpy as np
import torch

from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import SegmentCost, Trace, TracePair
from distilbert_viz.tracing.inside import layer_at
from distilbert_viz.tracing.mixtures import divergences, log_probabilities


@torch.inference_mode()
def segment_cost(pair: Pair, traces: TracePair, position: int) -> SegmentCost | None:
    """KL(teacher || student) at `position` as the student is, and with the teacher's first segment vector in its sums.

    None where nothing is missing: the teacher has no segments, or the student has them too, or is of another width.
    """
    teacher, student = pair
    if not missing(pair):
        return None
    at, own, copied = pair.task.row(position), range(len(student.layers)), traces.initial_layers
    label = log_probabilities(teacher, teacher.tensor(traces.teacher.hidden_states[-1, at]))
    vector = teacher.table("token_type")[0]
    as_it_is = student.tensor(traces.student.hidden_states[-1, at])[None]
    folded = _read(student, _sums(student, traces.student)[None] + vector, own, at)
    sums = _sums(teacher, traces.teacher)
    copies = _read(teacher, torch.stack([sums, sums + vector]), copied, at)
    kls = [divergences(label, log_probabilities(m, s)) for m, s in ((student, as_it_is), (student, folded), (teacher, copies))]
    alone, with_it, copy, copy_folded = torch.cat(kls).tolist()
    told_apart = min(len(np.unique(traces.encoding.token_type_ids)), teacher.segments)
    return SegmentCost(at, alone, with_it, copy, copy_folded, told_apart)


def _sums(model: Model, trace: Trace) -> torch.Tensor:
    """word + position (token, hidden)."""
    return model.tensor(trace.embeddings.word + trace.embeddings.position)


def _read(model: Model, sums: torch.Tensor, layers: Sequence[int], at: int) -> torch.Tensor:
    """What leaves some of a model's layers at `at` (text, hidden) for sums of embeddings (text, token, hidden)."""
    states = model.embedding_parts["norm"](sums)
    for layer in layers[:-1]:
        states = model.layers[layer](states)
    return layer_at(model, layers[-1], states, at)


def missing(pair: Pair) -> bool:
    """Whether the teacher tells segments apart and the student, of the same width, doesn't."""
    teacher, student = (model.architecture for model in pair)
    return bool(teacher.segments) and not student.segments and teacher.hidden == student.hidden
