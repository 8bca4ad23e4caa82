"""Why a student is faster, as two chains of causes, each link counted or measured: layers to time, parameters to memory."""

from collections.abc import Iterable
from statistics import median

from distilbert_viz.cost.statistics import ratio
from distilbert_viz.records import Cause, Computation, Measurement, ModelSize, PartTimes, Timing

Sizes = tuple[ModelSize, ModelSize]
TABLES = ("embeddings: word", "embeddings: position", "embeddings: segment")


def cell(measurement: Measurement) -> tuple[int, int]:
    """(length, batch) that the pass was taken apart at, or else of one text at the longest length that was measured."""
    if measurement.parts:
        return measurement.parts[0].length, measurement.parts[0].batch
    return max(((timing.length, timing.batch) for timing in measurement.timings if timing.batch == 1), default=(0, 1))


def to_time(measurement: Measurement, sizes: Sizes, computations: tuple[Computation, Computation]) -> tuple[Cause, ...]:
    """Fewer layers, fewer operations, less time in the layers, a shorter pass; what was not measured is left out."""
    layers = _both(size.architecture.layers for size in sizes)
    macs = _both(computation.macs / 1e9 for computation in computations)
    chain = [Cause("encoder layers", "layers", *layers, True), Cause("arithmetic of a pass", "G MACs", *macs, True)]
    if measurement.parts:
        chain.append(Cause("time in the layers", "ms", *_milliseconds(measurement, inside=True), False))
        chain.append(Cause("time outside them", "ms", *_milliseconds(measurement, inside=False), False))
    if timing := _timing(measurement):
        chain.append(Cause("the whole pass", "ms", *_medians(timing), False, ratio(timing)))
    return tuple(chain)


def _milliseconds(measurement: Measurement, inside: bool) -> tuple[float, float]:
    """Of teacher and student: the sum of the medians of the parts that are layers, or of those that are not."""
    found = [part for part in measurement.parts if _is_layer(part) == inside]
    return _both(1e3 * sum(median(part.seconds) for part in found if part.voice == voice) for voice in ("teacher", "student"))


def _both(values: Iterable[float]) -> tuple[float, float]:
    """Of teacher and student."""
    teacher, student = values
    return float(teacher), float(student)


def _is_layer(part: PartTimes) -> bool:
    return part.part[1:].isdigit()


def _timing(measurement: Measurement) -> Timing | None:
    return next((timing for timing in measurement.timings if (timing.length, timing.batch) == cell(measurement)), None)


def _medians(timing: Timing) -> tuple[float, float]:
    return 1e3 * median(timing.teacher), 1e3 * median(timing.student)


def to_memory(measurement: Measurement, sizes: Sizes) -> tuple[Cause, ...]:
    """Fewer parameters, fewer bytes, shorter loading, less to read in a pass, less memory at its peak."""
    chain = [
        Cause("parameters", "million", *_both(size.parameters / 1e6 for size in sizes), True),
        Cause("weights in memory", "MB", *_both(weights / 1e6 for weights in measurement.weights), True),
        Cause("weights that a pass reads", "MB", *_both(map(_read, sizes, measurement.weights)), True),
    ]
    if all(measurement.loading):
        chain.append(Cause("loading", "ms", *_both(1e3 * median(seconds) for seconds in measurement.loading), False))
    timing = _timing(measurement)
    peaks = [] if timing is None else [peak for peak in (timing.teacher_peak, timing.student_peak) if peak is not None]
    if len(peaks) == 2:
        megabytes = _both((held + peak) / 1e6 for held, peak in zip(measurement.weights, peaks, strict=True))
        chain.append(Cause("memory at the peak of a pass", "MB", *megabytes, False))
    return tuple(chain)


def _read(size: ModelSize, weights: int) -> float:
    """MB without the embedding tables, of which a pass looks up its own tokens alone; with the words, where a head is tied to
    them.
    """
    tables = {component.name: component.parameters for component in size.components if component.name in TABLES}
    tied = tables["embeddings: word"] if size.tied else 0
    return (size.parameters - sum(tables.values()) + tied) * weights / size.parameters / 1e6
