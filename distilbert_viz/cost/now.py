"""How long a pass of the loaded models takes, timed beside whatever else the server does."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import numpy as np
import torch
from jaxtyping import Int

from distilbert_viz.cost.passes import Pass
from distilbert_viz.pairs.models import Pair
from distilbert_viz.records import Timing

REPEATS = 15


def pass_times(
    pair: Pair, input_ids: Int[np.ndarray, "token"], turn: Callable[[], AbstractContextManager[None]]
) -> Iterator[Timing]:
    """One record: REPEATS passes of each model over one text, the two in turn, after a warm-up.

    Each pass is made in a `turn` of its own, so that nothing else computes on the device and nobody waits for more than one.
    """
    passes = [Pass(model, torch.from_numpy(input_ids)[None].to(model.device)) for model in pair]
    for one in passes:
        with turn():
            one.warm_up()
    seconds: list[list[float]] = [[], []]
    for _ in range(REPEATS):
        for kept, one in zip(seconds, passes, strict=True):
            with turn():
                kept.append(one.seconds())
    teacher, student = map(tuple, seconds)
    yield Timing(len(input_ids), 1, teacher, student)
