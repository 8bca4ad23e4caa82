"""What repeated times say: median, quartiles and intervals, the ratio of two models, the best throughput."""

from functools import lru_cache

import numpy as np
from scipy.stats import bootstrap

from distilbert_viz.records import Measurement, Timing

LEVEL = 0.95
Interval = tuple[float, float, float]  # what was found, and the ends of its 95% interval
Seconds = tuple[float, ...]


def spread(seconds: Seconds) -> tuple[float, float, float]:
    """Median, first quartile, third quartile."""
    median, first, third = np.percentile(seconds, (50, 25, 75)).tolist()
    return median, first, third


def ratio(timing: Timing) -> Interval:
    """How many times as long as the student the teacher takes: its median over the student's, and the 95% interval.

    Whoever sees both medians gets the same by dividing them. The interval is the percentile bootstrap (Efron & Tibshirani
    1993, chapter 13) with a fixed seed; it draws pass i of the teacher together with pass i of the student, so that what
    slowed both down for a while falls out.
    """
    return ratio_of(timing.teacher, timing.student, in_turn=True)


@lru_cache(1024)
def ratio_of(slower: Seconds, faster: Seconds, in_turn: bool) -> Interval:
    """Median over median with its 95% interval; `in_turn`: pass i of one stands beside pass i of the other."""
    found = bootstrap(
        (np.array(slower), np.array(faster)), _median_over_median, paired=in_turn, vectorized=True, confidence_level=LEVEL,
        method="percentile", rng=np.random.default_rng(0),
    )  # fmt: skip
    low, high = found.confidence_interval
    return float(np.median(slower) / np.median(faster)), float(low), float(high)


def _median_over_median(slower: np.ndarray, faster: np.ndarray, axis: int = -1) -> np.ndarray:
    return np.asarray(np.median(slower, axis=axis) / np.median(faster, axis=axis))


@lru_cache(1024)
def median_interval(seconds: Seconds) -> Interval:
    """The median and its 95% interval, by the same bootstrap."""
    found = bootstrap((np.array(seconds),), np.median, confidence_level=LEVEL, method="percentile", rng=np.random.default_rng(0))
    low, high = found.confidence_interval
    return float(np.median(seconds)), float(low), float(high)


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
