"""Peak memory of a pass beside the loaded weights, in a process of its own: python -m distilbert_viz.cost.memory REQUEST VOICE.

On CUDA it is what torch's allocator held at most; on a CPU the resident memory of the process, whose peak Linux alone lets
start anew (proc(5), clear_refs; ru_maxrss would hold the loading's too). Elsewhere nobody can tell.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import torch
from torch.utils.benchmark import set_torch_threads

from distilbert_viz.cost import child, models
from distilbert_viz.cost.as_json import from_json, to_json
from distilbert_viz.cost.fitting import make_current, memory_refused
from distilbert_viz.cost.passes import Pass
from distilbert_viz.cost.request import Request

RESTART = Path("/proc/self/clear_refs")


def peaks(request: Request, index: int) -> Iterator[int | None]:
    """Bytes in every cell of the request, in its order, of the teacher (0) or the student (1). Raises RequestError."""
    if not can_tell(request.device):
        yield from (None for _ in request.cells)
        return
    words = ("-m", "distilbert_viz.cost.memory", json.dumps(to_json(request)), str(index))
    with closing(child.Lines(*words)) as lines:
        yield from map(int, lines)


def can_tell(device: str) -> bool:
    """Whether a peak can be measured on this device here."""
    return device.startswith("cuda") or (device == "cpu" and os.access(RESTART, os.W_OK))


def own_peaks(request: Request, index: int) -> Iterator[int]:
    """The same, of this process: beside what it holds after loading and a pass over one token, from few tokens to many."""
    model = models.ready(request, models.configurations(request)[index])
    Pass(model, models.random_ids((model,), 1, 1)).run()
    loaded = peak_from_now(request.device)
    for length, batch in request.cells:
        one = Pass(model, models.random_ids((model,), length, batch))
        peak_from_now(request.device)
        one.run()
        yield max(0, peak(request.device) - loaded)


def peak_from_now(device: str) -> int:
    """Let the peak start anew; what is held now."""
    torch.cuda.reset_peak_memory_stats() if device.startswith("cuda") else RESTART.write_text("5")
    return peak(device)


def peak(device: str) -> int:
    """Bytes that were held at most since the peak last started anew."""
    if device.startswith("cuda"):
        torch.cuda.synchronize()
        return torch.cuda.max_memory_allocated()
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return 1024 * int(line.split()[1])


def main(words: str, index: str) -> None:
    """Print the peaks, a line a cell."""
    request = from_json(json.loads(words), Request)
    make_current(request.device)
    with memory_refused(), set_torch_threads(request.threads):
        for peak in own_peaks(request, int(index)):
            print(peak, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
