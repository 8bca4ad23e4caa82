"""What both models hold in memory, at rest and at work, and how long they take to come there, as measured."""

from distilbert_viz.drawing.plots import VOICE, Plot, Series
from distilbert_viz.drawing.tables import Column, Table
from distilbert_viz.figures.savings.timings import cell, lying, named, time_bars
from distilbert_viz.records import Measurement


def peaks(measurement: Measurement) -> Plot:
    """Megabytes (10⁶ bytes) by cell: the weights, and on top of them what a pass needed at most."""
    timings = sorted(measurement.timings, key=cell)
    names = [named(*cell(timing)) for timing in timings]
    traces: list[Series] = []
    for voice, weights in zip(VOICE, measurement.weights, strict=True):
        peak = [_megabytes(getattr(timing, f"{voice}_peak")) for timing in timings]
        traces.append(_bars(voice, f"{voice}, weights", names, [weights / 1e6] * len(names)))
        at_work = _bars(voice, f"{voice}, at work", names, peak) | {"base": weights / 1e6}
        traces.append(at_work | {"marker": {"color": VOICE[voice], "opacity": 0.75, "pattern": {"shape": "/"}}})
    return lying(traces, len(names), "megabytes")


def _bars(voice: str, name: str, names: list[str], values: list[float | None]) -> Series:
    return {
        "type": "bar", "orientation": "h", "name": name, "offsetgroup": voice, "marker": {"color": VOICE[voice]}, "y": names,
        "x": values, "customdata": values, "hovertemplate": f"{name}, %{{y}}: %{{customdata:,.1f}} MB<extra></extra>",
    }  # fmt: skip


def _megabytes(size: int | None) -> float | None:
    return None if size is None else size / 1e6


def peaks_sentence(measurement: Measurement) -> str:
    """What a peak is, and what is missing."""
    where = measurement.setting.device
    held = "torch's allocator held" if where.startswith("cuda") else "the process held in resident memory"
    peaks = [peak for timing in measurement.timings for peak in (timing.teacher_peak, timing.student_peak)]
    missing = " Where there is no hatched bar, it was not measured, or this system cannot tell." if None in peaks else ""
    return (
        f"Solid: the weights in {measurement.setting.dtype}. Hatched: the most that {held} during a pass beyond what it held "
        f"after loading and one first pass, each model in a process of its own, on {measurement.setting.device_name}.{missing}"
    )


def headline(measurement: Measurement) -> dict[str, str]:
    """Megabytes of both models' weights, and the most that a pass needed beside them."""
    numbers = {}
    for voice, weights in zip(VOICE, measurement.weights, strict=True):
        numbers[f"{voice}, weights"] = f"{weights / 1e6:,.1f} MB"
    for voice in VOICE:
        known = [peak for timing in measurement.timings if (peak := getattr(timing, f"{voice}_peak")) is not None]
        numbers[f"{voice}, most at work"] = f"{max(known) / 1e6:,.1f} MB" if known else "not measured"
    return numbers


def table(measurement: Measurement) -> Table:
    """A row a cell: megabytes beside the weights, and with them; None where nobody could tell."""
    timings = sorted(measurement.timings, key=cell)
    columns: dict[str, Column] = {"length": [t.length for t in timings], "batch": [t.batch for t in timings]}
    for voice, weights in zip(VOICE, measurement.weights, strict=True):
        peak = [_megabytes(getattr(timing, f"{voice}_peak")) for timing in timings]
        columns[f"{voice}, weights, MB"] = [weights / 1e6] * len(timings)
        columns[f"{voice}, at work, MB"] = peak
        columns[f"{voice}, together, MB"] = [None if size is None else weights / 1e6 + size for size in peak]
    return columns


def loading(measurement: Measurement, theme: str) -> Plot:
    """Milliseconds from the disk to the device: medians from zero, whiskers between the quartiles."""
    traces = [time_bars(voice, ["loading"], [seconds], theme) for voice, seconds in zip(VOICE, measurement.loading, strict=True)]
    return lying(traces, 1, "milliseconds from the disk to the device")


def loading_table(measurement: Measurement) -> Table:
    """A row a loading, in seconds."""
    teacher, student = measurement.loading
    return {"loading": list(range(1, len(teacher) + 1)), "teacher, s": list(teacher), "student, s": list(student)}


def loading_sentence(measurement: Measurement) -> str:
    """What was timed."""
    times = len(measurement.loading[0])
    return (
        f"from_pretrained on a safetensors file until every weight is on the device, {times} times in turn after one that is "
        "not counted: the system holds the files in its cache, so that the disk itself is not measured."
    )
