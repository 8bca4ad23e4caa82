"""Where a pass spends its time, by torch's profiler: spans that forward hooks open and close on the stock modules."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.profiler import ProfilerActivity, profile, record_function

from distilbert_viz.cost.models import random_ids
from distilbert_viz.cost.passes import Pass, turns
from distilbert_viz.cost.request import Request
from distilbert_viz.pairs.models import Network
from distilbert_viz.records import PartTimes

VOICES = ("teacher", "student")
PASS = "pass"


def part_times(request: Request, both: tuple[Network, Network]) -> tuple[PartTimes, ...]:
    """Of both models at the longest length and batch 1, in turn: "embeddings", every block "L0" ..., "head".

    Embeddings reach from the pass's start to the first block, the attention mask's making included; the head is whatever
    follows the last block. So the parts of a pass add up to it. The profiler itself costs some microseconds an operation.
    """
    length, found = max(request.lengths), profiled(request, both)
    return tuple(PartTimes(voice, part, length, 1, times) for (voice, part), times in found.items() if part != PASS)


def profiled(request: Request, both: tuple[Network, Network]) -> dict[tuple[str, str], tuple[float, ...]]:
    """(voice, part) -> seconds in every pass; the part "pass" is the whole."""
    os.environ.setdefault("KINETO_LOG_LEVEL", "6")  # else the profiler writes its own beginning and end on stderr
    ids = random_ids(both, max(request.lengths), 1)
    passes = dict(zip(VOICES, (Pass(model, ids) for model in both), strict=True))
    for one in passes.values():
        one.warm_up()
    with _spans("teacher", both[0]), _spans("student", both[1]), profile(activities=[ProfilerActivity.CPU]) as profiler:
        for _ in turns(request):
            for voice, one in passes.items():
                with record_function(f"{voice} {PASS}"):
                    one.run()
    found: dict[tuple[str, str], tuple[float, ...]] = {}
    for voice, model in zip(VOICES, both, strict=True):
        found |= {(voice, part): () for part in (*parts(model), PASS)}
    for event in profiler.events():
        voice, _, part = event.name.partition(" ")
        if (voice, part) in found:
            found[voice, part] += (event.cpu_time_total / 1e6,)
    return found


def parts(model: Network) -> tuple[str, ...]:
    """In the order of a pass."""
    return ("embeddings", *(f"L{layer}" for layer in range(len(model.layers))), "head")


@contextmanager
def _spans(voice: str, model: Network) -> Iterator[None]:
    """While open, every pass of the model is one span after another."""
    spans, (first, *blocks, last) = _Spans(voice, model.device), parts(model)
    hooks = [model.network.register_forward_pre_hook(lambda *_: spans.follow(first))]
    for layer, part in zip(model.layers, blocks, strict=True):
        hooks.append(layer.register_forward_pre_hook(lambda *_, part=part: spans.follow(part)))
    hooks.append(model.layers[-1].register_forward_hook(lambda *_: spans.follow(last)))
    hooks.append(model.network.register_forward_hook(lambda *_: spans.follow(None)))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


class _Spans:
    """One span of the profiler at a time, each from where the last one ended."""

    def __init__(self, voice: str, device: torch.device):
        self._voice, self._waits = voice, device.type != "cpu"
        self._open: record_function | None = None

    def follow(self, part: str | None) -> None:
        """End the span that is open and begin that of `part`; a device other than the CPU is awaited in between."""
        if self._waits:
            torch.accelerator.synchronize()
        if self._open:
            self._open.__exit__(None, None, None)
        self._open = None if part is None else record_function(f"{self._voice} {part}").__enter__()
