"""The record of a run, the queue of a device, and what the page of a run asks the server for."""

import base64
import contextlib
import dataclasses
import itertools
import json
import math
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import datasets
import numpy as np
import psutil
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from distilbert_viz import distillation, settings
from distilbert_viz.distillation.recipe import Recipe, RecipeError
from distilbert_viz.figures.training import race as race_figures
from distilbert_viz.figures.training import runs as figures
from distilbert_viz.records import Evaluation, Picture, Probe, ProbePicture, Step
from distilbert_viz.runs import child, consumer, home, opened, queue, race
from distilbert_viz.runs.record import (
    FAILED,
    FINISHED,
    PAUSED,
    RUNNING,
    STOPPED,
    STUDENT,
    WAITING,
    Outline,
    Record,
    create,
)
from distilbert_viz.views.training import live

pytestmark = pytest.mark.usefixtures("own_runs")
GENERATOR = np.random.default_rng(3)


def step(number: int) -> Step:
    return Step(number, 12.5, 0.5, 4.0, 0.25, 3.0, 5e-4, 320, 0.5 * number)


def evaluation(number: int, kl: float = 0.5) -> Evaluation:
    return Evaluation(number, kl, 0.4, 0.3, 0.35, 0.5 * number)


def maps(layers: int, tokens: int) -> np.ndarray:
    weights = GENERATOR.random((layers, 2, tokens, tokens), dtype=np.float32)
    return weights / weights.sum(-1, keepdims=True)


def probe(tokens: int) -> Probe:
    words = tuple("abcdefgh"[:tokens])
    return Probe("a text", words, 1, ("x", "y"), np.array([0.7, 0.1], np.float32), maps(3, tokens))


def picture(number: int, *tokens: int) -> Picture:
    probabilities = np.array([0.6, 0.2], np.float32)
    return Picture(number, tuple(ProbePicture(probabilities, ("x", "z"), probabilities, 0.1, maps(2, n)) for n in tokens))


def new(name: str = "a run", **state: object) -> Record:
    return home.new_run(Recipe(device="cpu"), name, **state)


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


# What the page of a run asks for


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=live.routes()))


def test_the_page_gets_what_it_has_not_seen_and_nothing_twice(client):
    run = new()
    run.steps([step(1), step(2), step(3)])
    run.evaluation(evaluation(0))
    run.picture(picture(0, 3))
    first = client.get(f"/runs/{run.id}/live").json()
    assert (first["steps"]["number"], first["evaluations"]["number"], first["pictures"]) == ([1, 2, 3], [0], [0])
    assert first["steps"]["loss_ce"] == [0.5] * 3
    later = client.get(f"/runs/{run.id}/live?after=2&evaluated=0").json()
    assert (later["steps"]["number"], later["evaluations"]["number"]) == ([3], [])
    run.set(status=FAILED, reason="why")
    assert client.get(f"/runs/{run.id}/live?after=3&evaluated=0").json()["reason"] == "why"


def test_pictures_of_each_probe_come_apart_as_they_were_put_together(client):
    run, made = new(), picture(2, 3, 5)
    run.probes((probe(3), probe(5)))
    run.picture(made)
    for words, expected in zip(client.get(f"/runs/{run.id}/pictures/2").json(), made.probes, strict=True):
        assert base64.b64decode(words["maps"]) == np.rint(255 * expected.attentions).astype(np.uint8).tobytes()
    assert [words["shape"] for words in client.get(f"/runs/{run.id}/probes").json()] == [[3, 2, 3, 3], [3, 2, 5, 5]]


@pytest.mark.filterwarnings("error")
def test_numbers_that_are_not_finite_are_nothing_to_the_page(client):
    run, spoilt = new(), np.array([math.nan, 0.2], np.float32)
    run.probes((probe(3),))
    run.evaluation(evaluation(1, math.nan))
    run.picture(Picture(1, (ProbePicture(spoilt, ("x", "z"), spoilt, math.nan, np.nan * maps(2, 3)),), (math.inf, 0.5)))
    said = [client.get(f"/runs/{run.id}/{rest}").text for rest in ("live", "pictures/1")]
    seen, (words,) = (json.loads(text, parse_constant=pytest.fail) for text in said)
    assert seen["evaluations"]["kl"] == [None]
    assert words["student"] == words["own_probabilities"] == [None, pytest.approx(0.2)]
    assert (words["kl"], words["hand_over"]) == (None, [None, 0.5])


