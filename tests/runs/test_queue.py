"""The queue of a device at work: consumers that are killed, trainings that outlive them, and one that truly learns."""

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

from distilbert_viz import settings
from distilbert_viz.distillation import checkpoints
from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.runs import home, queue, spare
from distilbert_viz.runs.record import FAILED, FINISHED, PAUSED, RUNNING, STARTING, STOPPED, WAITING, Record
from distilbert_viz.session.server import SECONDS_TO_LEAVE
from tests.support.paths import ROOT

pytestmark = pytest.mark.usefixtures("own_runs")
LONG = 100_000
# An app with a consumer, which leaves as the server does when it is told to end.
APP = """
import signal, sys, time
from distilbert_viz.runs import queue
queue.start_consumer('cpu')
signal.signal(signal.SIGTERM, lambda *_: sys.exit(queue.end_consumers(float(sys.argv[1]))))
time.sleep(900)
"""
SECONDS_TO_END = 10  # that a platform gives
# A consumer whose trainings make steps of nothing, so that no process has to read torch to show who is trained when.
CONSUMER = """
import subprocess, sys
from distilbert_viz.runs import consumer, spare
spare.start = lambda: subprocess.Popen([sys.executable, "-c", sys.argv[2]], stdin=subprocess.PIPE, text=True)
consumer.main("cpu", int(sys.argv[1]))
"""
TRAINING = """
import sys, time, types
from pathlib import Path
from distilbert_viz.records import Step
from distilbert_viz.runs import child

def distil(recipe, folder, record, spent, closely):
    for number in range(max(0, record.newest()[0]) + 1, recipe.steps + 1):
        record.steps([Step(number, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1, 0.01 * number)])
        time.sleep(0.01)
        if record.asked() != "go":
            return record.asked()

sys.modules["distilbert_viz.distillation.engine"] = types.ModuleType("engine")
sys.modules["distilbert_viz.distillation.engine"].distil = distil
if folder := sys.stdin.readline().strip():
    child.train(Path(folder), lambda step: None)
"""


def queued(name: str, recipe: Recipe) -> Record:
    """A run at the end of the queue."""
    run = home.new_run(recipe, name)
    queue.enqueue(run)
    return run


def new(name: str, steps: int) -> Record:
    """A run whose steps are made of nothing."""
    return queued(name, Recipe(device="cpu", steps=steps))


@pytest.fixture
def real(write_recipe) -> Callable[..., Record]:
    """Makes runs that learn from a tiny teacher."""
    return lambda name, steps: queued(name, recipes.read(write_recipe(steps=steps, probes=("A [MASK].",))))


@contextmanager
def process(script: str, *words: object) -> Iterator[subprocess.Popen]:
    """A process that lives until it is killed, its children with it."""
    started = subprocess.Popen([sys.executable, "-c", script, *map(str, words)], cwd=ROOT, env=os.environ)
    try:
        yield started
    finally:
        children = psutil.Process(started.pid).children(recursive=True) if started.poll() is None else []
        for found in [*children, started]:
            found.kill()
        started.wait()


def consumer(app: subprocess.Popen | None = None):
    """A consumer of trainings that make steps of nothing; its app is this test, or `app`."""
    return process(CONSUMER, app.pid if app else os.getpid(), TRAINING)


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


def weight_of_session(process: int | str) -> str | None:
    """How nice all processes of a session are together, where Linux weighs sessions (sched(7), autogroup)."""
    file = Path(f"/proc/{process}/autogroup")
    return file.read_text().rpartition("nice ")[2].strip() if file.exists() else None


def test_runs_are_trained_one_at_a_time_in_their_order_and_a_stop_or_a_kill_lets_the_next_begin():
    first, second, third, fourth = (new(name, steps) for name, steps in (("1", LONG), ("2", LONG), ("3", 5), ("4", 5)))
    with consumer():
        reaches(first, 3)
        assert [run.state()["status"] for run in (first, second, third)] == [RUNNING, WAITING, WAITING]
        first.set(control="stop")
        becomes(first, STOPPED)
        reaches(second, 3)
        assert third.state()["status"] == WAITING
        os.kill(int(second.state()["pid"]), signal.SIGKILL)
        assert "signal 9" in becomes(second, FAILED)["reason"]
        assert second.all_steps()
        becomes(third, FINISHED)
        becomes(fourth, FINISHED)


