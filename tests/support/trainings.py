"""Trainings for processes of their own, killed at a moment or in several parts a step, and how one ended; a short one in this."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

from distilbert_viz.distillation import checkpoints
from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.engine import distil
from distilbert_viz.distillation.keeping import Keeper
from distilbert_viz.distillation.watching import FLUSH_SECONDS, Pace
from distilbert_viz.runs import child
from distilbert_viz.runs.record import Record, create
from tests.support.forks import shell

STEPS = 60
FEW = {"steps": 4, "batch": 4, "length": 24, "device": "cpu", "threads": 1, "layers": 2}


def distilled(folder: Path, **choices: object) -> Record:
    """A run of four steps, to its end, in this process."""
    create(folder, recipes.make(FEW | choices), "a run")
    record = Record(folder)
    assert distil(record.recipe, folder, record) is None
    return record


def digest(ended: CompletedProcess) -> str:
    """The weights' digest, which a run that ended well says last."""
    assert ended.returncode == 0, ended.stderr[-2000:]
    *_, last = ended.stdout.strip().splitlines()
    assert last.startswith("weights sha256 ")
    assert len(last.split()[-1]) == 64
    return last.split()[-1]


def die() -> None:
    """End this process as the system ends one, with no chance to do anything."""
    os.kill(os.getpid(), signal.SIGKILL)


def killed_after(step: int, seconds: float, *words: object) -> None:
    """A command that is killed so many seconds after it has come to the end of a step, wherever it is then."""
    on_step_end = Keeper.on_step_end

    def end_of_step(keeper: Keeper, args: object, state: object, control: object, **kwargs: object) -> None:
        if state.global_step == step:
            threading.Timer(seconds, die).start()
        on_step_end(keeper, args, state, control, **kwargs)

    Keeper.on_step_end = end_of_step
    shell(*words)


def killed_in_a_save(moment: str, *words: object) -> None:
    """A command that is killed in its second save: "before the marker", "after the marker" or "while the old one is deleted"."""
    Pace.due = lambda pace: pace.shortest != FLUSH_SECONDS  # it saves after every step, and of itself records none
    match moment:
        case "before the marker":
            checkpoints.seal = _second_call_kills(checkpoints.seal, before=True)
        case "after the marker":
            checkpoints.seal = _second_call_kills(checkpoints.seal, before=False)
        case "while the old one is deleted":
            shutil.rmtree = _second_call_kills(shutil.rmtree, before=True)
    shell(*words)


def _second_call_kills(function: Callable[..., None], before: bool) -> Callable[..., None]:
    calls = []

    def call(*words: object, **named: object) -> None:
        calls.append(words)
        if len(calls) == 2 and before:
            die()
        function(*words, **named)
        if len(calls) == 2:
            die()

    return call


def in_parts(folder: Path, recipe: Path, parts: tuple[int, ...]) -> None:
    """One run after another, each step of which is split into so many parts; of several processes the first makes the folders."""
    for number in parts:
        place = folder / str(number)
        if int(os.environ.get("RANK", "0")) == 0:
            create(place, recipes.read(recipe, accumulation=number), "split")
        while not (place / "recipe.toml").exists():
            time.sleep(0.01)
        child.train(place, lambda step: None)
