"""The process that trains a run: how the run stands once it has left, and why one failed."""

import os
import sqlite3
from types import SimpleNamespace

import datasets
import pytest

from distilbert_viz import distillation
from distilbert_viz.distillation.recipe import Recipe, RecipeError
from distilbert_viz.runs import child, home, opened
from distilbert_viz.runs.record import FAILED, FINISHED, PAUSED, RUNNING, STOPPED, WAITING, Record
from tests.support.runs import new

pytestmark = pytest.mark.usefixtures("own_runs")


@pytest.fixture
def trained(monkeypatch):
    """Trains a run in this very process, by an engine that does nothing but what it is given."""

    def train(run: Record, engine) -> None:
        monkeypatch.setattr(distillation, "engine", SimpleNamespace(distil=lambda *_: engine()), raising=False)
        child.train(run.folder, lambda step: None)

    return train


@pytest.mark.parametrize(
    ("left", "asked", "status"),
    [
        ("pause", "pause", PAUSED),
        ("pause", "go", WAITING),
        ("pause", "stop", STOPPED),
        ("stop", "stop", STOPPED),
        ("leave", "go", WAITING),
        ("leave", "pause", PAUSED),
        ("leave", "stop", STOPPED),
        (None, "stop", FINISHED),
    ],
)
def test_a_run_that_has_left_stands_as_a_person_asked_by_then_whatever_it_left_for(trained, left, asked, status):
    run = new()
    trained(run, lambda: run.set(control=asked) or left)
    assert (run.state()["status"], home.alive(run)) == (status, False)


def test_an_uploaded_text_is_prepared_in_the_folder_of_its_run_and_goes_with_it(trained, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", None)
    prepared = []
    for source in ("sentences", home.keep_text(b"a line\n")):
        run = home.new_run(Recipe(device="cpu", text=(source,)), "a run")
        trained(run, lambda: prepared.append(datasets.config.HF_DATASETS_CACHE))
    assert prepared == [None, run.folder / "prepared"]


def test_a_run_that_failed_can_be_resumed_at_once(trained):
    run = new()
    with pytest.raises(ValueError, match="no such text"):
        trained(run, lambda: (_ for _ in ()).throw(ValueError("no such text")))
    assert (run.state()["status"], home.alive(run)) == (FAILED, False)


def test_a_run_that_another_process_trains_is_left_to_it(trained):
    run = new()
    run.set(status=RUNNING, pid=os.getppid(), pid_began=opened.began(os.getppid()))
    with pytest.raises(RecipeError, match=f"is being trained already, by the process {os.getppid()}"):
        trained(run, lambda: pytest.fail("it was trained"))
    assert (run.state()["status"], run.state()["pid"]) == (RUNNING, os.getppid())


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "The disk is full"),
        (RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)"), "The disk is full"),
        (sqlite3.OperationalError("database or disk is full"), "The disk is full"),
        (ValueError(), "ValueError: without a word"),
        (RuntimeError("CUDA out of memory. Tried ..."), "not enough memory"),
        (FloatingPointError("The loss is nan at step 3: try a smaller learning rate."), "The loss is nan at step 3"),
        (KeyError("text"), "KeyError: 'text'"),
    ],
)
def test_why_a_run_failed_is_one_sentence_for_a_person(error, words):
    assert words in child.sentence(error)
    assert "\n" not in child.sentence(error)
