"""Runs that nobody trains, and what they might have recorded."""

import numpy as np

from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.records import Evaluation, Picture, Probe, ProbePicture, Step
from distilbert_viz.runs import home
from distilbert_viz.runs.record import Record

GENERATOR = np.random.default_rng(3)


def step(number: int) -> Step:
    return Step(number, 12.5, 0.5, 4.0, 0.25, 3.0, 5e-4, 320, 0.5 * number)


def evaluation(number: int, kl: float = 0.5) -> Evaluation:
    return Evaluation(number, kl, 0.4, 0.3, 0.35, 0.5 * number)


def maps(layers: int, tokens: int) -> np.ndarray:
    weights = GENERATOR.random((layers, 2, tokens, tokens), dtype=np.float32)
    return weights / weights.sum(-1, keepdims=True)


def probe(tokens: int) -> Probe:
    words = tuple("abcdefgh"[:tokens])
    return Probe("a text", words, 1, ("x", "y"), np.array([0.7, 0.1], np.float32), maps(3, tokens))


def picture(number: int, *tokens: int) -> Picture:
    probabilities = np.array([0.6, 0.2], np.float32)
    return Picture(number, tuple(ProbePicture(probabilities, ("x", "z"), probabilities, 0.1, maps(2, n)) for n in tokens))


def new(name: str = "a run", **state: object) -> Record:
    return home.new_run(Recipe(device="cpu"), name, **state)
