"""The engine that distils: the same weights however often it is killed, the same gradient however a step is split."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import typer
from transformers import BertForMaskedLM, DistilBertForMaskedLM, TrainingArguments, pipeline
from typer.testing import CliRunner

from distilbert_viz.cli.distil import distil
from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation import training
from distilbert_viz.runs import child
from distilbert_viz.runs.record import Record, create
from tests.support.paths import ROOT
from tests.support.tiny import bert_config, random_model

STEPS = 120
ENVIRONMENT = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": ""}


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "distilbert_viz", "distil", *map(str, words)]


def run(*words: object, launcher: list[str] | None = None) -> subprocess.CompletedProcess:
    """The command to its end."""
    words = command(*words) if launcher is None else [*launcher, *command(*words)[1:]]
    return subprocess.run(words, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=300)


def digest(finished: subprocess.CompletedProcess) -> str:
    """The last line of a run that ended well."""
    assert finished.returncode == 0, finished.stderr[-2000:]
    last = finished.stdout.strip().splitlines()[-1]
    assert last.startswith("weights sha256 ")
    assert len(last.split()[-1]) == 64
    return last.split()[-1]


@pytest.fixture(scope="module")
def whole(write_recipe, tmp_path_factory) -> tuple[Path, str]:
    """A run that nothing interrupted, and its digest."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    return folder, digest(run("--out", folder, "--recipe", write_recipe()))


def test_a_run_killed_at_five_random_moments_ends_with_the_weights_of_one_never_interrupted(whole, write_recipe, tmp_path):
    folder = tmp_path / "run"
    words = ("--out", folder, "--recipe", write_recipe())
    for moment in sorted(random.Random(11).sample(range(1, STEPS - 20), 5)):
        process = subprocess.Popen(command(*words), cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_step(folder, process, moment)
        process.kill()
        assert process.wait() == -signal.SIGKILL, "the run ended before it was killed: make it longer"
        words = ("--resume", folder)
    assert digest(run("--resume", folder)) == whole[1]
    assert [step.number for step in Record(folder).all_steps()] == list(range(1, STEPS + 1))


def wait_for_step(folder: Path, process: subprocess.Popen, number: int) -> None:
    """Until this part of the run has made step `number` anew or for the first time."""
    began = time.monotonic()
    while process.poll() is None and time.monotonic() - began < 120:
        if (folder / "recipe.toml").exists():
            state, newest = Record(folder).state(), Record(folder).newest()[0]
            if state.get("pid") == process.pid and newest >= number:
                return
        time.sleep(0.01)


@pytest.mark.parametrize("moment", ["before the marker", "after the marker", "while the old one is deleted"])
def test_a_run_killed_inside_a_save_ends_with_the_same_weights(whole, write_recipe, tmp_path, moment):
    folder = tmp_path / "run"
    patch = {
        "before the marker": "checkpoints.seal = killed(checkpoints.seal, before=True)",
        "after the marker": "checkpoints.seal = killed(checkpoints.seal, before=False)",
        "while the old one is deleted": "shutil.rmtree = killed(shutil.rmtree, before=True)",
    }[moment]
    script = f"""
import os, shutil, signal
from distilbert_viz.distillation import checkpoints
calls = []
def killed(function, before):
    def call(*words, **named):
        calls.append(words)
        if len(calls) == 2 and before: os.kill(os.getpid(), signal.SIGKILL)
        function(*words, **named)
        if len(calls) == 2: os.kill(os.getpid(), signal.SIGKILL)
    return call
{patch}
from distilbert_viz.cli.distil import distil
from pathlib import Path
distil(out=Path({str(folder)!r}), recipe=Path({str(write_recipe())!r}))
"""
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=300)
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
    assert list(folder.glob("checkpoint-*"))
    assert digest(run("--resume", folder)) == whole[1]


