"""What the measurements of a distillation say, as tables with their goals."""

from collections.abc import Sequence

import numpy as np
from rich.table import Table

SPEED_GOALS = {"all tokens": 1.8, "masked tokens, 15%": 3.5, "masked tokens, 30%": 3.5}
WATCHED_GOALS = {"one page": 1.03, "ten viewers": 1.2}
SCREEN_GOAL = 1.0
COURSE_GOALS = {
    "first point, s": (10.0, False),
    "KL after 45 s, share of the start": (1 / 4, False),
    "KL after 180 s, share of the start": (1 / 6, False),
    "agreement after 180 s, points gained": (35.0, True),
}


def spread(values: Sequence[float], form: str, scale: float = 1.0) -> str:
    """Median, and in brackets the first and third quartile."""
    low, middle, high = (form.format(scale * value) for value in np.percentile(values, (25, 50, 75)))
    return f"{middle} ({low}-{high})"


def judged(values: Sequence[float], goal: float, least: bool) -> str:
    """Whether the median keeps the goal, in a sign and a colour; `least`: it must be at least that much."""
    middle = np.median(values)
    kept = middle >= goal if least else middle <= goal
    sign = {(True, True): "≥", (True, False): "<", (False, True): "≤", (False, False): ">"}[least, bool(kept)]
    return f"[{'green' if kept else 'red'}]{sign} {goal:.3g}"


def columns(title: str, *names: str) -> Table:
    """An empty table."""
    table = Table(title=title)
    for name in names:
        table.add_column(name, no_wrap=True)
    return table


def step_table(raw: dict[str, dict]) -> Table:
    """Both steps, and how much faster ours is."""
    first = next(iter(raw.values()))
    title = f"A step, {first['tokens_a_batch']:.0f} tokens a batch, {100 * first['padding']:.1f}% padding: median (quartiles)"
    names = ("L_ce on", "published, tokens/s", "ours, tokens/s", "ours / published", "goal", "losses differ by")
    table = columns(title, *names, *(["FLOP utilisation"] if first["peak_flops"] else []))
    for form, found in raw.items():
        ratios = np.divide(found["ours"], found["published"])
        rates = [spread(found[name], "{:,.0f}") for name in ("published", "ours")]
        differ = f"{found['largest_relative_difference']:.0e}"
        row = [form, *rates, spread(ratios, "{:.2f}"), judged(ratios, SPEED_GOALS[form], True), differ]
        table.add_row(*row, *([utilisation(found)] if found["peak_flops"] else []))
    return table


def utilisation(found: dict) -> str:
    """Share of the GPU's arithmetic that went into the model's own, of both steps."""
    scale = 100 * found["flops_a_token"] / found["peak_flops"]
    return ", ".join(f"{name} {scale * np.median(found[name]):.1f}%" for name in ("published", "ours"))


def memory_table(raw: dict[str, dict[str, list[int]]]) -> Table:
    """Both steps at their peak."""
    table = columns("Peak memory of steps on the longest batches beside the models, MiB: median (quartiles)",
                    "L_ce on", "published", "ours", "ours / published")  # fmt: skip
    for form, found in raw.items():
        ratios = np.divide(found["ours"], found["published"])
        table.add_row(form, *(spread(found[name], "{:,.0f}", 2**-20) for name in ("published", "ours")), spread(ratios, "{:.2f}"))
    return table


def watched_table(raw: dict[str, list[float]]) -> Table:
    """Each kind of audience against none."""
    table = columns("A run and who watches it: median (quartiles)", "watched by", "ms a step", "time / nobody's", "goal")
    for watched_by, seconds in raw.items():
        ratios = np.divide(seconds, raw["nobody"])
        goal = judged(ratios, WATCHED_GOALS[watched_by], False) if watched_by in WATCHED_GOALS else ""
        table.add_row(watched_by, spread(seconds, "{:.1f}", 1000), spread(ratios, "{:.3f}"), goal)
    return table


def screen_table(raw: dict[str, list[float]]) -> Table:
    """From a step to its point."""
    table = columns("From a step to its point on the screen, s: median (quartiles) of the repeats", *raw, "goal")
    table.add_row(*(spread(values, "{:.2f}") for values in raw.values()), judged(raw["percentile 95"], SCREEN_GOAL, False))
    return table


def course_table(raw: dict[str, list[float]]) -> Table:
    """How the default run went, a row a number."""
    table = columns("The default run, from Start: median (quartiles)", "number", "measured", "goal")
    for name, values in raw.items():
        goal = judged(values, *COURSE_GOALS[name]) if name in COURSE_GOALS else ""
        table.add_row(name, spread(values, "{:.2f}"), goal)
    return table
