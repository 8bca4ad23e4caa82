"""What a pair takes on a GPU: loading, memory at rest and at work, latency and throughput, and a page's trace."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from benchmarks.full_size_child import of_length
from benchmarks.gpu_ledger import Ledger
from benchmarks.gpu_pairs import Size, loaded
from distilbert_viz.pairs.devices import used_bytes
from distilbert_viz.pairs.models import Model, Pair

DTYPES = ("float32", "bfloat16", "float16")


def measured(ledger: Ledger, size: Size, device: str, cells: list[tuple[int, int]], lengths: tuple[int, ...], repeats: int) -> None:
    """A line for loading in each dtype, a line a cell (length, batch) of each model, a line a length of a page's trace."""
    with tempfile.TemporaryDirectory() as folder:
        folders = size.save(Path(folder))
        for dtype in DTYPES:
            pair = _loading(ledger, folders, device, dtype)
            for length, batch in cells:
                ledger.left()
                both = zip(("teacher", "student"), pair, strict=True)
                found = {voice: passes(model, length, batch, device, repeats) for voice, model in both}
                ratio = found["teacher"]["seconds"] / found["student"]["seconds"]
                ledger.write("speed", f"{dtype}, {length} tokens x {batch}", found | {"times as fast": ratio})
        pair = loaded(folders, device)
        for length in lengths:
            ledger.left()
            ledger.write("a page's trace", f"{length} tokens", of_length(pair, length, repeats))


def _loading(ledger: Ledger, folders: tuple[str, str], device: str, dtype: str) -> Pair:
    before, began = used_bytes(device), time.perf_counter()
    pair = loaded(folders, device, dtype)
    synchronise(device)
    seconds = time.perf_counter() - began
    weights = sum(p.nbytes for model in pair for p in model.network.parameters())
    ledger.write("loading", dtype, {"seconds": seconds, "weights": weights, "held": used_bytes(device) - before})
    return pair


@torch.inference_mode()
def passes(model: Model, length: int, batch: int, device: str, repeats: int) -> dict[str, float]:
    """Median seconds of a stock sdpa pass to all logits, tokens a second, and the peak of memory beside the weights."""
    network = model.network
    before = network.config._attn_implementation
    network.set_attn_implementation("sdpa")
    ids = torch.randint(5, network.config.vocab_size, (batch, length), generator=torch.Generator().manual_seed(0)).to(device)
    try:
        held = _start_peak(device)
        for _ in range(3):
            network(input_ids=ids)
        times = [timed(lambda: network(input_ids=ids), device) for _ in range(repeats)]
        peak = torch.cuda.max_memory_allocated(device) - held if device.startswith("cuda") else None
    finally:
        network.set_attn_implementation(before)
    middle = statistics.median(times)
    return {"seconds": middle, "fastest": min(times), "tokens a second": batch * length / middle, "peak bytes": peak}


def _start_peak(device: str) -> int:
    if not device.startswith("cuda"):
        return 0
    torch.cuda.reset_peak_memory_stats(device)
    return torch.cuda.memory_allocated(device)


def timed(work: Callable[[], object], device: str) -> float:
    """Seconds until the work is done on the device."""
    synchronise(device)
    began = time.perf_counter()
    work()
    synchronise(device)
    return time.perf_counter() - began


def synchronise(device: str) -> None:
    """Wait until the device has nothing to do."""
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
