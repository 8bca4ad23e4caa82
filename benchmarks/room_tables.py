"""What `room` prints: how long people waited, and what the server needed meanwhile."""

from collections.abc import Sequence
from math import isinf

from rich.table import Table

from benchmarks.answers import PERCENTILES, slope

GOAL_SECONDS, GOAL_VISITORS = 1.0, 30


def answers_table(rooms: Sequence[dict]) -> Table:
    """A row a room and page."""
    table = Table(title="From Enter to the picture, and to the end of the run with its check: seconds")
    waits = [f"{what} p{share}" for what in ("picture", "end") for share in PERCENTILES]
    for name in ("visitors", "page", "changes", *waits, "goal", "answered/s", "overtaken", "errors"):
        table.add_column(name, justify="left" if name == "page" else "right", no_wrap=True)
    for room in rooms:
        for page, part in room["pages"].items():
            waits = [_wait(seconds) for seconds in (*part["picture"], *part["end"])] or ["-"] * 2 * len(PERCENTILES)
            table.add_row(
                str(room["visitors"]), page, str(part["changes"]), *waits, _kept(room["visitors"], part),
                f"{part['answered a second']:.2f}", str(part["overtaken"]), _errors(part),
            )  # fmt: skip
    return table


def _wait(seconds: float) -> str:
    return "never" if isinf(seconds) else f"{seconds:.2f}"


def _kept(visitors: int, part: dict) -> str:
    """Whether the 95th percentile keeps the goal, which is one for rooms of thirty and smaller ones."""
    if visitors > GOAL_VISITORS or not part["picture"]:
        return ""
    kept = part["picture"][1] < GOAL_SECONDS
    return f"[green]< {GOAL_SECONDS:g}[/green]" if kept else f"[red]≥ {GOAL_SECONDS:g}[/red]"


def _errors(part: dict) -> str:
    return f"[red]{part['errors']}[/red]" if part["errors"] else "[green]0[/green]"


def server_table(rooms: Sequence[dict]) -> Table:
    """A row a room: the server's resident memory, and the processor time of its processes, this one and the rest."""
    table = Table(title="Server: resident memory; processors busy, as so many cores")
    memory = ("MiB at start", "middle", "end", "slope, MiB/h", "its children, MiB")
    for name in ("visitors", *memory, "server", "children", "this client", "others", "steps/s"):
        table.add_column(name, justify="right", no_wrap=True)
    for room in rooms:
        samples = room["samples"]
        first, middle, last = samples[0], samples[len(samples) // 2], samples[-1]
        memory = [f"{at['server MiB']:,.0f}" for at in (first, middle, last)]
        busy = [_rate(first, last, f"{name} CPU s") for name in ("server", "children", "client")]
        others = _rate(first, last, "machine CPU s") - sum(busy)
        rates = [f"{rate:.2f}" for rate in (*busy, others, _rate(first, last, "steps"))]
        table.add_row(str(room["visitors"]), *memory, _slope(samples), f"{last['children MiB']:,.0f}", *rates)
    return table


def _rate(first: dict, last: dict, name: str) -> float:
    return (last[name] - first[name]) / (last["seconds"] - first["seconds"])


def _slope(samples: Sequence[dict]) -> str:
    found = slope([at["seconds"] for at in samples], [at["server MiB"] for at in samples])
    return "-" if found is None else f"{found[0]:+.1f} ± {found[1]:.1f}"
