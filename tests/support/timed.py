"""Measurements of made times."""

import dataclasses

import numpy as np

from distilbert_viz.records import Measurement, PartTimes, Setting, Timing


def timing(ratio: float, repeats: int = 20, noise: float = 0.03, seed: int = 5) -> Timing:
    """Made times: the teacher takes `ratio` times as long, both wander together, and each has its own noise."""
    generator = np.random.default_rng(seed)
    together = np.exp(np.cumsum(generator.normal(0, 0.1, repeats)))
    own = np.exp(generator.normal(0, noise, (2, repeats)))
    teacher, student = (tuple((scale * together * one).tolist()) for scale, one in zip((ratio, 1.0), own, strict=True))
    return Timing(16, 1, teacher, student)


def made(began: str = "2026-01-01T00:00:00+00:00") -> Measurement:
    """A measurement with a bit of everything in it."""
    versions = (("python", "3"), ("torch", "2"))
    setting = Setting("a pair", "encoder", ("A", "B"), "sdpa", "float32", "cpu", "a chip", 2, "Linux", versions, began, 0.1)
    timings = (timing(2.0), dataclasses.replace(timing(1.5), batch=8, teacher_peak=7), Timing(32, 1, (0.3,) * 5, (0.1,) * 5))
    return Measurement(setting, (8, 4), timings, (PartTimes("teacher", "L0", 16, 1, (0.1 + 0.2,)),), ((1 / 3,), (0.25,)))
