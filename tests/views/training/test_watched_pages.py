"""A training that is somebody else's, on the page of runs: whose it is, what it shows, and that it is left alone."""

import json
import os

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from distilbert_viz import settings
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs.choice import PairChoice, RunStudent
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.records import Evaluation, NamedLoss, Picture, Probe, ProbePicture, Step
from distilbert_viz.runs import home, opened, students, watched
from distilbert_viz.runs.record import FINISHED, RUNNING, Record, create
from distilbert_viz.runs.watched import Watched
from distilbert_viz.views.training import live
from tests.support.components import given
from tests.support.pages import captions, plain_words, visit

pytestmark = pytest.mark.usefixtures("loaded", "own_runs", "no_recordings")
HOST = os.uname().nodename
DESCRIBED = Watched("train.py", HOST, "BertForMaskedLM", "MyStudent*", 9, 2, (0, 2), "token", 0.03)
STEERING = {"Pause", "Resume", "Stop", "Delete"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of a training that somebody watches in this very process, which the server was given."""
    place = tmp_path / "theirs"
    watched.create(place, DESCRIBED, "theirs")
    record = Record(place)
    record.set(status=RUNNING, pid=os.getpid(), pid_began=opened.began(os.getpid()), watching="watching took 2.1%")
    nothing = float("nan")
    record.steps([Step(n, 1.0 / n, nothing, nothing, nothing, nothing, 1e-3, 0, 0.5 * n) for n in (1, 2)])
    record.named_losses([NamedLoss(2, "distance", 0.25)])
    record.evaluation(Evaluation(0, 2.0, 0.4, nothing, nothing, 0.0))
    record.evaluation(Evaluation(2, 1.0, 0.6, nothing, nothing, 1.0))
    monkeypatch.setenv(settings.OPENED, str(place))
    return place


def show(folder):
    """The page with the run."""
    return visit("live_run", run=opened.identity(folder))


def test_it_is_shown_with_whose_it_is_and_without_a_button_that_steers(folder):
    session = show(folder)
    assert not STEERING & {found.label for found in session.button}
    said = next(caption for caption in captions(session) if "watched here" in caption)
    assert "train\\.py on" in said
    assert "a MyStudent\\* learns from a BertForMaskedLM" in said
    assert "nothing on this page pauses, stops or deletes it" in said
    assert session.selectbox(key="other_run").value == opened.identity(folder)
    data = given(session, f"watch_{opened.identity(folder)}")
    assert (data["steps"], data["layers"], data["start"], data["watched"], data["outcome"]) == (9, 2, [0, 2], True, "token")
    said = [plain_words(found.value).replace("\\", "") for found in session.markdown]
    assert any("its teacher's for 60% of hidden words in held-out sentences" in words for words in said)


def test_every_visitor_of_a_public_server_sees_it_and_nobody_steers_it(folder, monkeypatch):
    monkeypatch.setenv(settings.PUBLIC, "1")
    session = show(folder)
    assert session.session_state.run == opened.identity(folder)
    assert not STEERING & {found.label for found in session.button}


def test_what_the_page_asks_for_is_json_whatever_the_training_said(folder):
    client = TestClient(Starlette(routes=live.routes()))
    news = client.get(f"/runs/{opened.identity(folder)}/live").json()
    assert (news["steps"]["distance"], news["steps"]["loss_ce"]) == ([None, 0.25], [None, None])
    assert news["evaluations"]["student_accuracy"] == [None, None]
    assert (news["status"], news["watching"]) == (RUNNING, "watching took 2.1%")
    assert client.get(f"/runs/standing?of={opened.identity(folder)}").json() == {
        opened.identity(folder): f"{RUNNING}, without a student"
    }


def test_a_training_whose_process_is_gone_has_stopped_and_its_record_is_not_written(folder):
    Record(folder).set(pid=2**22 + 1)
    run = home.find(opened.identity(folder))
    assert run.state()["status"] == "stopped"
    assert run.state()["reason"] == opened.GONE
    assert Record(folder).state()["status"] == RUNNING
    watched.write(folder, Watched(**{**vars(DESCRIBED), "host": "another machine"}))
    assert run.state()["status"] == RUNNING, "who can't see the process believes the record"


def test_it_is_never_written_trained_or_deleted(folder):
    run = home.find(opened.identity(folder))
    with pytest.raises(ValueError, match="somebody else's"):
        run.set(control="stop")
    with pytest.raises(ValueError, match="somebody else's"):
        home.delete(run)
    assert home.all_runs() == home.unfinished("cpu") == home.waiting("cpu") == []


def test_its_student_is_refused_in_a_sentence_wherever_it_was_saved(folder):
    (folder / "student").mkdir()
    choice = PairChoice(RunStudent(opened.identity(folder)))
    assert not home.find(opened.identity(folder)).has_student
    with pytest.raises(PairError, match="watched alone: its student isn't kept"):
        students.sources(choice)
    assert students.title(choice) == "its teacher → student of theirs"


def test_a_run_of_a_shell_is_shown_the_same_way_and_its_student_can_be_used(tmp_path, monkeypatch):
    record = create(tmp_path / "shell", Recipe(device="cpu", steps=3), "shell")
    record.set(status=FINISHED)
    (tmp_path / "shell" / "student").mkdir()
    monkeypatch.setenv(settings.OPENED, str(tmp_path / "shell"))
    session = show(tmp_path / "shell")
    labels = {found.label for found in session.button}
    assert not STEERING & labels
    assert "Use this student" in labels
    assert any("A run from a shell, shown here" in caption for caption in captions(session))


def test_a_folder_that_is_gone_or_no_run_is_no_run_and_the_pages_stand(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv(settings.OPENED, f"{tmp_path / 'gone'}{os.pathsep}{tmp_path / 'empty'}")
    assert settings.problem() is None
    assert show(tmp_path / "empty").selectbox(key="run_choice").value == "new"
    monkeypatch.setenv(settings.OPENED, "relative")
    assert settings.problem() == "DISTILBERT_VIZ_OPENED names 'relative', which is no absolute path."


def test_what_is_taken_along_of_it_is_json_and_a_table_with_its_own_names(folder):
    session = show(folder)
    files = {found.proto.label: found for found in session.get("download_button")}
    assert {"Record (.csv)", "Record (.json)"} <= files.keys()
    from distilbert_viz.figures.training import runs as figures

    record = home.find(opened.identity(folder))
    rows = figures.table(record.all_steps(), record.all_evaluations(), record.all_named_losses())
    assert [row["distance"] for row in rows] == [None, None, 0.25]
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows


def test_a_picture_of_heads_alone_is_read_as_it_was_written(folder):
    maps, empty = np.full((2, 3, 4, 4), 0.25, np.float32), np.zeros(0, np.float32)
    record = Record(folder)
    record.probes((Probe("a b", ("[CLS]", "a", "b", "[SEP]"), 1, (), empty, maps),))
    record.picture(Picture(0, (ProbePicture(empty, (), empty, float("nan"), maps),)))
    client = TestClient(Starlette(routes=live.routes()))
    (words,) = client.get(f"/runs/{opened.identity(folder)}/pictures/0").json()
    assert (words["kl"], words["own"], words["student"]) == (None, [], [])