def test_a_run_that_is_asked_for_while_the_queue_is_empty_begins_at_once():
    with consumer():
        becomes(new("1", 5), FINISHED)
        becomes(new("2", 5), FINISHED)


def test_of_two_consumers_one_works_and_the_other_takes_over_once_it_is_killed():
    first, second = new("1", LONG), new("2", LONG)
    with consumer() as working:
        reaches(first, 3)
        with consumer():
            training = psutil.Process(first.state()["pid"])
            working.kill()
            number = first.newest()[0]
            reaches(first, number + 20)
            assert training.is_running(), "a training outlives its consumer"
            assert second.state()["status"] == WAITING, "two runs were trained at a time"
            training.kill()
            reaches(first, first.newest()[0] + 3)
            assert first.state()["pid"] != training.pid
            assert second.state()["status"] == WAITING
            first.set(control="stop")
            reaches(second, 3)
    assert [step.number for step in first.all_steps()] == list(range(1, first.newest()[0] + 1))


def test_a_run_whose_app_ends_is_put_back_and_goes_on_with_the_next_app():
    run = new("1", LONG)
    with process("import time; time.sleep(900)") as server, consumer(server):
        reaches(run, 3)
        server.kill()  # and nobody asks how it ended
        becomes(run, WAITING)
    made = run.newest()[0]
    with consumer():
        reaches(run, made + 1)
        run.set(control="stop")
        becomes(run, STOPPED)
    assert [step.number for step in run.all_steps()] == list(range(1, run.newest()[0] + 1))


def test_a_consumer_that_is_asked_to_leave_lets_its_run_wait_again_before_it_ends():
    run = new("1", LONG)
    with consumer() as working:
        reaches(run, 3)
        working.terminate()
        assert working.wait(30) == 0
        assert run.state()["status"] == WAITING


def test_a_consumer_that_leaves_before_its_run_began_lets_it_wait_again():
    run = new("1", LONG)
    with process(CONSUMER, os.getpid(), "import time; time.sleep(900)") as working:
        becomes(run, STARTING)
        working.terminate()
        assert working.wait(30) == 0
        assert run.state()["status"] == WAITING


def test_a_run_that_does_not_fit_into_the_memory_fails_in_a_sentence_and_the_next_is_tried(monkeypatch):
    monkeypatch.setenv(settings.MEMORY, "900 MB")
    first, second = new("1", 5), new("2", 5)
    with consumer():
        assert becomes(first, FAILED)["reason"].startswith("A run of this kind needs some ")
        becomes(second, FAILED)
    assert first.all_steps() == []


def test_a_run_that_truly_learns_gives_way_to_its_app_is_paused_and_is_put_back_with_its_student_when_the_app_is_told_to_end(real):
    run, ours = real("1", LONG), weight_of_session("self")
    with process(APP, SECONDS_TO_LEAVE) as app:
        reaches(run, 3)
        training = psutil.Process(run.state()["pid"])
        assert training.nice() - psutil.Process().nice() == spare.BEHIND_PICTURES
        assert weight_of_session(training.pid) in (None, "", str(spare.BEHIND_PICTURES))
        assert weight_of_session("self") == ours
        run.set(control="pause")
        becomes(run, PAUSED)
        number = run.newest()[0]
        time.sleep(1)
        assert run.newest()[0] == number
        run.set(control="go")
        reaches(run, number + 1)
        app.terminate()
        app.wait(SECONDS_TO_END)
        becomes(run, WAITING)  # on a busy machine what trains takes longer to save, and does so without its app
    assert run.student_step() == run.newest()[0]
    assert checkpoints.number(checkpoints.newest(run.folder)) == run.student_step()
