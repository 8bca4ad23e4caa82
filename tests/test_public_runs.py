"""The runs of a public server: how large, how many at a time, whose, and how long they are kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from distilbert_viz import settings
from distilbert_viz.distillation.recipe import Recipe, RecipeError
from distilbert_viz.runs import home
from distilbert_viz.runs.record import FINISHED, RUNNING
from tests.support.pages import button, captions, visit

pytestmark = pytest.mark.usefixtures("untold")
PAST_CAPS = {"steps": 1_001, "batch": 33, "length": 129}


def test_the_page_says_what_a_run_may_be_before_one_is_asked_for(public):
    assert any("at most 1,000 steps of 32 sentences of 128 tokens" in caption for caption in captions(visit("live_run")))
    assert visit("live_run").number_input(key="run_steps").max == 1_000


def test_a_public_server_reads_no_data_set_of_the_hub(public):
    assert "a Hugging Face data set" not in visit("live_run").segmented_control(key="run_text").options


def test_a_visitor_of_a_public_server_has_one_run_at_a_time(public):
    session = visit("live_run")
    button(session, "Start").click().run()
    session.selectbox(key="run_choice").set_value("new").run()
    button(session, "Start").click().run()
    assert "You have one run under way" in session.warning[0].value
    assert len(home.all_runs()) == 1


def test_a_full_queue_takes_no_more_whoever_asks(public):
    for _ in range(settings.DEMO.runs):
        home.new_run(Recipe(device="cpu"), "somebody's", session="somebody")
    session = visit("live_run")
    button(session, "Start").click().run()
    assert "5 of at most 5 runs of this server are under way or waiting" in session.warning[0].value
    assert len(home.all_runs()) == settings.DEMO.runs


@pytest.mark.parametrize("name", PAST_CAPS)
def test_a_run_larger_than_the_page_offers_is_refused_too(monkeypatch, name):
    from distilbert_viz.session import visitors

    visitors.refuse_large(Recipe(**{name: PAST_CAPS[name]}))
    monkeypatch.setenv(settings.PUBLIC, "1")
    with pytest.raises(RecipeError, match=f"{PAST_CAPS[name]:,}"):
        visitors.refuse_large(Recipe(**{name: PAST_CAPS[name]}))


def test_a_race_is_more_than_a_public_servers_queue(public):
    session = visit("race")
    assert "A race is 15 runs, and this public server takes 5 at a time" in session.info[0].value
    assert not [one for one in session.button if one.label.startswith("Start 5 variants")]


def test_a_race_that_finds_too_little_room_in_a_private_servers_queue_is_refused_with_a_sentence(monkeypatch, loaded):
    monkeypatch.setattr(settings, "PRIVATE", replace(settings.PRIVATE, runs=15))
    home.new_run(Recipe(device="cpu"), "somebody's", session="somebody")
    session = visit("race")
    next(one for one in session.button if one.label.startswith("Start 5 variants")).click().run()
    assert "1 of at most 15 runs of this server" in session.warning[0].value
    assert len(home.all_runs()) == 1


def test_on_a_public_server_somebody_elses_run_is_watched_by_its_link_and_not_touched(public):
    run = home.new_run(Recipe(device="cpu"), "somebody's", session="somebody")
    run.set(status=FINISHED)
    session = visit("live_run", run=run.id)
    labels = {one.label for one in session.button}
    assert not labels & {"Delete", "Stop", "Resume", "Pause"}
    assert any("begun in another visit" in caption for caption in captions(session))
    assert "Record (.csv)" in {one.label for one in session.get("download_button")}
    assert list(visit("live_run").selectbox(key="run_choice").options) == ["a new run"]


def test_a_run_can_not_be_held_in_its_place_on_a_public_server(public):
    run = home.new_run(Recipe(device="cpu"), "mine", session="me")
    run.set(status=RUNNING)
    session = visit("live_run", run=run.id)
    session.session_state["session"] = "me"
    session.run()
    assert {"Stop"} == {one.label for one in session.button} & {"Delete", "Stop", "Resume", "Pause"}


def test_the_oldest_ended_runs_and_their_texts_go_when_a_public_server_has_kept_enough(public):
    texts = [home.keep_text(f"text {i % 3}".encode()) for i in range(settings.DEMO.kept)]
    runs = [home.new_run(Recipe(device="cpu", text=(text,)), "one") for text in texts]
    for run in runs[:3]:
        run.set(status=FINISHED)
    home.new_run(Recipe(device="cpu"), "the next")
    assert not runs[0].folder.exists()
    assert all(run.folder.exists() for run in runs[1:])
    home.delete(runs[3])
    assert Path(texts[0]).exists(), "other runs read it"
    for run in runs[6::3]:
        home.delete(run)
    assert not Path(texts[0]).exists(), "nobody reads it any more"
    assert Path(texts[1]).exists()
