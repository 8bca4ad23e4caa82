"""The folder of all runs: which of them live, how one is deleted, and the texts that they learn from."""

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from distilbert_viz import settings
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.runs import home, opened, queue
from distilbert_viz.runs.record import FINISHED, Record
from tests.support.runs import new

pytestmark = pytest.mark.usefixtures("own_runs")


@pytest.mark.parametrize("identity", ["", "..", "run-../../etc", "run-zzzzzzzzzz", "run-0123456789", "RUN-0123456789"])
def test_what_is_no_id_of_a_run_finds_none(identity):
    assert home.find(identity) is None


def test_a_run_is_alive_while_the_very_process_that_trains_it_lives():
    run = new()
    assert not home.alive(run)
    run.set(pid=os.getpid(), pid_began=opened.began(os.getpid()))
    assert home.alive(run)
    run.set(pid_began=opened.began(os.getpid()) - 60)
    assert not home.alive(run)


def test_a_run_is_alive_also_once_the_machines_clock_was_set_anew(monkeypatch):
    run = new()
    run.set(pid=os.getpid(), pid_began=opened.began(os.getpid()))
    began, boot_time = psutil.Process().create_time(), psutil.boot_time
    monkeypatch.setattr(psutil, "boot_time", lambda: boot_time() + 3600)
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: began + 3600)
    assert home.alive(run)


def test_a_process_that_has_ended_and_that_nobody_has_asked_how_is_gone():
    run = new()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as training:
        run.set(pid=training.pid, pid_began=opened.began(training.pid))
        assert home.alive(run)
        training.kill()
        os.waitid(os.P_PID, training.pid, os.WEXITED | os.WNOWAIT)
        assert not home.alive(run)


def test_a_run_under_way_is_not_deleted_and_another_is_gone_altogether():
    run = new()
    run.set(pid=os.getpid(), pid_began=opened.began(os.getpid()))
    with pytest.raises(ValueError, match="still under way"):
        home.delete(run)
    run.set(pid=0)
    home.delete(run)
    assert home.all_runs() == []


def test_a_run_that_is_deleted_while_all_are_listed_is_none(monkeypatch):
    gone, here = new(), new()
    state = Record.state

    def deleted_first(run: Record) -> dict:
        if run.id == gone.id:
            shutil.rmtree(run.folder)
        return state(run)

    monkeypatch.setattr(Record, "state", deleted_first)
    assert [run.id for run in home.all_runs()] == [here.id]


def test_a_run_whose_recipe_cannot_be_read_stands_in_no_other_runs_way_and_is_deleted_like_any():
    spoilt, run = new("spoilt"), new("whole")
    for one in (spoilt, run):
        queue.line_up(one)
    (spoilt.folder / "recipe.toml").write_text("stepz = 3")
    assert ([one.id for one in home.waiting("cpu")], home.unfinished("cpu")) == ([run.id], [])
    home.delete(spoilt)
    home.delete(run)
    assert home.all_runs() == []


def test_a_text_is_kept_whole_or_not_at_all(monkeypatch):
    write = Path.write_text

    def no_room(file: Path, text: str, encoding: str) -> None:
        write(file, text[:3], encoding)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "write_text", no_room)
        with pytest.raises(OSError, match="No space left"):
            home.keep_text(b"a line\n")
    kept = Path(home.keep_text(b"a line\n"))
    assert (kept.read_text(), list(kept.parent.iterdir())) == ("a line\n", [kept])


def test_a_new_run_keeps_its_text_where_an_older_run_of_the_same_text_goes_for_it(monkeypatch):
    monkeypatch.setenv(settings.PUBLIC, "1")
    monkeypatch.setattr(settings, "DEMO", dataclasses.replace(settings.DEMO, kept=1))
    for name in ("old", "young"):
        text = home.keep_text(b"a line\n")
        home.new_run(Recipe(device="cpu", text=(text,)), name).set(status=FINISHED)
    assert [run.state()["name"] for run in home.all_runs()] == ["young"]
    assert Path(text).read_text() == "a line\n"
