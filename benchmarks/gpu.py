"""Everything about this package that waits for a GPU, in one run of at most eight minutes. See README.md beside this file.

python -m benchmarks.gpu --out FILE.json
"""

import argparse
import platform
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
import transformers

from benchmarks import gpu_correctness, gpu_memory, gpu_speed, gpu_step
from benchmarks.gpu_ledger import MINUTES, Ledger, OutOfTime
from benchmarks.gpu_pairs import FULL, SMALL, TINY

LENGTHS = (32, 128, 512)
CELLS = [(16, 1), (128, 1), (512, 1), (128, 32), (512, 32), (128, 256)]
BOTH = {"small": SMALL, "full size": FULL}
Part = Callable[[Ledger], None]


def main() -> None:
    """Measure part by part; what was found stands in the file after every line."""
    options = _asked()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    ledger = Ledger(options.out, options.minutes)
    run(ledger, small_parts(options.device) if options.small else full_parts(options.device), options.device)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="a JSON file")
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="no measurement is begun after these")
    parser.add_argument("--small", action="store_true", help="tiny models, to try the script itself, on a CPU too")
    return parser.parse_args()


def run(ledger: Ledger, parts: dict[str, Part], device: str) -> None:
    """Every part in turn. One that fails, or finds no time, leaves its reason in the file."""
    ledger.write("machine", "about", about(device))
    for name, part in parts.items():
        try:
            ledger.left()
            part(ledger)
            ledger.write("done", name, ledger.seconds())
        except OutOfTime as over:
            ledger.write("left out", name, str(over))
        except Exception as error:  # whatever one part meets on a card, the others are still measured
            traceback.print_exc()
            ledger.write("failed", name, f"{type(error).__name__}: {error}"[:500])


def about(device: str) -> dict[str, str]:
    """What was measured where."""
    card = torch.cuda.get_device_name(device) if device.startswith("cuda") else platform.processor() or platform.machine()
    return {"device": card, "torch": torch.__version__, "transformers": transformers.__version__,
            "python": platform.python_version(), "cuda": str(torch.version.cuda)}  # fmt: skip


def full_parts(device: str) -> dict[str, Part]:
    """The parts at full size, those that compile nothing first."""
    return {
        "correctness": partial(gpu_correctness.measured, sizes=BOTH, device=device, lengths=LENGTHS[:2]),
        "memory": partial(gpu_memory.measured, sizes=[FULL, SMALL], device=device),
        "speed": partial(gpu_speed.measured, size=FULL, device=device, cells=CELLS, lengths=LENGTHS, repeats=10),
        "step": partial(gpu_step.measured, size=FULL, device=device, length=128, first=64, most=2048, repeats=3),
    }


def small_parts(device: str) -> dict[str, Part]:
    """The same parts with tiny models."""
    return {
        "correctness": partial(gpu_correctness.measured, sizes={"small": TINY, "full size": TINY}, device=device, lengths=(16, 24)),
        "memory": partial(gpu_memory.measured, sizes=[TINY, TINY], device=device),
        "speed": partial(gpu_speed.measured, size=TINY, device=device, cells=[(16, 1), (24, 2)], lengths=(16, 24), repeats=1),
        "step": partial(gpu_step.measured, size=TINY, device=device, length=24, first=2, most=4, repeats=1),
    }


if __name__ == "__main__":
    main()
