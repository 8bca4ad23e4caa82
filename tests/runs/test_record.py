"""The record of a run: written by the process that trains, read by others meanwhile and afterwards."""

import contextlib
import itertools
import json
import os
import sqlite3
import tempfile
from pathlib import Path

import numpy as np
import pytest

from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.runs import home, opened
from distilbert_viz.runs.record import FINISHED, STUDENT, WAITING, Outline, Record, create
from tests.support.runs import evaluation, new, picture, probe, step

pytestmark = pytest.mark.usefixtures("own_runs")


def test_what_a_run_records_is_read_again_as_it_was_written():
    run = new(session="s")
    run.steps([step(1), step(2)])
    run.evaluation(evaluation(0))
    assert run.all_steps() == [step(1), step(2)]
    assert run.all_evaluations() == [evaluation(0)]
    assert run.recipe == Recipe(device="cpu")
    assert (run.state()["name"], run.state()["status"], run.state()["session"]) == ("a run", WAITING, "s")


def test_a_step_that_is_trained_again_after_a_resume_stands_once():
    run = new()
    run.steps([step(1), step(2)])
    run.steps([step(2), step(3)])
    assert [s.number for s in run.all_steps()] == [1, 2, 3]
    assert [s.number for s in run.all_steps(after=1)] == [2, 3]


def test_of_many_steps_every_nth_is_read_and_the_first_ones():
    run = new()
    run.steps([step(n) for n in range(1, 101)])
    assert [s.number for s in run.all_steps(every=25)] == [*range(1, 10), 25, 50, 75, 100]


def test_pictures_are_kept_within_half_a_step_of_256():
    run, made = new(), picture(4, 3, 5)
    run.probes((probe(3), probe(5)))
    run.picture(made)
    words, kept = run.kept_picture(4)
    sizes = [part.attentions.size for part in made.probes]
    ends = list(itertools.accumulate(sizes, initial=0))
    for part, start, end in zip(made.probes, ends, ends[1:], strict=False):
        read = np.frombuffer(kept[start:end], np.uint8).reshape(part.attentions.shape) / 255
        assert np.abs(read - part.attentions).max() <= 0.5 / 255 + 1e-6
    assert len(kept) == sum(sizes)
    assert words[0]["own"] == ["x", "z"]
    assert run.kept_picture(5) is None
    assert run.pictures() == [4]


def saved_student(run: Record, **config: object) -> None:
    (run.folder / STUDENT).mkdir()
    (run.folder / STUDENT / "config.json").write_text(json.dumps(config))


def test_a_run_says_after_how_many_steps_its_saved_student_stands():
    run = new()
    assert run.student_step() is None
    saved_student(run, n_layers=2, trained_steps=7)
    run.steps([step(7), step(8)])
    assert run.student_step() == 7


def test_a_student_that_an_older_version_saved_stands_at_the_last_checkpoint_else_at_the_last_step():
    run = new()
    saved_student(run, n_layers=2)
    run.steps([step(n) for n in range(1, 10)])
    assert run.student_step() == 9
    for number in (3, 20):
        (run.folder / f"checkpoint-{number}").mkdir()
    (run.folder / "checkpoint-3" / "COMPLETE").touch()
    assert run.student_step() == 3


def test_a_reader_never_waits_for_the_writer():
    run = new()
    with contextlib.closing(sqlite3.connect(run.folder / "record.sqlite")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO step (number, loss) VALUES (1, 2.0)")
        assert Record(run.folder).all_steps() == []


def test_a_folder_that_holds_a_run_takes_no_second_one(tmp_path):
    create(tmp_path / "run", Recipe(), "one")
    with pytest.raises(FileExistsError, match="already holds a run"):
        create(tmp_path / "run", Recipe(), "two")


def test_of_a_student_deeper_than_its_teacher_nobody_knows_layers_that_started_it():
    run = home.new_run(Recipe(device="cpu", layers=4, start="random"), "deep")
    run.probes((probe(3),))
    assert run.outline() == Outline(Recipe().steps, 4, ())


def test_an_ended_run_is_shown_from_a_folder_that_nobody_here_may_write_to():
    with tempfile.TemporaryDirectory() as place:
        run = create(Path(place, "run"), Recipe(device="cpu"), "theirs")
        run.steps([step(1)])
        run.set(status=FINISHED)
        for path, mode in ((Path(place), 0o755), (run.folder / "record.sqlite", 0o644), (run.folder, 0o555)):
            path.chmod(mode)
        os.seteuid(os.geteuid() or 65534)  # whom permissions hold for, as they don't for root
        try:
            assert opened.Opened(run.folder).all_steps() == [step(1)]
            assert opened.Opened(run.folder).state()["status"] == FINISHED
        finally:
            os.seteuid(os.getuid())
            run.folder.chmod(0o755)
