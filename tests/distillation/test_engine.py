"""The engine that distils: what a run leaves, and how it fails."""

import json
import os
import shutil

import pytest
import torch
import typer
from transformers import DistilBertForMaskedLM, TrainingArguments, pipeline
from typer.testing import CliRunner

from distilbert_viz.cli.distil import distil
from distilbert_viz.distillation import engine, training
from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.watching import FLUSH_SECONDS, Pace
from distilbert_viz.runs import child, opened
from distilbert_viz.runs.record import Record, create
from tests.support.forks import done, shell
from tests.support.trainings import STEPS, digest


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
    monkeypatch.setattr(Pace, "due", lambda pace: pace.shortest != FLUSH_SECONDS)  # a look comes before its steps are written
    with pytest.raises(FloatingPointError):
        child.train(record.folder, lambda step: None)
    assert record.state()["status"] == "failed"
    assert "The loss is nan at step 3: try a smaller learning rate." in record.state()["reason"]
    assert [step.number for step in record.all_steps()] == [1, 2]
    assert [one.number for one in record.all_evaluations()] == record.pictures() == [0, 1, 2]


def test_a_command_that_fails_ends_in_one_line_and_status_1(write_recipe, tmp_path):
    ended = done(shell, "distil", "--out", tmp_path / "run", "--recipe", write_recipe(layers=9), log=tmp_path / "log")
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
        (("--out", "/dev/null/run"), "/dev/null/run: Not a directory."),
        (("--out", "/dev/null"), "/dev/null: File exists."),
    ],
)
def test_a_command_that_cannot_be_followed_ends_in_one_line(words, sentence):
    app = typer.Typer()
    app.command()(distil)
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 2
    assert sentence in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_finished_run_that_is_to_go_on_stays_as_it_is(whole, tmp_path):
    before = Record(whole[0]).all_steps(), Record(whole[0]).all_evaluations()
    ended = done(shell, "distil", "--resume", whole[0], log=tmp_path / "log")
    assert digest(ended) == whole[1]
    assert ended.stderr.strip() == f"{whole[0]} is finished: there is nothing to go on with."
    assert (Record(whole[0]).all_steps(), Record(whole[0]).all_evaluations()) == before


def test_a_run_that_another_process_trains_is_refused_in_one_line(tmp_path):
    record = create(tmp_path / "run", recipes.make({}), "another's")
    record.set(pid=os.getppid(), pid_began=opened.began(os.getppid()))
    app = typer.Typer()
    app.command()(distil)
    ended = CliRunner().invoke(app, ["--resume", str(record.folder)])
    assert ended.exit_code == 2
    assert f"is being trained already, by the process {os.getppid()}" in ended.stderr.strip().splitlines()[-1]


def test_a_teacher_named_by_hand_gets_a_student_of_half_its_layers(teacher, tmp_path):
    made = done(shell, "distil", "--out", tmp_path / "run", "--teacher", teacher, "--steps", 1, log=tmp_path / "log")
    assert made.returncode == 0, made.stderr
    recipe = Record(tmp_path / "run").recipe
    assert (recipe.teacher, recipe.layers, recipe.steps) == (str(teacher), 1, 1)


def test_files_and_folders_of_a_run_are_found_wherever_it_goes_on(teacher, tmp_path, monkeypatch):
    shutil.copytree(teacher, tmp_path / "teacher")
    (tmp_path / "my.txt").write_text("A cat.\n" * 80)
    (tmp_path / "recipe.toml").write_text('text = ["my.txt", "owner/name"]\nlayers = 1\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(child, "train", lambda *_: "stop")
    monkeypatch.setattr(engine, "weights_sha256", lambda folder: "")
    app = typer.Typer()
    app.command()(distil)
    assert CliRunner().invoke(app, ["--out", "run", "--recipe", "recipe.toml", "--teacher", "teacher"]).exit_code == 0
    recipe = Record(tmp_path / "run").recipe
    assert (recipe.teacher, recipe.text) == (str(tmp_path / "teacher"), (str(tmp_path / "my.txt"), "owner/name"))


def test_a_process_that_sees_several_gpus_trains_on_one(tmp_path, monkeypatch):
    args = TrainingArguments(str(tmp_path), use_cpu=True)
    args._n_gpu = 3
    monkeypatch.setattr(training, "TrainingArguments", lambda *_, **__: args)
    assert training.arguments(recipes.make({}), str(tmp_path)).n_gpu == 1
