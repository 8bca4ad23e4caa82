"""The pages of runs and races, run as a session would run them; nothing is trained here."""

import json
import os
import shutil
import sqlite3

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from streamlit.testing.v1 import AppTest

from distilbert_viz.distillation.checkpoints import TRAINED_STEPS
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.choice import PairChoice, RunStudent, TwoSources
from distilbert_viz.records import Evaluation
from distilbert_viz.runs import home, opened, queue, race
from distilbert_viz.runs.record import FAILED, FINISHED, PAUSED, RUNNING, STOPPED, STUDENT, WAITING, Record
from distilbert_viz.session.cache import cache
from distilbert_viz.views.training.runs import not_deleted
from tests.support.pages import NASTY, button, visit

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.fixture(autouse=True)
def _first_pair(own_runs, no_recordings):
    """Students that others opened don't keep the first pair away."""
    assert cache().load(PairChoice()).finished.wait(60)


def test_start_without_a_choice_queues_the_default_recipe_with_the_present_text_first():
    session = visit("live_run", "A cat drank [MASK].")
    button(session, "Start").click().run()
    run = home.all_runs()[0]
    recipe = run.recipe
    assert run.state()["status"] == WAITING
    assert recipe.probes == ("A cat drank [MASK].", *Recipe().probes[:3])
    assert (recipe.layers, recipe.initial_layers, recipe.text, recipe.teacher) == (3, (0, 2, 5), ("sentences",), "built-in")
    assert (recipe.alpha_ce, recipe.alpha_mlm, recipe.alpha_cos) == (Recipe().alpha_ce, Recipe().alpha_mlm, Recipe().alpha_cos)
    assert session.query_params["run"] in (run.id, [run.id])
    assert not session.exception


def test_a_teacher_in_a_folder_is_found_by_the_process_that_trains_which_begins_elsewhere(monkeypatch):
    monkeypatch.chdir(FOLDER)
    pair = TwoSources("teacher", "student")
    assert cache().load(PairChoice(pair)).finished.wait(60)
    button(visit("live_run", pair=str(pair)), "Start").click().run()
    assert home.all_runs()[0].recipe.teacher == str(FOLDER / "teacher")


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("page", ["live_run", "race"])
def test_no_text_ends_in_a_traceback(page, name):
    visit(page, NASTY[name])


def test_a_visitor_gets_three_runs_and_then_a_sentence():
    session = visit("live_run")
    for _ in range(3):
        button(session, "Start").click().run()
        session.selectbox(key="run_choice").set_value("new").run()
    button(session, "Start").click().run()
    assert "the most for one visitor" in session.warning[0].value
    assert len(home.all_runs()) == 3


@pytest.mark.parametrize("name", ["mine", "<img src=x onerror=window.hacked=1> **bold**"])
def test_a_run_is_called_as_it_was_named(name):
    session = visit("live_run")
    session.text_input(key="run_name").set_value(name).run()
    button(session, "Start").click().run()
    assert home.all_runs()[0].state()["name"] == name
    assert not session.exception


def test_a_run_without_a_text_is_refused_with_a_sentence():
    session = visit("live_run")
    session.segmented_control(key="run_text").set_value("file").run()
    button(session, "Start").click().run()
    assert "no text to learn from" in session.warning[0].value
    assert home.all_runs() == []


@pytest.mark.parametrize(
    ("content", "words"), [(b"one line\n" * 3, "has 3 lines"), (b"", "has 0 lines"), (b"\xff\xfe\x00" * 9, "at least 64")]
)
def test_a_text_that_is_too_short_or_no_text_is_refused_with_a_sentence(content, words):
    session = visit("live_run")
    session.segmented_control(key="run_text").set_value("file").run()
    session.file_uploader(key="run_file").upload("text.txt", content, "text/plain").run()
    button(session, "Start").click().run()
    assert words in session.warning[0].value


@pytest.mark.parametrize("name", ["/etc/passwd", "../books.txt", "C:\\text.txt", "<script>", "tests", "https://example.org/a"])
def test_what_cannot_be_a_data_sets_name_is_refused_and_no_file_of_the_server_is_opened(name):
    session = visit("live_run")
    session.segmented_control(key="run_text").set_value("hub").run()
    session.text_input(key="run_data").set_value(name).run()
    assert "owner/name" in session.warning[0].value
    button(session, "Start").click().run()
    assert any("There is no text to learn from" in found.value for found in session.warning)
    assert home.all_runs() == []


