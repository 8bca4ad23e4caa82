"""One run that nothing interrupts, and one step opened up, for all that is held against them."""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from distilbert_viz.records import OneStep, StepChoices
from tests.support.forks import done, shell
from tests.support.trainings import digest

TEXTBOOK = StepChoices("textbook", 3.0, 0.6, 0.4, 0.0, "masked", 1e-4)


@pytest.fixture(scope="session")
def whole(write_recipe, tmp_path_factory) -> tuple[Path, str]:
    """Its folder and its digest."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    return folder, digest(done(shell, "distil", "--out", folder, "--recipe", write_recipe(), log=folder.with_name("log")))


@pytest.fixture(scope="session")
def steps(built_in) -> Callable[[StepChoices], OneStep]:
    """Takes a step of the built-in student on the example once."""
    from distilbert_viz.distillation.one_step import one_step
    from tests.support.one_step import example

    return functools.cache(lambda choices: one_step(built_in.teacher, built_in.student, example(built_in), choices))


@pytest.fixture(scope="module", params=[StepChoices(), TEXTBOOK], ids=["published", "textbook"])
def step(request, steps) -> OneStep:
    """One step by the published form of the loss, one by the textbook's."""
    return steps(request.param)
