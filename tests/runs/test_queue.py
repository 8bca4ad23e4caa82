"""The queue of a device at work: real consumers, real training processes, a tiny teacher."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.runs import home, queue, spare
from distilbert_viz.runs.record import FAILED, FINISHED, PAUSED, RUNNING, STOPPED, WAITING, Record
from tests.support.paths import ROOT

LONG = 100_000


@pytest.fixture
def new(write_recipe, monkeypatch, tmp_path) -> Callable[..., Record]:
    """Makes runs in a home of the test's own; consumers are started by the test alone."""
    monkeypatch.setenv("DISTILBERT_VIZ_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(queue, "start_consumer", lambda device: None)

    def make(name: str, steps: int) -> Record:
        run = home.new_run(recipes.read(write_recipe(steps=steps, probes=("A [MASK].",))), name)
        queue.enqueue(run)
        return run

    return make


@contextmanager
def app() -> Iterator[subprocess.Popen]:
    """A process that stands for the app: it starts a consumer, and lives until it is killed."""
    script = "from distilbert_viz.runs import queue; import time; queue.start_consumer('cpu'); time.sleep(900)"
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env=os.environ)
    try:
        yield process
    finally:
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        for found in [*children, process]:
            found.kill()
        process.wait()


def becomes(run: Record, status: str, seconds: float = 120) -> dict:
    """The run's state once it has this status."""
    began = time.monotonic()
    while (state := run.state())["status"] != status:
        assert time.monotonic() - began < seconds, f"{state} and not {status}"
        assert status == FAILED or state["status"] != FAILED, state
        time.sleep(0.05)
    return state


def reaches(run: Record, number: int) -> None:
    """Wait until a step is recorded."""
    began = time.monotonic()
    while run.newest()[0] < number:
        assert time.monotonic() - began < 120, run.state()
        time.sleep(0.05)


def test_runs_are_trained_one_at_a_time_in_their_order_and_a_stop_or_a_kill_lets_the_next_begin(new):
    first, second, third, fourth = (new(name, steps) for name, steps in (("1", LONG), ("2", LONG), ("3", 5), ("4", 5)))
    with app():
        reaches(first, 3)
        assert [run.state()["status"] for run in (first, second, third)] == [RUNNING, WAITING, WAITING]
        first.set(control="stop")
        becomes(first, STOPPED)
        assert (first.folder / "student").is_dir()
        reaches(second, 3)
        assert third.state()["status"] == WAITING
        os.kill(int(second.state()["pid"]), signal.SIGKILL)
        assert "signal 9" in becomes(second, FAILED)["reason"]
        assert second.all_steps()
        becomes(third, FINISHED)
        becomes(fourth, FINISHED)


def weight_of_session(process: int | str) -> str | None:
    """How nice all processes of a session are together, where Linux weighs sessions (sched(7), autogroup)."""
    file = Path(f"/proc/{process}/autogroup")
    return file.read_text().rpartition("nice ")[2].strip() if file.exists() else None


def test_a_training_gives_way_to_its_app_and_to_all_other_sessions(new):
    run, ours = new("patient", LONG), weight_of_session("self")
    with app():
        training = psutil.Process(becomes(run, RUNNING)["pid"])
        assert training.nice() - psutil.Process().nice() == spare.BEHIND_PICTURES
        assert weight_of_session(training.pid) in (None, "", str(spare.BEHIND_PICTURES))
        assert weight_of_session("self") == ours


def test_a_run_whose_app_ends_is_put_back_and_goes_on_with_the_next_app(new):
    run = new("1", LONG)
    with app() as server:
        reaches(run, 3)
        server.kill()
        server.wait()
        becomes(run, WAITING)
    made = run.newest()[0]
    with app():
        reaches(run, made + 1)
        run.set(control="stop")
        becomes(run, STOPPED)
    assert [step.number for step in run.all_steps()] == list(range(1, run.newest()[0] + 1))


def test_a_paused_run_stands_still_and_goes_on_when_asked(new):
    run = new("1", LONG)
    with app():
        reaches(run, 3)
        run.set(control="pause")
        becomes(run, PAUSED)
        number = run.newest()[0]
        time.sleep(1)
        assert run.newest()[0] == number
        run.set(control="go")
        reaches(run, number + 1)
        run.set(control="stop")
        becomes(run, STOPPED)