def test_too_few_teacher_layers_are_refused_with_a_sentence():
    session = visit("live_run")
    session.multiselect(key="run_from_3").set_value([0, 2]).run()
    button(session, "Start").click().run()
    assert "needs as many teacher layers" in session.warning[0].value


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


FULL = sqlite3.OperationalError("database or disk is full")
FORBIDDEN = PermissionError(13, "Permission denied", "/folder/of/the/server")


def fails(error: Exception):
    """What raises it."""

    def failing(*_: object, **__: object) -> None:
        raise error

    return failing


@pytest.mark.parametrize(("error", "words"), [(FULL, "disk is full"), (FORBIDDEN, "Permission denied")])
def test_a_run_that_cannot_be_kept_is_refused_with_a_sentence_that_names_no_folder(monkeypatch, error, words):
    stopped = home.new_run(Recipe(device="cpu"), "mine")
    stopped.set(status=STOPPED)
    monkeypatch.setattr(home, "new_run", fails(error))
    monkeypatch.setattr(queue, "enqueue", fails(error))
    monkeypatch.setattr(queue, "start_consumer", fails(error))
    started, resumed, raced = visit("live_run"), visit("live_run", run=stopped.id), visit("race")
    button(started, "Start").click().run()
    button(resumed, "Resume").click().run()
    next(found for found in raced.button if found.label.startswith("Start 5 variants")).click().run()
    for session in (started, resumed, raced):
        assert words in session.warning[0].value
        assert "/" not in session.warning[0].value
        assert not session.exception


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


def learned(run: Record, steps: int) -> None:
    """Leave the student that the run saves after `steps` steps: the built-in one, in which every position embedding is `steps`."""
    folder = run.folder / STUDENT
    shutil.copytree(FOLDER / "student", folder, dirs_exist_ok=True)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {TRAINED_STEPS: steps}))
    weights = load_file(FOLDER / "student" / "model.safetensors")
    (positions,) = [name for name in weights if name.endswith("position_embeddings.weight")]
    weights[positions] = np.full_like(weights[positions], steps)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def stopped_run(steps: int) -> Record:
    """A run that was stopped after `steps` steps and has left its student."""
    run = home.new_run(Recipe(device="cpu"), "mine")
    run.set(status=STOPPED)
    learned(run, steps)
    return run


def shown_steps(session: AppTest) -> float:
    """How many steps the student that the session shows had learned, by its own weights."""
    loading = cache().load(session.session_state.pair)
    assert loading.finished.wait(60)
    assert loading.error is None
    return float(loading.loaded.pair.student.embeddings.position_embeddings.weight[0, 0])


def test_a_student_that_is_used_again_after_its_run_learned_on_is_the_one_that_learned_on():
    run = stopped_run(10)
    assert cache().load(PairChoice(device="cpu")).finished.wait(60)
    session = visit("live_run", run=run.id, device="cpu")
    button(session, "Use this student").click().run()
    assert shown_steps(session) == 10
    assert session.run().query_params["pair"] in (f"{run.id}@10", [f"{run.id}@10"])
    learned(run, 20)
    button(session.run(), "Use this student").click().run()
    assert shown_steps(session) == 20
    assert session.session_state.pair == PairChoice(RunStudent(run.id, 20), "cpu")
    assert not session.run().exception


@pytest.mark.parametrize("step", ["", "@20"])
def test_a_link_to_a_runs_student_as_it_stands_shows_it_and_says_nothing(step):
    run = stopped_run(20)
    session = visit("attention", pair=f"{run.id}{step}")
    assert session.session_state.pair == PairChoice(RunStudent(run.id, 20))
    assert not session.warning
    assert shown_steps(session) == 20


def test_a_link_to_a_runs_student_that_has_learned_on_shows_it_as_it_is_now_and_says_so():
    run = stopped_run(20)
    session = visit("attention", pair=f"{run.id}@10")
    (warning,) = session.warning
    assert "learned on since" in warning.value
    assert "step 20" in warning.value
    assert session.session_state.pair == PairChoice(RunStudent(run.id, 20))
    assert shown_steps(session) == 20


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
