"""How long a pass of both models takes, as measured: latency, throughput, and a pass by its parts."""

from collections.abc import Mapping

import numpy as np

from distilbert_viz.drawing.colours import TEXT
from distilbert_viz.drawing.labels import counted
from distilbert_viz.drawing.plots import VOICE, Plot, Series, plot
from distilbert_viz.drawing.tables import Column, Table
from distilbert_viz.figures.savings.timings import Cell, Interval, cell, lying, named, quartiles, three_digits, time_bars, whiskers
from distilbert_viz.records import Measurement, PartTimes, Setting


def latency(measurement: Measurement, batch: int, theme: str) -> Plot:
    """Milliseconds of a pass over `batch` texts by their length: medians from zero, whiskers between the quartiles."""
    timings = sorted((t for t in measurement.timings if t.batch == batch), key=cell)
    names = [f"{timing.length} tokens" for timing in timings]
    traces = [time_bars(voice, names, [getattr(t, voice) for t in timings], theme) for voice in VOICE]
    title = "milliseconds a pass over " + ("one text" if batch == 1 else f"{batch} texts")
    return lying(traces, len(names), title)


def throughput(measurement: Measurement, length: int) -> Plot:
    """Texts of `length` tokens a second by batch: medians, whiskers between the quartiles."""
    timings = sorted((t for t in measurement.timings if t.length == length), key=cell)
    traces: list[Series] = []
    for voice in VOICE:
        third, median, first = np.array([t.batch / np.array(quartiles(getattr(t, voice))) for t in timings]).reshape(-1, 3).T
        traces.append(
            {
                "type": "scatter", "mode": "lines+markers", "name": voice, "x": [str(t.batch) for t in timings], "y": median,
                "line": {"color": VOICE[voice]}, "marker": {"size": 9},
                "error_y": whiskers(first, median, third, VOICE[voice]),
                "hovertemplate": f"{voice}, batch %{{x}}: %{{y:.4g}} texts a second<extra></extra>",
            }
        )  # fmt: skip
    xaxis = {"title": {"text": "batch, texts at a time"}, "type": "category"}
    yaxis = {"title": {"text": f"texts of {length} tokens a second"}, "rangemode": "tozero"}
    return plot(traces, height=340, xaxis=xaxis, yaxis=yaxis)


def parts(measurement: Measurement, theme: str) -> Plot:
    """Milliseconds of each part of a pass, both models on one axis: what is halved is the number of layers."""
    traces: list[Series] = []
    for voice in VOICE:
        of_voice = [part for part in measurement.parts if part.voice == voice]
        first, median, third = 1000 * np.array([quartiles(part.seconds) for part in of_voice]).reshape(-1, 3).T
        traces.append(
            {
                "type": "bar", "name": voice, "marker": {"color": VOICE[voice]}, "x": [part.part for part in of_voice], "y": median,
                "error_y": whiskers(first, median, third, TEXT[theme]),
                "hovertemplate": f"{voice}, %{{x}}: %{{y:.4g}} ms<extra></extra>",
            }
        )  # fmt: skip
    names = sorted({part.part for part in measurement.parts}, key=_along_the_pass)
    xaxis = {"type": "category", "categoryorder": "array", "categoryarray": names}
    return plot(traces, height=340, barmode="group", xaxis=xaxis, yaxis={"title": {"text": "milliseconds"}, "rangemode": "tozero"})


def _along_the_pass(part: str) -> tuple[int, int]:
    if part[1:].isdigit():
        return 1, int(part[1:])
    return (0, 0) if part == "embeddings" else (2, 0)


def parts_table(measurement: Measurement) -> Table:
    """A row a part: quartiles of its milliseconds; None where a model has no such part."""
    names = sorted({part.part for part in measurement.parts}, key=_along_the_pass)
    columns: dict[str, Column] = {"part": names}
    for voice in VOICE:
        found = {part.part: [1000 * q for q in quartiles(part.seconds)] for part in measurement.parts if part.voice == voice}
        for i, which in enumerate(("1st quartile", "median", "3rd quartile")):
            columns[f"{voice}, ms, {which}"] = [found[name][i] if name in found else None for name in names]
    return columns