def test_a_run_killed_before_its_first_checkpoint_starts_again(whole, write_recipe, tmp_path):
    folder = tmp_path / "run"
    process = subprocess.Popen(
        command("--out", folder, "--recipe", write_recipe()), cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.DEVNULL
    )
    while not (folder / "recipe.toml").exists():
        time.sleep(0.005)
    process.kill()
    process.wait()
    assert not list(folder.glob("checkpoint-*"))
    assert digest(run("--resume", folder)) == whole[1]


TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
ACCELERATE = [sys.executable, "-m", "accelerate.commands.launch", "--cpu", "--num_processes", "1", "--num_machines", "1",
              "--mixed_precision", "no", "--dynamo_backend", "no", "--num_cpu_threads_per_process", "1"]  # fmt: skip
SPLITS = """
import sys
from pathlib import Path
from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.runs import child
folder, recipe = Path(sys.argv[1]), Path(sys.argv[2])
for parts in (1, 2, 4):
    if int(__import__("os").environ.get("RANK", "0")) == 0:
        from distilbert_viz.runs.record import create
        create(folder / str(parts), recipes.read(recipe, accumulation=parts), "split")
    while not (folder / str(parts) / "recipe.toml").exists(): pass
    child.train(folder / str(parts), lambda step: None)
"""


@pytest.fixture(scope="module")
def split_runs(write_recipe, tmp_path_factory) -> dict[tuple[int, int], list]:
    """The first steps of runs whose steps are split over processes and parts: (processes, parts) -> steps."""
    found, script = {}, tmp_path_factory.mktemp("script") / "splits.py"
    script.write_text(SPLITS)
    recipe = write_recipe(steps=5, teacher=str(plain_teacher(tmp_path_factory)))
    for processes, launcher in ((1, [sys.executable]), (2, TORCHRUN)):
        folder = tmp_path_factory.mktemp("split")
        environment = ENVIRONMENT | {"PYTHONPATH": str(ROOT)}
        words = [*launcher, str(script), str(folder), str(recipe)]
        ended = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
        assert ended.returncode == 0, ended.stderr[-2000:]
        found |= {(processes, parts): Record(folder / str(parts)).all_steps() for parts in (1, 2, 4)}
    return found


def plain_teacher(factory) -> Path:
    """A tiny teacher without dropout: how a step is split decides which random numbers dropout draws."""
    folder = factory.getbasetemp() / "plain"
    if not folder.exists():
        from transformers import AutoTokenizer

        from distilbert_viz.pairs.catalogue import FOLDER

        sizes = {"vocab_size": 30522, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
        random_model(BertForMaskedLM, bert_config(3, **sizes)).save_pretrained(folder)
        AutoTokenizer.from_pretrained(FOLDER / "teacher").save_pretrained(folder)
    return folder


def test_losses_and_gradient_norms_do_not_depend_on_how_a_step_is_split(split_runs):
    assert len(split_runs[1, 1]) == 5
    for split, steps in split_runs.items():
        for step, expected in zip(steps, split_runs[1, 1], strict=True):
            for name in ("loss", "loss_ce", "loss_mlm", "loss_cos", "gradient_norm"):
                assert getattr(step, name) == pytest.approx(getattr(expected, name), rel=1e-5), (split, name)
            assert step.tokens == expected.tokens


def test_two_processes_repeat_bit_by_bit(write_recipe, tmp_path):
    recipe = write_recipe(steps=5)
    digests = [digest(run("--out", tmp_path / name, "--recipe", recipe, launcher=TORCHRUN)) for name in ("1", "2")]
    assert digests[0] == digests[1]


def test_accelerate_launches_the_same_run(whole, write_recipe, tmp_path):
    assert digest(run("--out", tmp_path / "run", "--recipe", write_recipe(), launcher=ACCELERATE)) == whole[1]


def test_the_student_of_a_run_is_a_stock_distilbert_that_fills_masks(whole):
    folder = whole[0] / "student"
    student = DistilBertForMaskedLM.from_pretrained(folder)
    assert (student.config.n_layers, student.dtype, student.config.architectures) == (2, torch.float32, ["DistilBertForMaskedLM"])
    assert json.loads((folder / "config.json").read_text())["initial_layers"] == [0, 2]
    assert len(pipeline("fill-mask", model=str(folder))("The [MASK] barked.")) == 5


def test_a_finished_run_leaves_a_record_a_student_and_no_checkpoint(whole):
    record = Record(whole[0])
    assert record.state()["status"] == "finished"
    assert record.student_step() == STEPS
    assert sorted(found.name for found in whole[0].iterdir() if "record" not in found.name) == ["recipe.toml", "student"]
    evaluations = record.all_evaluations()
    assert (evaluations[0].number, evaluations[-1].number) == (0, STEPS)
    assert evaluations[-1].kl < evaluations[0].kl
    assert record.pictures()[0] == 0
    assert record.pictures()[-1] == STEPS


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"teacher": "/no/such/folder"}, "can't be loaded"),
        ({"layers": 9}, "has 1 to 3 layers"),
        ({"text": ["/no/such/text.txt"]}, "/no/such/text.txt"),
    ],
)
def test_a_run_that_fails_says_why_in_one_sentence_and_keeps_what_it_recorded(write_recipe, tmp_path, changes, words):
    record = create(tmp_path / "run", recipes.read(write_recipe(threads=torch.get_num_threads(), **changes)), "failing")
    with pytest.raises((ValueError, OSError, ArithmeticError)):
        child.train(record.folder, lambda step: None)
    assert record.state()["status"] == "failed"
    assert words in record.state()["reason"]


