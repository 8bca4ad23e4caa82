"""A run is asked for on its page, and what can't be one is refused with a sentence; nothing is trained here."""

import sqlite3

import pytest

from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.choice import PairChoice, TwoSources
from distilbert_viz.runs import home, queue
from distilbert_viz.runs.record import STOPPED, WAITING
from distilbert_viz.session.cache import cache
from tests.support.pages import NASTY, button, visit

pytestmark = pytest.mark.usefixtures("loaded", "first_pair")
FULL = sqlite3.OperationalError("database or disk is full")
FORBIDDEN = PermissionError(13, "Permission denied", "/folder/of/the/server")


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
