"""A measurement as tables on a terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from distilbert_viz.cli.shared import say
from distilbert_viz.cost.statistics import ratio, spread
from distilbert_viz.records import Measurement, PartTimes, Setting, Timing


def show(measurement: Measurement) -> None:
    """Setting, latency, throughput and memory, parts, loading."""
    _show_setting(measurement.setting)
    _print(("tokens", "batch", "teacher, ms", "student, ms", "teacher / student"), map(_latency, measurement.timings))
    columns = ("tokens", "batch", "texts a second: teacher", "student", "peak, MB: teacher", "student")
    _print(columns, map(_throughput, measurement.timings))
    first = measurement.parts[0]
    say(Text(f"Parts of a pass over {first.batch} text of {first.length} tokens, medians under the profiler:"))
    _print(("part", "teacher, ms", "student, ms"), _parts(measurement.parts))
    say(Text(f"weights: {' → '.join(f'{weights / 1e6:.1f} MB' for weights in measurement.weights)}"))
    medians = " → ".join(f"{_digits(spread(seconds)[0])} s" for seconds in measurement.loading)
    say(Text(f"loading and reading every weight, median of {len(measurement.loading[0])}, files in the system's cache: {medians}"))


def _show_setting(setting: Setting) -> None:
    names = " → ".join(setting.class_names)
    versions = ", ".join(f"{name} {version}" for name, version in setting.versions)
    say(Text(f"{setting.pair}: {names}, random weights, {setting.attention}, {setting.dtype}", "bold"))
    say(Text(f"{setting.device}, {setting.device_name}, {setting.threads} threads, {versions}, load before {setting.load:.2f}"))
    say(Text("Medians, (first to third quartile), [95% interval of the ratio of medians]:"))


def _latency(timing: Timing) -> tuple[str, ...]:
    middle, low, high = ratio(timing)
    interval = f"{middle:.2f} [{low:.2f}, {high:.2f}]"
    return str(timing.length), str(timing.batch), _milliseconds(timing.teacher), _milliseconds(timing.student), interval


def _milliseconds(seconds: tuple[float, ...]) -> str:
    middle, first, third = (_digits(1000 * value) for value in spread(seconds))
    return f"{middle} ({first} to {third})"


def _throughput(timing: Timing) -> tuple[str, ...]:
    texts = [_digits(timing.batch / spread(seconds)[0]) for seconds in (timing.teacher, timing.student)]
    peaks = ["–" if peak is None else _digits(peak / 1e6) for peak in (timing.teacher_peak, timing.student_peak)]
    return str(timing.length), str(timing.batch), *texts, *peaks


def _parts(parts: tuple[PartTimes, ...]) -> list[tuple[str, ...]]:
    medians = {(part.voice, part.part): _digits(1000 * spread(part.seconds)[0]) for part in parts}
    names = dict.fromkeys(part.part for part in parts if part.part != "head")
    return [(name, medians.get(("teacher", name), ""), medians.get(("student", name), "")) for name in (*names, "head")]


def _digits(value: float) -> str:
    """Three significant digits, and no exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:#.3g}"


def _print(columns: tuple[str, ...], rows: Iterable[Iterable[str]]) -> None:
    table = Table()
    for column in columns:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)
