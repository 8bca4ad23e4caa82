"""Where models can run here, in which numbers, with how much memory; and what is said when memory runs out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import torch

from distilbert_viz import memory
from distilbert_viz.pairs.refusals import OutOfMemory, PairError
from distilbert_viz.pairs.sizes import numbers

DTYPES = ("float32", "bfloat16", "float16")
NO_MEMORY = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")


def devices() -> tuple[str, ...]:
    """Every device of this machine that torch can use, the fastest first: "cuda:0", "cuda:1", ..., "mps", "cpu"."""
    gpus = [f"cuda:{i}" for i in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    return (*gpus, *(["mps"] if torch.backends.mps.is_available() else []), "cpu")


def fastest_device() -> str:
    """ "cuda:0" where there is one, else Apple's "mps", else "cpu"."""
    return devices()[0]


def device_and_dtype(device: str | None, dtype: str) -> tuple[str, torch.dtype]:
    """What torch calls them; no device means the fastest, "cuda" its first. Raises PairError for what isn't here."""
    device = fastest_device() if not device else "cuda:0" if device == "cuda" else device
    if device not in devices():
        raise PairError(f"There is no device {device} on this machine; there is {', '.join(devices())}.")
    if dtype not in DTYPES:
        raise PairError(f"There is no dtype {dtype} to choose; there are {', '.join(DTYPES)}.")
    return device, getattr(torch, dtype)


def free_bytes(device: str) -> int:
    """Memory that a model could still take on the device; on a CPU no more than the settings leave."""
    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(device)[0])
    if device == "mps":
        return max(0, torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    return min(int(psutil.virtual_memory().available), memory.left_bytes())


def used_bytes(device: str) -> int:
    """What this process holds there: its resident memory on a CPU, tensors alone on a GPU."""
    if device.startswith("cuda"):
        return torch.cuda.memory_allocated(device)
    return int(torch.mps.current_allocated_memory() if device == "mps" else psutil.Process().memory_info().rss)


def weight_bytes(folder: Path, dtype: str) -> int:
    """Bytes of the weights in a model's folder once they are read as `dtype`: shapes alone are read. Raises SafetensorError."""
    return numbers(folder) * int(getattr(torch, dtype).itemsize)


def is_out_of_memory(error: Exception) -> bool:
    """Whether this is torch's or Python's way of saying so."""
    return isinstance(error, MemoryError) or any(words in str(error).lower() for words in NO_MEMORY)


@contextmanager
def memory_refused(device: str) -> Iterator[None]:
    """Memory that runs out in here is an OutOfMemory, after what can be given back was given back."""
    try:
        yield
    except Exception as error:  # memory that runs out has no class of its own: each library raises another
        if isinstance(error, OutOfMemory) or not is_out_of_memory(error):
            raise
        if device.startswith("cuda"):
            torch.cuda.empty_cache()
        raise OutOfMemory(f"The memory of {device} ran out: try a shorter text, a smaller dtype or a smaller pair.") from error
