"""A run ends with the same weights however often it is killed, and wherever."""

import random
import signal
import time
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from distilbert_viz.runs.record import Record
from tests.support.forks import begin, done, end, shell
from tests.support.trainings import STEPS, digest, killed_after, killed_in_a_save


def resumed(folder: Path) -> CompletedProcess:
    """The run, gone on with to its end."""
    return done(shell, "distil", "--resume", folder, log=folder.with_name("log"))


def test_a_run_killed_at_five_random_moments_ends_with_the_weights_of_one_never_interrupted(whole, write_recipe, tmp_path):
    folder, chance = tmp_path / "run", random.Random(11)
    words = ("distil", "--out", folder, "--recipe", write_recipe())
    for step in sorted(chance.sample(range(1, STEPS - 20), 5)):
        killed = done(killed_after, step, chance.uniform(0, 0.03), *words, log=tmp_path / "log")
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
        words = ("distil", "--resume", folder)
    assert digest(resumed(folder)) == whole[1]
    assert [step.number for step in Record(folder).all_steps()] == list(range(1, STEPS + 1))


@pytest.mark.parametrize("moment", ["before the marker", "after the marker", "while the old one is deleted"])
def test_a_run_killed_inside_a_save_ends_with_the_same_weights_and_every_step(whole, write_recipe, tmp_path, moment):
    folder = tmp_path / "run"
    words = ("distil", "--out", folder, "--recipe", write_recipe())
    killed = done(killed_in_a_save, moment, *words, log=tmp_path / "log")
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
    assert list(folder.glob("checkpoint-*"))
    assert digest(resumed(folder)) == whole[1]
    assert [step.number for step in Record(folder).all_steps()] == list(range(1, STEPS + 1))


def test_a_run_killed_before_its_first_checkpoint_starts_again(whole, write_recipe, tmp_path):
    folder = tmp_path / "run"
    process = begin(shell, "distil", "--out", folder, "--recipe", write_recipe(), log=tmp_path / "log")
    while not (folder / "recipe.toml").exists():
        time.sleep(0.005)
    process.kill()
    assert end(process, tmp_path / "log").returncode == -signal.SIGKILL
    assert not list(folder.glob("checkpoint-*"))
    assert digest(resumed(folder)) == whole[1]
