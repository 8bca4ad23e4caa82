"""Long work that a person starts: turned by a thread, seen from any session, stopped, refused, and never a traceback."""

import re
import threading

import pytest
from streamlit.testing.v1 import AppTest

from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.runs import home
from distilbert_viz.runs.record import FINISHED, RUNNING
from distilbert_viz.session import jobs


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    """Every test has its own server's jobs and its own runs."""
    registry = jobs.Jobs()
    monkeypatch.setattr(jobs, "server_jobs", lambda: registry)
    monkeypatch.setenv("DISTILBERT_VIZ_RUNS", str(tmp_path / "runs"))


class Gate:
    """A generator of 1, 2, 3 ... that gives each number only when asked for it, and says when it was closed."""

    def __init__(self):
        self.permits, self.given, self.closed = threading.Semaphore(0), threading.Semaphore(0), threading.Event()

    def numbers(self):
        try:
            for number in range(1, 100):
                assert self.permits.acquire(timeout=20)
                self.given.release()
                yield number
        finally:
            self.closed.set()

    def let(self, count: int) -> None:
        """Let so many numbers through, and wait until they have left."""
        for _ in range(count):
            self.permits.release()
            assert self.given.acquire(timeout=20)


class Breakable:
    """A stream that waits for a record that never comes, and that another thread may close."""

    def __init__(self):
        self.waiting, self.closed = threading.Event(), threading.Event()

    def __iter__(self):
        return self

    def __next__(self) -> int:
        self.waiting.set()
        assert self.closed.wait(20)
        raise OSError("the pipe is gone")

    def close(self) -> None:
        self.closed.set()


def ended(job: jobs.Job) -> jobs.Job:
    """The same job once its thread has nothing left to do."""
    assert job.finished.wait(20)
    return job


def test_a_job_ends_with_the_streams_last_record_and_keeps_it():
    kept = []
    job = ended(jobs.start("k", 3, lambda: (n for n in (1, 2, 3)), kept.append))
    assert (job.latest, job.done, job.ending(), kept) == (3, 3, None, [3])
    assert jobs.job("k") is job
    assert jobs.job("another") is None


def test_a_stopped_generator_is_closed_after_its_next_record_and_what_it_gave_is_kept():
    gate, kept = Gate(), []
    job = jobs.start("k", 9, gate.numbers, kept.append)
    gate.let(2)
    job.stop()
    gate.permits.release()
    ended(job)
    assert gate.closed.is_set()
    assert kept == [job.latest]
    assert job.latest in (2, 3)
    assert job.ending() == f"Stopped after {job.done} of 9 stages."


def test_a_stream_that_another_thread_may_close_is_stopped_at_once_and_its_last_cry_is_no_error():
    stream = Breakable()
    job = jobs.start("k", 2, lambda: stream)
    assert stream.waiting.wait(20)
    job.stop()
    assert ended(job).ending() == "Stopped after 0 of 2 stages."


def test_a_server_that_ends_stops_what_is_under_way_and_waits_for_it():
    gate = Gate()
    job = jobs.start("k", 9, gate.numbers)
    gate.let(1)
    ending = threading.Thread(target=jobs.end)
    ending.start()
    gate.permits.release()
    ending.join(20)
    assert job.finished.is_set()
    assert gate.closed.is_set()


def failing():
    """One record, then a refusal."""
    yield 1
    raise ValueError("There was no room for it.")


def test_a_failure_is_a_sentence_and_what_came_before_it_is_kept():
    kept = []
    job = ended(jobs.start("k", 5, failing, kept.append))
    assert (job.ending(), kept) == ("There was no room for it.", [1])


def test_a_stream_that_cannot_even_be_made_is_a_sentence():
    job = ended(jobs.start("k", 5, lambda: 1 / 0))
    assert (job.latest, job.ending()) == (None, "division by zero")


def test_what_cannot_be_kept_is_a_sentence():
    def full(record: object) -> None:
        raise OSError(28, "No space left on device")

    assert "The disk is full" in ended(jobs.start("k", 1, lambda: iter_of(1), full)).ending()


def iter_of(*records: object):
    """A generator of these records."""
    yield from records


