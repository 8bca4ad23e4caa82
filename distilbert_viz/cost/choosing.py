"""Which of two models serves a person's needs, by what was measured; no advice without a number behind it."""

import math
from typing import NamedTuple

from distilbert_viz.cost.statistics import Interval, Seconds, median_interval, ratio_of
from distilbert_viz.records import Margin, Measurement, Needs, Offer, Score, Timing, Verdict

VOICES = ("teacher", "student")
AT_MOST = ("latency", "memory")  # of the other needs, more is better
TEXTS = 1_000_000


class Pass(NamedTuple):
    """One model at one batch: seconds of every pass, bytes that it needs."""

    batch: int
    every: Seconds
    memory: float

    @property
    def seconds(self) -> float:
        """The median."""
        return median_interval(self.every)[0]

    @property
    def throughput(self) -> float:
        """Texts a second."""
        return self.batch / self.seconds


def choose(measurement: Measurement, needs: Needs, score: Score | None) -> Verdict:
    """Both models held against the needs, and the one that serves: of two, the one that reads more texts for its hour.

    Raises ValueError where the measurement, or the score, lacks what the needs ask about.
    """
    if needs.quality is not None and score is None:
        raise ValueError("A least quality was asked for, and there is no score of these two models to hold it against.")
    passes = _passes(measurement, needs, 0), _passes(measurement, needs, 1)
    teacher, student = (_offer(measurement, needs, score, voice, *both) for voice, both in enumerate(passes))
    serving = [offer for offer in (teacher, student) if offer.serves]
    chosen = max(serving, key=lambda offer: offer.throughput).voice if serving else None
    alone, stream = (_times(*both) for both in zip(*passes, strict=True))
    return Verdict(needs, teacher, student, chosen, alone, stream)


def lengths(measurement: Measurement) -> tuple[int, ...]:
    """The lengths at which one text alone was measured, and so the lengths that a verdict can be given for."""
    return tuple(sorted({timing.length for timing in measurement.timings if timing.batch == 1}))


def _passes(measurement: Measurement, needs: Needs, voice: int) -> tuple[Pass, Pass]:
    """One text alone, and the batch that reads most texts a second and keeps within the latency and the memory asked for."""
    passes = sorted(_pass(timing, measurement.weights[voice], voice) for timing in _timings(measurement, needs))
    if not passes or passes[0].batch != 1:
        measured = ", ".join(map(str, lengths(measurement))) or "none"
        raise ValueError(f"One text of {needs.length} tokens alone was not measured; lengths that were: {measured}.")
    return passes[0], max((p for p in passes if _fits(p, needs)), key=lambda p: p.throughput)


def _timings(measurement: Measurement, needs: Needs) -> list[Timing]:
    return [timing for timing in measurement.timings if timing.length == needs.length]


def _times(teacher: Pass, student: Pass) -> Interval:
    """How many times as many texts a second the student reads; passes of one batch were timed in turn."""
    middle, low, high = ratio_of(teacher.every, student.every, in_turn=teacher.batch == student.batch)
    scale = student.batch / teacher.batch
    return scale * middle, scale * low, scale * high


def _offer(measurement: Measurement, needs: Needs, score: Score | None, voice: int, one: Pass, best: Pass) -> Offer:
    quality = None if score is None else (score.teacher, score.student)[voice]
    found = {"latency": one.seconds, "throughput": best.throughput, "memory": one.memory}
    asked = [(need, getattr(needs, need), value) for need, value in (*found.items(), ("quality", quality))]
    intervals = {"latency": median_interval(one.every)[1:], "throughput": _throughputs(best)}
    return Offer(
        VOICES[voice],
        measurement.setting.class_names[voice],
        batch=best.batch,
        peak_known=all(_peak(timing, voice) is not None for timing in _timings(measurement, needs)),
        million=None if needs.price is None else needs.price / 3600 * TEXTS / best.throughput,
        margins=tuple(
            _margin(need, asked, value, intervals.get(need))
            for need, asked, value in asked
            if asked is not None and value is not None
        ),
        quality=quality,
        **found,
    )


def _pass(timing: Timing, weights: int, voice: int) -> Pass:
    seconds = (timing.teacher, timing.student)[voice]
    return Pass(timing.batch, seconds, float(weights + (_peak(timing, voice) or 0)))


def _peak(timing: Timing, voice: int) -> int | None:
    return (timing.teacher_peak, timing.student_peak)[voice]


def _fits(p: Pass, needs: Needs) -> bool:
    """Whether texts may be read in batches of this size: every text waits for its whole batch."""
    in_time = needs.latency is None or p.seconds <= needs.latency
    return p.batch == 1 or (in_time and (needs.memory is None or p.memory <= needs.memory))


def _throughputs(p: Pass) -> tuple[float, float]:
    """The ends of the 95% interval of the texts a second."""
    _, shortest, longest = median_interval(p.every)
    return p.batch / longest, p.batch / shortest


def _margin(need: str, asked: float, found: float, interval: tuple[float, float] | None) -> Margin:
    over, under = (found, asked) if need in AT_MOST else (asked, found)
    return Margin(need, asked, found, over / under if under else math.inf, interval)
