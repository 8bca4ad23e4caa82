"""What a page of runs offers to do with one as it stands, and the lists in which they are found again."""

import os
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.runs import home, opened
from distilbert_viz.runs.record import FAILED, FINISHED, PAUSED, RUNNING, STOPPED, WAITING
from distilbert_viz.views.training.runs import not_deleted
from tests.support.pages import button, visit

pytestmark = pytest.mark.usefixtures("loaded", "first_pair")


@pytest.mark.parametrize(
    ("status", "labels"),
    [
        (WAITING, {"Stop", "Delete"}),
        (RUNNING, {"Pause", "Stop"}),
        (STOPPED, {"Resume", "Delete"}),
        (FAILED, {"Resume", "Delete"}),
        (FINISHED, {"Delete"}),
    ],
)
def test_a_run_offers_what_can_be_done_as_it_stands(status, labels):
    run = home.new_run(Recipe(device="cpu"), "mine")
    run.set(status=status)
    session = visit("live_run", run=run.id)
    assert {"Pause", "Resume", "Stop", "Delete"} & {found.label for found in session.button} == labels


def test_a_run_that_is_stopped_while_it_waits_stops_also_where_it_begins_at_that_very_moment():
    run = home.new_run(Recipe(device="cpu"), "mine")
    button(visit("live_run", run=run.id), "Stop").click().run()
    assert (run.state()["status"], run.state()["control"]) == (STOPPED, "stop")


def test_a_paused_run_that_holds_its_place_is_not_deleted_and_says_why_and_one_that_is_gone_is_gone():
    run = home.new_run(Recipe(device="cpu"), "mine")
    run.set(status=PAUSED, pid=os.getpid(), pid_began=opened.began(os.getpid()))
    assert "still under way" in not_deleted(run)
    assert home.find(run.id)
    shutil.rmtree(run.folder)
    assert not_deleted(run) is None


def test_a_run_whose_recipe_cannot_be_read_says_so_and_can_be_deleted():
    run = home.new_run(Recipe(device="cpu"), "of a later version")
    run.set(status=FINISHED)
    (run.folder / "recipe.toml").write_text("stepz = 3")
    session = visit("live_run", run=run.id)
    assert any("A recipe has no stepz" in warning.value for warning in session.warning)
    assert button(session, "Delete")


def test_deleting_asks_first():
    run = home.new_run(Recipe(device="cpu"), "mine")
    run.set(status=FINISHED)
    session = visit("live_run", run=run.id)
    button(session, "Delete").click().run()
    assert home.find(run.id)
    assert button(session, "Delete it")


@pytest.mark.parametrize("identity", ["run-0000000000", "../../etc", "<script>", ""])
def test_a_link_to_a_run_that_is_not_there_opens_the_page(identity):
    assert visit("live_run", run=identity).selectbox(key="run_choice").value == "new"


# Lists of runs


def test_runs_of_other_visits_are_listed_apart_also_on_a_private_server():
    theirs = home.new_run(Recipe(device="cpu"), "theirs", session="somebody else")
    theirs.set(status=FINISHED)
    session = visit("live_run")
    button(session, "Start").click().run()
    own = session.session_state.run
    assert list(session.selectbox(key="other_run").options) == ["theirs · finished"]
    assert len(session.selectbox(key="run_choice").options) == 2
    assert session.selectbox(key="run_choice").value == own
    session.selectbox(key="other_run").set_value(theirs.id).run()
    assert session.session_state.run == theirs.id
    assert session.selectbox(key="run_choice").value is None
    assert any("begun in another visit, perhaps by somebody else" in caption.value for caption in session.caption)
    assert session.multiselect(key="compared").value[0] == own
    session.selectbox(key="run_choice").set_value(own).run()
    assert session.session_state.run == own
    assert session.selectbox(key="other_run").value is None


def say(session: AppTest, key: str, title: str) -> None:
    """Let a list say what a browser still shows there: a title from before the run went on."""
    box = session.selectbox(key=key)
    box.options = [title]
    box.set_value(title)


def test_a_list_that_still_says_how_a_run_stood_before_leaves_it_shown_and_chooses_another_by_that_title():
    shown, other = (home.new_run(Recipe(device="cpu"), name) for name in ("shown", "other"))
    for run in (shown, other):
        run.set(status=PAUSED)
    session = visit("live_run", run=shown.id)
    assert set(session.session_state.compared) == {shown.id, other.id}
    for run in (shown, other):
        run.set(status=RUNNING)
    session.run()
    say(session, "other_run", "shown · paused")
    session.multiselect(key="compared").set_value(["other · paused"])
    assert session.run().session_state.run == shown.id
    assert session.query_params["run"] in (shown.id, [shown.id])
    assert session.session_state.compared == [other.id]
    say(session, "other_run", "other · paused")
    assert session.run().session_state.run == other.id


def test_two_runs_of_one_name_are_told_apart_and_the_shown_one_stays():
    runs = [home.new_run(Recipe(device="cpu"), "run of 12:00") for _ in range(2)]
    for run in runs:
        run.set(status=FINISHED)
    for run in runs:
        session = visit("live_run", run=run.id)
        assert len(set(session.selectbox(key="other_run").options)) == 2
        assert session.run().session_state.run == run.id