@pytest.mark.parametrize(("first", "second"), [(True, True), (True, False), (False, True)])
def test_nothing_runs_beside_a_measurement_of_time(first, second):
    gate = Gate()
    job = jobs.start("a", 9, gate.numbers, alone=first)
    with pytest.raises(jobs.Busy, match="under way on this server"):
        jobs.start("b", 1, lambda: iter_of(1), alone=second)
    job.stop()
    gate.permits.release()
    ended(job)
    assert ended(jobs.start("b", 1, lambda: iter_of(1), alone=second)).latest == 1


def test_two_jobs_that_measure_no_time_may_run_beside_each_other():
    gate = Gate()
    job = jobs.start("a", 9, gate.numbers)
    assert ended(jobs.start("b", 1, lambda: iter_of(1))).latest == 1
    job.stop()
    gate.permits.release()
    ended(job)


def test_a_second_start_under_one_key_joins_the_first():
    gate = Gate()
    job = jobs.start("k", 9, gate.numbers)
    assert jobs.start("k", 9, failing) is job
    job.stop()
    gate.permits.release()
    ended(job)
    assert jobs.start("k", 9, failing) is not job


def test_no_time_is_measured_beside_a_distillation():
    run = home.new_run(Recipe(device="cpu"), "my run")
    run.set(status=RUNNING)
    with pytest.raises(jobs.Busy, match="my run"):
        jobs.start("k", 1, lambda: iter_of(1), alone=True)
    assert ended(jobs.start("k", 1, lambda: iter_of(1))).latest == 1
    run.set(status=FINISHED)
    assert ended(jobs.start("k", 1, lambda: iter_of(2), alone=True)).latest == 2


def test_the_oldest_ended_jobs_are_forgotten_and_none_under_way_is():
    gate = Gate()
    job = jobs.start("under way", 9, gate.numbers)
    for number in range(jobs.MOST_ENDED + 5):
        ended(jobs.start(number, 1, lambda: iter_of(1)))
    assert jobs.job("under way") is job
    assert jobs.job(0) is None
    assert jobs.job(jobs.MOST_ENDED + 4) is not None
    job.stop()
    gate.permits.release()
    ended(job)


@pytest.mark.parametrize(
    ("done", "moved", "now", "said"),
    [
        (0, 0.0, 3.0, "0 of 4 stages: getting ready"),
        (2, 10.0, 11.0, "2 of 4 stages, about 9 s left at the pace so far"),  # 5 s a stage, two to come, one second spent
        (2, 600.0, 600.0, "2 of 4 stages, about 10 min left at the pace so far"),
        (3, 30.0, 90.0, "3 of 4 stages, about 1 s left at the pace so far"),  # longer than it should
    ],
)
def test_the_time_left_is_the_pace_so_far_times_the_stages_to_come(monkeypatch, done, moved, now, said):
    job = jobs.Job(4, False, done=done, began=0.0, moved=moved)
    monkeypatch.setattr(jobs.time, "monotonic", lambda: now)
    assert job.standing() == said


def story() -> None:
    """A page with one job whose record is shown."""
    import streamlit as st

    from distilbert_viz.session import jobs

    st.button("Start", on_click=lambda: jobs.start("page", 9, st.session_state.make))
    jobs.watch("page", lambda latest: st.write(f"latest: {latest}"))


def opened(make) -> AppTest:
    """A session on that page."""
    session = AppTest.from_function(story, default_timeout=30)
    session.session_state.make = make
    return session.run()


def test_the_page_shows_bar_stop_and_the_latest_record_while_it_runs_and_says_how_it_ended():
    gate = Gate()
    session = opened(gate.numbers)
    session.button[0].click().run()
    gate.let(2)
    while jobs.job("page").done < 2:
        jobs.job("page").finished.wait(0.01)
    session.run()
    assert [found.label for found in session.button] == ["Start", "Stop"]
    assert session.markdown[0].value == "latest: 2"
    session.button[1].click().run()
    gate.permits.release()
    ended(jobs.job("page"))
    session.run()
    assert re.match(r"Stopped after [23] of 9 stages", session.warning[0].value)
    assert [found.label for found in session.button] == ["Start"]
    assert not session.exception


def test_a_failure_stands_on_the_page_of_who_started_it_and_not_on_anothers():
    session = opened(failing)
    session.button[0].click().run()
    ended(jobs.job("page"))
    session.run()
    assert "no room for it" in session.warning[0].value
    assert not opened(failing).warning
    assert not session.exception