def test_a_picture_of_no_sentence_is_empty(client):
    run = new()
    run.picture(Picture(7, ()))
    assert client.get(f"/runs/{run.id}/pictures/7").json() == []


def test_a_step_is_read_from_the_disk_once_for_all_who_watch(client, monkeypatch):
    run = new()
    run.probes((probe(3),))
    run.picture(picture(7, 3))
    first = client.get(f"/runs/{run.id}/pictures/7").content
    monkeypatch.setattr(Record, "kept_picture", lambda *_: pytest.fail("read again"))
    assert client.get(f"/runs/{run.id}/pictures/7").content == first


def test_what_a_run_made_anew_or_one_that_goes_on_draws_again_is_shown_and_not_what_was_there_before(client):
    run, seen = new(), []
    for _ in range(2):
        run.probes((probe(3),))
        for began in (1.0, 2.0):
            run.set(pid_began=began)
            run.picture(picture(7, 3))
            run.steps([dataclasses.replace(step(1), loss=GENERATOR.random())])
            answers = client.get(f"/runs/{run.id}/pictures/7").text, client.get(f"/runs/{run.id}/live").text
            assert json.loads(answers[1])["steps"]["loss"] == [run.all_steps()[0].loss]
            seen.append(answers[0])
        shutil.rmtree(run.folder)
        create(run.folder, Recipe(device="cpu"), "again")
    assert len(set(seen)) == 4


@pytest.mark.parametrize(
    "path", ["run-0000000000/live", "run-0000000000/probes", "run-0000000000/pictures/1", "..%2f..%2fetc/live"]
)
def test_a_run_that_is_not_there_is_not_found(client, path):
    assert client.get(f"/runs/{path}").status_code == 404


@pytest.mark.parametrize("after", ["-1", "x", "²", "1e9", "99999999999999999999", ""])
def test_a_spoilt_question_is_answered_from_the_start(client, after):
    run = new()
    run.steps([step(1)])
    assert client.get(f"/runs/{run.id}/live", params={"after": after}).json()["steps"]["number"] == [1]


# Races and comparisons


def test_a_race_is_every_variant_under_every_seed_and_differs_in_that_alone():
    name = race.start(Recipe(device="cpu", steps=9))
    runs = race.races()[name]
    assert len(runs) == len(race.VARIANTS) * len(race.SEEDS) == race.under_way(runs) == 15
    by_variant = {variant: [run.recipe for run in runs if run.state()["variant"] == variant] for variant in race.VARIANTS}
    assert all(sorted(r.seed for r in recipes) == [1, 2, 3] for recipes in by_variant.values())
    assert {r.alpha_ce for r in by_variant["no L_ce"]} == {0.0}
    assert {r.start for r in by_variant["random start"]} == {"random"}
    assert {(r.alpha_ce, r.alpha_mlm, r.alpha_cos, r.start) for r in by_variant["all parts"]} == {(5.0, 2.0, 1.0, "teacher")}


def test_the_table_of_a_race_is_mean_and_sample_deviation_of_the_last_evaluations():
    name = race.start(Recipe(device="cpu"))
    runs = race.races()[name]
    for run, kl in zip([r for r in runs if r.state()["variant"] == "no L_cos"], (0.5, 0.6, 0.7), strict=True):
        run.evaluation(evaluation(0, 9.0))
        run.evaluation(evaluation(60, kl))
        run.set(status=FINISHED)
    rows = {row["variant"]: row for row in race_figures.table(race.results(runs))}
    assert rows["no L_cos"]["held-out KL, nats"] == "0.600 ± 0.100"
    assert rows["no L_cos"]["seeds"] == 3
    assert rows["no L_cos"]["paper: GLUE against all parts"] == "-1.46"
    assert rows["all parts"]["held-out KL, nats"] == "–"


def test_the_table_of_a_run_joins_steps_and_evaluations_by_their_number():
    rows = figures.table([step(1), step(2)], [evaluation(0), evaluation(2)])
    assert [(row["number"], row["loss"], row["kl"]) for row in rows] == [(0, None, 0.5), (1, 12.5, None), (2, 12.5, 0.5)]
    assert json.dumps(rows)


def test_a_comparison_has_a_line_a_run_through_its_own_numbers():
    figure = figures.compare({"<b>one</b>": [evaluation(0, 2.0), evaluation(9, 1.0)], "two": []}, "held-out KL")
    assert [list(line.y) for line in figure.data] == [[2.0, 1.0], []]
    assert "<b>" not in figure.data[0].name
