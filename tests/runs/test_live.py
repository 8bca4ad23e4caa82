"""What the page of a run asks the server for, and what it is told."""

import base64
import dataclasses
import json
import math
import shutil

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.records import Picture, ProbePicture
from distilbert_viz.runs.record import FAILED, Record, create
from distilbert_viz.views.training import live
from tests.support.runs import GENERATOR, evaluation, maps, new, picture, probe, step

pytestmark = pytest.mark.usefixtures("own_runs")


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
