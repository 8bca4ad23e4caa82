"""Which of two models serves a person's needs, by what was measured; no advice without a number behind it."""

import math
from statistics import median
from typing import NamedTuple

from distilbert_viz.records import Margin, Measurement, Needs, Offer, Score, Timing, Verdict

VOICES = ("teacher", "student")
AT_MOST = ("latency", "memory")  # of the other needs, more is better
TEXTS = 1_000_000


class Pass(NamedTuple):
    """One model at one batch: median seconds of a pass, bytes that it needs."""

    batch: int
    seconds: float
    memory: float


def choose(measurement: Measurement, needs: Needs, score: Score | None) -> Verdict:
    """Both models held against the needs, and the one that serves: of two, the one that reads more texts for its hour.

    Raises ValueError where the measurement, or the score, lacks what the needs ask about.
    """
    if needs.quality is not None and score is None:
        raise ValueError("A least quality was asked for, and there is no score of these two models to hold it against.")
    teacher, student = (_offer(measurement, needs, score, voice) for voice in range(2))
    serving = [offer for offer in (teacher, student) if offer.serves]
    chosen = max(serving, key=lambda offer: offer.throughput).voice if serving else None
    return Verdict(needs, teacher, student, chosen)


def lengths(measurement: Measurement) -> tuple[int, ...]:
    """The lengths at which one text alone was measured, and so the lengths that a verdict can be given for."""
    return tuple(sorted({timing.length for timing in measurement.timings if timing.batch == 1}))


def _offer(measurement: Measurement, needs: Needs, score: Score | None, voice: int) -> Offer:
    timings = [timing for timing in measurement.timings if timing.length == needs.length]
    passes = sorted(_pass(timing, measurement.weights[voice], voice) for timing in timings)
    if not passes or passes[0].batch != 1:
        measured = ", ".join(map(str, lengths(measurement))) or "none"
        raise ValueError(f"One text of {needs.length} tokens alone was not measured; lengths that were: {measured}.")
    one, best = passes[0], max((p for p in passes if _fits(p, needs)), key=_throughput)
    quality = None if score is None else (score.teacher, score.student)[voice]
    found = {"latency": one.seconds, "throughput": _throughput(best), "memory": one.memory}
    asked = [(need, getattr(needs, need), value) for need, value in (*found.items(), ("quality", quality))]
    return Offer(
        VOICES[voice],
        measurement.setting.class_names[voice],
        batch=best.batch,
        peak_known=all(_peak(timing, voice) is not None for timing in timings),
        million=None if needs.price is None else needs.price / 3600 * TEXTS / _throughput(best),
        margins=tuple(_margin(need, asked, value) for need, asked, value in asked if asked is not None and value is not None),
        quality=quality,
        **found,
    )


def _pass(timing: Timing, weights: int, voice: int) -> Pass:
    seconds = (timing.teacher, timing.student)[voice]
    return Pass(timing.batch, median(seconds), float(weights + (_peak(timing, voice) or 0)))


def _peak(timing: Timing, voice: int) -> int | None:
    return (timing.teacher_peak, timing.student_peak)[voice]


def _fits(p: Pass, needs: Needs) -> bool:
    """Whether texts may be read in batches of this size: every text waits for its whole batch."""
    in_time = needs.latency is None or p.seconds <= needs.latency
    return p.batch == 1 or (in_time and (needs.memory is None or p.memory <= needs.memory))


def _throughput(p: Pass) -> float:
    return p.batch / p.seconds


def _margin(need: str, asked: float, found: float) -> Margin:
    over, under = (found, asked) if need in AT_MOST else (asked, found)
    return Margin(need, asked, found, over / under if under else math.inf)
