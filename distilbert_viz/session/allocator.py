"""The C library's allocator, told to give memory back: glibc alone needs it, and alone has these two calls (mallopt(3)).

Every thread may get an arena of its own, whose free pages it keeps. Pairs that come and go in threads left a sixth more memory
in use after twenty switches; with two arenas, trimmed at a switch, less than a hundredth.

And once a large block was freed, later ones of its size are cut from the arenas, where they stay when they are freed in turn: after
Where it was lost 169 MB, of which 34 stayed with a bound on such blocks. Passes over 8 to 32 tokens take as long then, those over
128 and more up to half as long again.
"""

import ctypes
import gc
from collections.abc import Callable

ARENA_MAX, MMAP_THRESHOLD = -8, -3
ARENAS = 2
LARGE = 128 * 1024  # bytes of a block that goes back by itself when it is freed; glibc raises this as blocks are freed


def set_up(pool: bool) -> None:
    """Few arenas from now on, those that are there stay; without `pool` no large block stays in them."""
    if setting := _call("mallopt"):
        setting(ARENA_MAX, ARENAS)
        if not pool:
            setting(MMAP_THRESHOLD, LARGE)


def give_back() -> None:
    """Collect what nothing holds any more and return its pages; then leave what is left out of later collections."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    trim()


def trim() -> None:
    """Return the pages of what was freed; without a look for what else could be."""
    if trimming := _call("malloc_trim"):
        trimming(0)


def _call(name: str) -> Callable[..., int] | None:
    try:
        found: Callable[..., int] | None = getattr(ctypes.CDLL(None), name, None)
        return found
    except (OSError, TypeError):  # no such library on this system
        return None
