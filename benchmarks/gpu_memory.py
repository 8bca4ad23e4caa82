"""Memory that runs out on purpose, and pairs that are switched: does the app's worker go on, and is everything given back?"""

import gc
import tempfile
from itertools import islice
from pathlib import Path

import torch

from benchmarks.gpu_ledger import Ledger
from benchmarks.gpu_pairs import Size, loaded
from benchmarks.texts import texts
from distilbert_viz import tracing
from distilbert_viz.pairs.devices import used_bytes
from distilbert_viz.pairs.refusals import OutOfMemory
from distilbert_viz.serving.worker import Worker

SWITCHES = 20
FAR_TOO_MUCH = 2**50  # bytes


def measured(ledger: Ledger, sizes: list[Size], device: str) -> None:
    """What the worker says and does after the memory ran out; then what is held after each of twenty switches."""
    with tempfile.TemporaryDirectory() as folder:
        folders = [size.save(Path(folder) / str(n)) for n, size in enumerate(sizes)]
        worker = Worker(device)
        try:
            _run_out(ledger, worker, folders[0], device)
            _switch(ledger, worker, folders, device)
        finally:
            worker.end()


def _run_out(ledger: Ledger, worker: Worker, folders: tuple[str, str], device: str) -> None:
    pair = loaded(folders, device)
    text = next(islice(texts(pair.teacher.tokenizer, 32), 1))
    said = "nothing"
    try:
        with worker.turn():
            torch.empty(FAR_TOO_MUCH, dtype=torch.uint8, device=device)
    except OutOfMemory as error:
        said = str(error)
    traces = tracing.trace_pair(pair, text, (), worker.trace)
    ledger.write("memory", "ran out", {"said": said, "then traced layers": traces.teacher.layers + traces.student.layers})


def _switch(ledger: Ledger, worker: Worker, folders: list[tuple[str, str]], device: str) -> None:
    held = []
    for number in range(SWITCHES + 1):
        ledger.left()
        pair = loaded(folders[number % len(folders)], device)
        tracing.trace_pair(pair, next(islice(texts(pair.teacher.tokenizer, 64), 1)), (), worker.trace)
        del pair
        held.append(_given_back(device))
    ledger.write("memory", "switches", {"number": SWITCHES, "held after the first": held[0], "held after the last": held[-1],
                                        "held": held})  # fmt: skip


def _given_back(device: str) -> int:
    gc.collect()
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    return used_bytes(device)