def test_a_loss_that_is_no_number_ends_the_run_with_a_sentence_and_is_not_recorded(write_recipe, tmp_path, monkeypatch):
    record = create(tmp_path / "run", recipes.read(write_recipe(threads=torch.get_num_threads())), "failing")
    combined = training.combined
    made = iter([1.0, 1.0])
    monkeypatch.setattr(training, "combined", lambda *parts: combined(*parts) * next(made, float("nan")))
    with pytest.raises(FloatingPointError):
        child.train(record.folder, lambda step: None)
    assert record.state()["status"] == "failed"
    assert "The loss is nan at step 3: try a smaller learning rate." in record.state()["reason"]
    assert [step.number for step in record.all_steps()] == [1, 2]


def test_a_command_that_fails_ends_in_one_line_and_status_1(write_recipe, tmp_path):
    ended = run("--out", tmp_path / "run", "--recipe", write_recipe(layers=9))
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "has 1 to 3 layers" in ended.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "either --out RUN"),
        (("--resume", "/no/such/run"), "holds no run"),
        (("--resume", "/no/such/run", "--steps", "9"), "leave --recipe, --teacher, --steps and --seed out"),
        (("--out", "/tmp/never", "--teacher", "/no/such/teacher"), "no such folder"),
        (("--out", "/tmp/never", "--recipe", "/no/recipe.toml"), "can't be read"),
    ],
)
def test_a_command_that_cannot_be_followed_ends_in_one_line(words, sentence):
    app = typer.Typer()
    app.command()(distil)
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 2
    assert sentence in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_teacher_named_by_hand_gets_a_student_of_half_its_layers(teacher, tmp_path):
    made = run("--out", tmp_path / "run", "--teacher", teacher, "--steps", 1)
    assert made.returncode == 0, made.stderr
    recipe = Record(tmp_path / "run").recipe
    assert (recipe.teacher, recipe.layers, recipe.steps) == (str(teacher), 1, 1)


def test_a_process_that_sees_several_gpus_trains_on_one(tmp_path, monkeypatch):
    args = TrainingArguments(str(tmp_path), use_cpu=True)
    args._n_gpu = 3
    monkeypatch.setattr(training, "TrainingArguments", lambda *_, **__: args)
    assert training.arguments(recipes.make({}), str(tmp_path)).n_gpu == 1
