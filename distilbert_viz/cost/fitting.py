"""Whether a request can be measured here: enough positions, a device that is there, memory for the largest pass."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from distilbert_viz.cost.request import Request, RequestError
from distilbert_viz.pairs.devices import device_and_dtype, free_bytes, is_out_of_memory
from distilbert_viz.pairs.models import Network
from distilbert_viz.pairs.refusals import PairError

WITH_LOGITS = ("as pre-trained", "masked LM")


def device(asked: str) -> str:
    """The device that is meant; "auto" means the fastest one, "cuda" the first GPU. Raises RequestError where it isn't there."""
    try:
        return device_and_dtype(None if asked == "auto" else asked, "float32")[0]
    except PairError as error:
        raise RequestError(str(error)) from error


def make_current(device: str) -> None:
    """Of several GPUs, let this process's clocks, events and counts of memory be those of this one."""
    if device.startswith("cuda"):
        torch.cuda.set_device(device)


def refuse_misfits(request: Request, models: tuple[Network, Network]) -> None:
    """Raise RequestError for texts longer than a model's positions, and for passes that surely don't fit into memory."""
    for model in models:
        positions = model.architecture.positions
        if max(request.lengths) > positions:
            raise RequestError(f"{model.name} reads at most {positions} tokens, so a length can't be {max(request.lengths)}.")
    weights = sum(p.numel() for model in models for p in model.network.parameters()) * _width(request)
    needed, free = weights + max(least_bytes(request, model) for model in models), free_bytes(request.device)
    if needed > free:
        length, batch = request.cells[-1]
        raise RequestError(
            f"{batch} texts of {length} tokens need at least {needed / 1e9:,.1f} GB of memory with both models' weights, and "
            f"{free / 1e9:,.1f} GB are free: ask for fewer or shorter texts at a time."
        )


def least_bytes(request: Request, model: Network) -> int:
    """What the largest pass can't do without beside the weights: its largest tensors that are needed at one moment.

    These are the logits, or a feed-forward layer before and after its activation, or eager attention's scores and weights.
    """
    sizes, (length, batch) = model.architecture, request.cells[-1]
    logits = length * batch * sizes.vocabulary if request.form in WITH_LOGITS else 0
    scores = 2 * batch * sizes.heads * length**2 if request.attention == "eager" else 0
    return _width(request) * max(logits, 2 * length * batch * sizes.intermediate, scores)


def _width(request: Request) -> int:
    return int(getattr(torch, request.dtype).itemsize)


@contextmanager
def memory_refused() -> Iterator[None]:
    """Memory that runs out in here is a RequestError."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise RequestError("There was not enough memory: ask for fewer or shorter texts at a time.") from error
        raise
