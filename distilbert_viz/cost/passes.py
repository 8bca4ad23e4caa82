"""One forward pass, timed: by Python's timeit with torch's own benchmark clock, which waits until the device is idle.

torch.utils.benchmark.Timer is the same two, with two untimed passes before every timed one. Here the models are warmed up
once and then timed in turn, so that as much time gives three times as many repeats.
"""

import time
import timeit
from collections.abc import Callable, Iterator

import torch
from jaxtyping import Int
from torch import Tensor
from torch.utils import benchmark

from distilbert_viz.cost.request import LEAST_REPEATS, Request
from distilbert_viz.pairs.models import Network

WARM_UP = 2


class Pass:
    """A model on one batch whose every token is read, without gradients."""

    def __init__(self, model: Network, input_ids: Int[Tensor, "batch token"]):
        self._inputs = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
        self._network = model.network
        self._events = [torch.cuda.Event(enable_timing=True) for _ in range(2 * input_ids.is_cuda)]

    @torch.inference_mode()
    def run(self) -> None:
        """The pass, between two events where there is CUDA."""
        for event in self._events[:1]:
            event.record()
        self._network(**self._inputs)
        for event in self._events[1:]:
            event.record()

    def warm_up(self) -> None:
        """Passes that nobody counts."""
        for _ in range(WARM_UP):
            self.run()

    def seconds(self) -> float:
        """Of one pass, from an idle device to an idle device."""
        return seconds(self.run)

    def event_seconds(self) -> float:
        """Of the last pass on CUDA, between its two events."""
        before, after = self._events
        return float(before.elapsed_time(after)) / 1000


def seconds(action: Callable[[], None]) -> float:
    """Of `action`, from an idle device to an idle device, the garbage collector held."""
    return timeit.Timer(action, timer=benchmark.timer).timeit(1)


def turns(request: Request) -> Iterator[int]:
    """The numbers of the repeats: at least LEAST_REPEATS, at most the request's, none begun after its seconds."""
    began = time.monotonic()
    for turn in range(request.repeats):
        if turn >= LEAST_REPEATS and time.monotonic() - began > request.seconds:
            return
        yield turn
