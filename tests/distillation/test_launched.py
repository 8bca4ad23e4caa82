"""A run by several processes, under torchrun and under accelerate: the same gradient however a step is split."""

import os
import subprocess
import sys

import pytest

from distilbert_viz.runs.record import Record
from tests.support.forks import ENVIRONMENT, done, done_by_two, shell
from tests.support.paths import ROOT
from tests.support.tiny import save_teacher
from tests.support.trainings import digest, in_parts

TORCHRUN = ["torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
ACCELERATE = ["accelerate.commands.launch", "--cpu", "--num_processes", "1", "--num_machines", "1", "--mixed_precision", "no",
              "--dynamo_backend", "no", "--num_cpu_threads_per_process", "1"]  # fmt: skip
PARTS = (1, 2, 4)


def launched(launcher: list[str], *words: object) -> subprocess.CompletedProcess:
    """`distil` with these words, as a launcher starts it."""
    command = [sys.executable, "-m", *launcher, "-m", "distilbert_viz", "distil", *map(str, words)]
    environment = os.environ | ENVIRONMENT
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def split_runs(built_in_tokenizer, write_recipe, tmp_path_factory) -> dict[tuple[int, int], list]:
    """The first steps of runs whose steps are split over processes and parts: (processes, parts) -> steps.

    The teacher has no dropout: how a step is split decides which random numbers dropout draws.
    """
    teacher = save_teacher(tmp_path_factory.mktemp("plain"), built_in_tokenizer, dropout=0.0)
    recipe, folder = write_recipe(steps=5, teacher=str(teacher)), tmp_path_factory.mktemp("split")
    ended = [
        done(in_parts, folder / "1", recipe, PARTS, log=folder / "one"),
        *done_by_two(in_parts, folder / "2", recipe, PARTS, log=folder / "two"),
    ]
    assert [one.returncode for one in ended] == [0, 0, 0], [one.stderr[-2000:] for one in ended]
    return {(n, parts): Record(folder / str(n) / str(parts)).all_steps() for n in (1, 2) for parts in PARTS}


def test_losses_and_gradient_norms_do_not_depend_on_how_a_step_is_split(split_runs):
    assert len(split_runs[1, 1]) == 5
    for split, steps in split_runs.items():
        for step, expected in zip(steps, split_runs[1, 1], strict=True):
            for name in ("loss", "loss_ce", "loss_mlm", "loss_cos", "gradient_norm"):
                assert getattr(step, name) == pytest.approx(getattr(expected, name), rel=1e-5), (split, name)
            assert step.tokens == expected.tokens


def test_two_processes_repeat_bit_by_bit_what_torchrun_comes_to(write_recipe, tmp_path):
    recipe = write_recipe(steps=5)
    first, _ = done_by_two(shell, "distil", "--out", tmp_path / "1", "--recipe", recipe, log=tmp_path / "log")
    assert digest(first) == digest(launched(TORCHRUN, "--out", tmp_path / "2", "--recipe", recipe))


def test_accelerate_launches_the_same_run(whole, write_recipe, tmp_path):
    assert digest(launched(ACCELERATE, "--out", tmp_path / "run", "--recipe", write_recipe())) == whole[1]
