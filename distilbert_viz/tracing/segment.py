"""What a student loses with its teacher's segment embedding: the same vector, missing from the sum of every token."""

import numpy as np
import torch

from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import SegmentCost, TracePair
from distilbert_viz.tracing.mixtures import divergences, log_probabilities


@torch.inference_mode()
def segment_cost(pair: Pair, traces: TracePair, position: int) -> SegmentCost | None:
    """KL(teacher || student) at `position` as the student is, and with the teacher's first segment vector in its sums.

    None where nothing is missing: the teacher has no segments, or the student has them too, or is of another width.
    """
    teacher, student = pair
    if not missing(pair):
        return None
    at, vector = teacher.read_at(position), teacher.table("token_type")[0]
    label = log_probabilities(teacher, teacher.tensor(traces.teacher.hidden_states[-1, at]))

    def kl(model: Model, part: str, layers: list[torch.nn.Module], folded: bool) -> float:
        parts = getattr(traces, part).embeddings
        summed = model.tensor(parts.word + parts.position)
        states = model.embedding_parts["norm"](summed + vector if folded else summed)[None]
        for layer in layers:
            states = layer(states)
        return float(divergences(label, log_probabilities(model, states[0, at])))

    own, copied = list(student.layers), [teacher.layers[i] for i in traces.initial_layers]
    return SegmentCost(
        at,
        kl(student, "student", own, False),
        kl(student, "student", own, True),
        kl(teacher, "teacher", copied, False),
        kl(teacher, "teacher", copied, True),
        len(np.unique(traces.encoding.token_type_ids)),
    )


def missing(pair: Pair) -> bool:
    """Whether the teacher tells segments apart and the student, of the same width, doesn't."""
    teacher, student = (model.architecture for model in pair)
    return bool(teacher.segments) and not student.segments and teacher.hidden == student.hidden