def parts_sentence(measurement: Measurement) -> str:
    """What a pass takes in layers and beside them, of both."""
    first = measurement.parts[0]
    both = [f"{voice}: {_shares([part for part in measurement.parts if part.voice == voice])}" for voice in VOICE]
    return (
        f"Medians of {len(first.seconds)} passes over {'one text' if first.batch == 1 else f'{first.batch} texts'} of "
        f"{first.length} tokens, by torch's profiler, which itself costs a little. {'; '.join(both)}."
    )


def _shares(parts: list[PartTimes]) -> str:
    layers = 1000 * sum(quartiles(part.seconds)[1] for part in parts if part.part[1:].isdigit())
    others = [f"{part.part} {three_digits(1000 * quartiles(part.seconds)[1])} ms" for part in parts if not part.part[1:].isdigit()]
    return f"{sum(part.part[1:].isdigit() for part in parts)} layers {three_digits(layers)} ms, {', '.join(others)}"


def headline(measurement: Measurement, found: Mapping[Cell, Interval], batch: int) -> dict[str, str]:
    """Both medians and their ratio at the longest texts of this batch."""
    timing = max((t for t in measurement.timings if t.batch == batch), key=cell)
    where = named(*cell(timing))
    median, low, high = found[cell(timing)]
    teacher, student = (1000 * quartiles(getattr(timing, voice))[1] for voice in VOICE)
    return {
        f"teacher, {where}": f"{three_digits(teacher)} ms",
        f"student, {where}": f"{three_digits(student)} ms",
        "times as fast, 95% interval": f"{median:.2f} ({low:.2f} to {high:.2f})",
    }


def setting_sentence(setting: Setting) -> str:
    """Everything that was recorded with the numbers."""
    versions = ", ".join(f"{name} {version}" for name, version in setting.versions)
    threads = counted(setting.threads, "thread")
    return (
        f"Measured {setting.began.replace('T', ' ')} on {setting.device_name} ({setting.device}, {threads}; {setting.system}): "
        f"{' and '.join(setting.class_names)} in {setting.dtype} with {setting.attention} attention and random weights, "
        f"{versions}. The machine's load before it was {setting.load:.2f}."
    )


def table(measurement: Measurement, found: Mapping[Cell, Interval]) -> Table:
    """A row a cell: quartiles of the latency, throughput by its median, and the ratio with its 95% interval."""
    timings = sorted(measurement.timings, key=cell)
    columns: dict[str, Column] = {name: [getattr(t, name) for t in timings] for name in ("length", "batch")}
    columns["passes"] = [len(timing.teacher) for timing in timings]
    for voice in VOICE:
        columns |= _latencies(f"{voice}, ms", [getattr(timing, voice) for timing in timings])
    for voice in VOICE:
        if timings and getattr(timings[0], f"{voice}_events"):
            columns |= _latencies(f"{voice}, ms by CUDA events", [getattr(timing, f"{voice}_events") for timing in timings])
    for voice in VOICE:
        columns[f"{voice}, texts/s"] = [timing.batch / quartiles(getattr(timing, voice))[1] for timing in timings]
    for i, name in enumerate(("ratio", "ratio, lower end", "ratio, upper end")):
        columns[name] = [found[cell(timing)][i] for timing in timings]
    return columns


def _latencies(name: str, samples: list[tuple[float, ...]]) -> Table:
    found = [[1000 * value for value in quartiles(seconds)] for seconds in samples]
    names = (f"{name}, 1st quartile", name, f"{name}, 3rd quartile")
    return dict(zip(names, map(list, zip(*found, strict=True)), strict=True))
