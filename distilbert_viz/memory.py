"""How much memory the server and its children hold, how much they may, and what that decides.

Held is resident memory but for what stands in files too, such as the code of libraries: the system may take that back at any
time, so that no process is ended for it, and processes share it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

from distilbert_viz import settings

SHARE = 0.9  # of the machine's memory, where nothing is said: the system itself needs the rest
GROUPS, OF_THIS_PROCESS = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
LIMITS = {"": "memory.max", "memory": "memory/memory.limit_in_bytes"}  # of cgroups of version 2, and of version 1
# Estimated from docs/measurements.md, "Memory": libraries and the built-in pair; a process that has read a training's libraries.
APP, CHILD = 640 * 10**6, 330 * 10**6
MOST_RESULTS, MOST_SCRIPTS, A_SCRIPT = 768 * 2**20, 16, 90 * 10**6
MOST_TOKENS, A_TOKEN = 1024, 2 * 10**6
AHEAD_FROM, SPARE_FROM = 1_200 * 10**6, 2_500 * 10**6


@dataclass(frozen=True)
class Plan:
    """What a server does with the memory that it may hold.

    `results`: bytes of what was computed that are kept; `scripts`: pages that are made at one time; `tokens`: of one batch;
    `pool`: what was freed is kept for what comes next; `ahead`: libraries are read before a page asks for them; `spare`: a
    process that has read its libraries waits for the next run.
    """

    results: int
    scripts: int
    tokens: int
    pool: bool
    ahead: bool
    spare: bool


def plan(bound: int) -> Plan:
    """What fits into `bound` bytes, all included."""
    room = max(0, bound - APP)
    return Plan(
        results=min(MOST_RESULTS, room // 5),
        scripts=max(2, min(MOST_SCRIPTS, room // A_SCRIPT)),
        tokens=max(128, min(MOST_TOKENS, room // A_TOKEN)),
        pool=bound >= AHEAD_FROM,
        ahead=bound >= AHEAD_FROM,
        spare=bound >= SPARE_FROM,
    )


def present_plan() -> Plan:
    """What this server does."""
    return plan(bound())


def texts_at_once(length: int, most: int = MOST_TOKENS) -> int:
    """How many texts of so many tokens are read in one batch, of `most` tokens or what this server allows; one at least."""
    return max(1, min(most, present_plan().tokens) // length)


def bound() -> int:
    """Bytes that this process and its children may hold. While a setting can't be followed, and no page is shown, the machine's."""
    try:
        said = settings.read().memory
    except settings.SettingsError:
        said = None
    return int(SHARE * machine_bytes()) if said is None else said


@cache
def machine_bytes() -> int:
    """Bytes of memory that there are for this process: the machine's, or what its control group has (cgroups(7))."""
    return min([int(psutil.virtual_memory().total), *group_limits(GROUPS, OF_THIS_PROCESS)])


def group_limits(groups: Path, of_this_process: Path) -> Iterator[int]:
    """The limits of this process's control group and of all above it, in bytes; none where the system has no such groups."""
    lines = of_this_process.read_text().splitlines() if of_this_process.exists() else []
    for _, kinds, path in (line.split(":", 2) for line in lines):
        kind = "memory" if "memory" in kinds.split(",") else kinds
        if kind in LIMITS:
            folder, name = (groups / LIMITS[kind]).parent, Path(LIMITS[kind]).name
            yield from _numbers(folder, path, name)


def _numbers(folder: Path, path: str, name: str) -> Iterator[int]:
    own = Path(path.lstrip("/"))
    for group in (own, *own.parents):
        file = folder / group / name
        if file.is_file() and (said := file.read_text().strip()).isdigit():
            yield int(said)


def held_bytes(process: psutil.Process | None = None) -> int:
    """Bytes that a process, this one unless another is named, and all that it started hold now."""
    first = process or psutil.Process()
    return sum(map(own_bytes, [first, *first.children(recursive=True)]))


def own_bytes(process: psutil.Process | None = None) -> int:
    """Bytes that a process, this one unless another is named, alone holds now; none once it has ended."""
    try:
        found = (process or psutil.Process()).memory_info()
    except psutil.NoSuchProcess:
        return 0
    return int(found.rss) - int(getattr(found, "shared", 0))  # Linux alone tells what stands in files


def left_bytes() -> int:
    """Bytes that may still be taken."""
    return max(0, bound() - held_bytes())


def lacking(what: str, needed: int, beside: int) -> str | None:
    """Why there is no room for a process that needs so much beside what its server needs, in a sentence; None where there is."""
    if beside + needed <= bound():
        return None
    return (
        f"{what} needs some {said(needed)} of memory in a process of its own, and this server may hold {said(bound())} in all, "
        f"{said(beside)} of which it needs itself."
    )


def said(size: int) -> str:
    """A number of bytes for a reader."""
    return f"{size / 1e9:,.1f} GB" if size >= 10**9 else f"{size / 1e6:,.0f} MB"
