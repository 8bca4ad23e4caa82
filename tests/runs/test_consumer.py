"""The consumer of a device's queue: which run it takes up next, and what it makes of a training that ends badly."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from distilbert_viz.runs import consumer, home, opened, queue
from distilbert_viz.runs.record import FAILED, FINISHED, RUNNING, STOPPED, WAITING, Record
from distilbert_viz.views.training import live
from tests.support.runs import new, step

pytestmark = pytest.mark.usefixtures("own_runs")


def test_runs_wait_in_the_order_in_which_they_were_asked_for():
    runs = [new(str(i)) for i in range(3)]
    for run in (runs[1], runs[0], runs[2]):
        queue.enqueue(run)
        time.sleep(0.01)
    assert [run.id for run in home.waiting("cpu")] == [runs[i].id for i in (1, 0, 2)]
    assert [live.place(run) for run in runs] == [2, 1, 3]
    assert home.waiting("cuda") == []


def test_a_consumer_puts_back_a_run_whose_process_is_gone_and_waits_for_one_that_lives():
    gone, here = new(), new()
    gone.set(status=RUNNING, pid=2**22 + 1, pid_began=0.0)
    here.set(status=RUNNING, pid=os.getpid(), pid_began=opened.began(os.getpid()))
    putting_back = threading.Thread(target=consumer.Consumer("cpu").put_back)
    putting_back.start()
    while gone.state()["status"] != WAITING:
        putting_back.join(0.01)
    assert putting_back.is_alive()
    here.set(status=FINISHED, pid=0)
    putting_back.join(30)
    assert [run.state()["status"] for run in (gone, here)] == [WAITING, FINISHED]


def test_a_run_that_was_stopped_or_deleted_while_it_waited_is_not_trained(monkeypatch):
    monkeypatch.setattr(consumer.spare, "start", lambda: pytest.fail("a process was started"))
    stopped, deleted = new(), new()
    for run in (stopped, deleted):
        queue.enqueue(run)
    stopped.set(status=STOPPED)
    home.delete(deleted)
    assert not consumer.Consumer("cpu").train_next()
    assert stopped.state()["status"] == STOPPED


def test_of_the_runs_that_wait_the_one_that_waited_longest_is_trained(monkeypatch):
    monkeypatch.setattr(consumer.spare, "start", lambda: None)
    trained = []
    monkeypatch.setattr(consumer.Consumer, "train", lambda self, run: trained.append(run.id))
    first, second = new(), new()
    for run in (second, first):
        queue.enqueue(run)
    assert consumer.Consumer("cpu").train_next()
    assert trained == [second.id]


def test_a_run_that_is_deleted_while_the_consumer_looks_at_it_does_no_harm(monkeypatch):
    run = new()
    queue.enqueue(run)
    monkeypatch.setattr(consumer.spare, "start", lambda: pytest.fail("a process was started"))
    monkeypatch.setattr(home, "waiting", lambda device: [home.delete(run), Record(run.folder).state()])
    assert consumer.Consumer("cpu").train_next(), "it must look again"


def test_a_record_that_cannot_be_written_costs_no_new_process_and_no_new_line_at_every_try(monkeypatch, capsys):
    def full(run: Record, **values: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    queue.enqueue(new())
    started = []
    ready = SimpleNamespace(pid=os.getpid(), poll=lambda: None)
    monkeypatch.setattr(consumer.spare, "start", lambda: started.append(ready) or ready)
    monkeypatch.setattr(Record, "set", full)
    at_work = consumer.Consumer("cpu")
    assert [at_work.train_next() for _ in range(3)] == [True] * 3
    assert len(started) == 1
    assert capsys.readouterr().err.count("disk is full") == 1


def ending(monkeypatch, run: Record, script: str) -> dict:
    """The state of a run whose training process is `script`."""

    def start() -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-c", script.format(log=run.folder / "log.txt")], stdin=subprocess.PIPE, text=True)

    monkeypatch.setattr(consumer.spare, "start", start)
    consumer.Consumer("cpu").train(run)
    return run.state()


def test_a_killed_training_is_marked_failed_with_the_signal_and_keeps_its_record(monkeypatch):
    run = new()
    run.steps([step(1)])
    state = ending(monkeypatch, run, f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})")
    assert state["status"] == FAILED
    assert "signal 9" in state["reason"]
    assert run.all_steps() == [step(1)]


def test_a_training_that_ends_badly_says_its_last_line(monkeypatch):
    state = ending(monkeypatch, new(), "import sys; print('no more room', file=open('{log}', 'w')); sys.exit(3)")
    assert state["status"] == FAILED
    assert state["reason"].endswith("status 3: no more room")
