"""The page of races, and where their runs stand; nothing is trained here."""

import pytest

from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.records import Evaluation
from distilbert_viz.runs import home, race
from distilbert_viz.runs.record import FINISHED, STOPPED
from tests.support.pages import button, visit

pytestmark = pytest.mark.usefixtures("loaded", "first_pair")


def test_a_race_is_started_once_and_shows_its_table():
    session = visit("race")
    start = next(found for found in session.button if found.label.startswith("Start 5 variants"))
    start.click().run()
    (runs,) = race.races().values()
    assert len(runs) == 15
    for run in runs:
        run.evaluation(Evaluation(60, 0.5, 0.4, 0.3, 0.35, 9.0))
        run.set(status=FINISHED)
    session.run()
    table = session.dataframe[0].value
    assert list(table["variant"]) == list(race.VARIANTS)
    assert set(table["held-out KL, nats"]) == {"0.500 ± 0.000"}
    assert not session.exception


def test_a_race_that_ends_while_its_page_is_open_has_ended_on_all_of_it(monkeypatch):
    race.start(Recipe(device="cpu", steps=9))
    left = iter([15, 15])
    monkeypatch.setattr(race, "under_way", lambda runs: next(left, 0))
    session = visit("race")
    assert not next(found for found in session.button if found.label.startswith("Start 5 variants")).disabled
    assert button(session, "Delete this race")


def test_two_races_of_one_minute_are_told_apart():
    first, _ = (race.start(Recipe(device="cpu", steps=9)) for _ in range(2))
    for run in home.all_runs():
        run.set(status=STOPPED, created=0.0)
    session = visit("race")
    assert len(set(session.selectbox(key="race").options)) == 2
    session.selectbox(key="race").set_value(first).run()
    assert session.run().session_state.race == first


def test_the_runs_of_a_race_stand_on_its_page_and_not_among_the_runs_of_visitors():
    race.start(Recipe(device="cpu"))
    assert list(visit("live_run").selectbox(key="run_choice").options) == ["a new run"]
