"""What repeated times say: median and quartiles, the ratio of two models timed in turn, the best throughput."""

import numpy as np
from scipy.stats import bootstrap

from distilbert_viz.records import Measurement, Timing

LEVEL = 0.95


def spread(seconds: tuple[float, ...]) -> tuple[float, float, float]:
    """Median, first quartile, third quartile."""
    median, first, third = np.percentile(seconds, (50, 25, 75)).tolist()
    return median, first, third


def ratio(timing: Timing) -> tuple[float, float, float]:
    """How many times as long as the student the teacher takes: the median over the repeats, and its 95 % interval.

    Pass i of the teacher stands over pass i of the student, so that what slowed both down for a while falls out. The
    interval is the percentile bootstrap of that median (Efron & Tibshirani 1993, chapter 13), with a fixed seed.
    """
    ratios = np.array(timing.teacher) / np.array(timing.student)
    found = bootstrap((ratios,), np.median, confidence_level=LEVEL, method="percentile", rng=np.random.default_rng(0))
    low, high = found.confidence_interval
    return float(np.median(ratios)), float(low), float(high)


def best_throughput(measurement: Measurement, length: int) -> tuple[tuple[float, int], tuple[float, int]]:
    """(texts a second, the batch that gave them) at this length, of the teacher and of the student; from medians."""
    timings = [timing for timing in measurement.timings if timing.length == length]
    if not timings:
        raise ValueError(f"Nothing was measured at {length} tokens.")
    teacher, student = (
        max((timing.batch / spread(getattr(timing, voice))[0], timing.batch) for timing in timings)
        for voice in ("teacher", "student")
    )
    return teacher, student
