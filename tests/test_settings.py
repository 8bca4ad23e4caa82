"""What a server is told by its environment, and the smaller app that a public server is."""

import os
from dataclasses import replace
from pathlib import Path

import huggingface_hub.constants
import pytest

from distilbert_viz import settings
from distilbert_viz.distillation.recipe import Recipe, RecipeError
from distilbert_viz.pairs import hub
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.choice import Named, PairChoice
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.runs import home, measurements
from distilbert_viz.runs.record import FINISHED, RUNNING
from distilbert_viz.session import jobs
from tests.support.measured import measurement
from tests.support.pages import button, captions, visit

PAST_CAPS = {"steps": 1_001, "batch": 33, "length": 129}


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path, own_runs):
    """Every test has its own runs, an empty cache and no network."""
    for name in (settings.PUBLIC, settings.FOLDERS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def public(monkeypatch, loaded):
    """A public server, and the built-in pair loaded."""
    monkeypatch.setenv(settings.PUBLIC, "1")


@pytest.fixture
def tree(tmp_path) -> Path:
    """models/bert, other/bert, models/away -> other, models-2/bert."""
    for name in ("models/bert", "other/bert", "models-2/bert"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "models" / "away").symlink_to(tmp_path / "other")
    return tmp_path


# The environment


def test_without_a_word_a_server_is_private_and_opens_any_folder():
    assert settings.read() == settings.Settings(public=False, roots=None)
    assert settings.read().opens("/etc")
    assert settings.limits() is settings.PRIVATE


def test_a_public_server_without_roots_opens_no_folder_but_the_runs_own(monkeypatch, tmp_path):
    monkeypatch.setenv(settings.PUBLIC, "1")
    assert not settings.read().opens("/etc")
    assert settings.read().opens(tmp_path / "runs" / "run-0123456789" / "student")
    assert settings.limits() is settings.DEMO


def test_every_number_of_a_public_server_is_smaller_than_a_private_ones():
    for name, most in vars(settings.DEMO).items():
        private = getattr(settings.PRIVATE, name)
        assert private is None or most < private, name


@pytest.mark.parametrize("value", ["yes", "true", "2", "-1", "1 1"])
def test_a_switch_that_is_neither_on_nor_off_is_refused_with_its_name(monkeypatch, value):
    monkeypatch.setenv(settings.PUBLIC, value)
    assert settings.problem() == f"DISTILBERT_VIZ_PUBLIC must be 1 or 0, not {value!r}."


@pytest.mark.parametrize("value", ["models", "/no/such/folder", "..", f"/tmp{os.pathsep}relative"])
def test_a_root_that_is_no_absolute_folder_is_refused_with_its_name(monkeypatch, value):
    monkeypatch.setenv(settings.FOLDERS, value)
    assert "which is no absolute path of a folder that is there" in settings.problem()


@pytest.mark.parametrize("name", [settings.PUBLIC, settings.FOLDERS])
def test_a_wrong_setting_is_one_sentence_on_the_page_and_nothing_else_is_shown(monkeypatch, name):
    monkeypatch.setenv(name, "**wrong**")
    session = visit("attention")
    assert [error.value.replace("\\", "") for error in session.error] == [
        f"This server's settings can't be followed. {settings.problem()}"
    ]
    assert not session.text_input


# Folders below their roots


def test_a_folder_is_opened_below_a_root_and_nowhere_else(monkeypatch, tree):
    monkeypatch.setenv(settings.FOLDERS, os.pathsep.join([str(tree / "models"), str(tree / "models-2")]))
    for inside in ("models/bert", "models-2/bert", "other/../models/bert"):
        assert hub.on_disk(str(tree / inside)) == tree / inside
    for outside in ("other/bert", "models/../other/bert", "models/away/bert", "models/away", "", "models\0"):
        with pytest.raises(PairError):
            hub.on_disk(str(tree / outside))


def test_a_folder_outside_of_the_roots_and_one_that_is_not_there_get_the_same_sentence(monkeypatch, tree):
    monkeypatch.setenv(settings.FOLDERS, str(tree / "models"))
    sentences = set()
    for name in (tree / "other" / "bert", tree / "nowhere", tree / "models" / "nothing"):
        with pytest.raises(PairError) as refused:
            hub.on_disk(str(name))
        sentences.add(str(refused.value).replace(str(name), "it"))
    assert sentences == {
        "it can't be loaded: there is no such folder below those that this server opens and no such model on the hub."
    }


def test_a_relative_folder_outside_of_the_roots_is_taken_for_a_name_of_the_hub(monkeypatch, tree):
    monkeypatch.setenv(settings.FOLDERS, str(tree / "models"))
    monkeypatch.chdir(tree)
    with pytest.raises(PairError, match="isn't in the Hugging Face cache"):
        hub.on_disk("other/bert")
    assert hub.on_disk("models/bert") == Path("models/bert")


def test_the_built_in_pair_opens_on_every_server(monkeypatch):
    monkeypatch.setenv(settings.PUBLIC, "1")
    assert hub.on_disk(str(FOLDER / "teacher")) == FOLDER / "teacher"
    with pytest.raises(PairError):
        hub.on_disk(str(FOLDER / ".." / "session"))


@pytest.mark.parametrize(
    "revision", ["../../x", "a/../b", "..", "a..b", "/etc", "a//b", "a b", "x\n", "\x00", "-x", "~1", "a\\b", "\u202e"]
)
def test_a_revision_that_is_a_path_or_no_name_is_refused_before_the_cache_is_read(revision):
    with pytest.raises(PairError, match="can't be loaded"):
        hub.split(f"somebody/bert@{revision}")


@pytest.mark.parametrize("revision", ["main", "v1.0", "refs/pr/1", "0123456789abcdef0123456789abcdef01234567", "a-b_c.d"])
def test_a_branch_a_tag_and_a_commit_are_revisions(revision):
    assert hub.split(f"somebody/bert@{revision}") == ("somebody/bert", revision)


@pytest.mark.parametrize("name", ["bert\n", "somebody/bert\n", "a\x00b", "\u202ebert", "../bert", "/etc/passwd", "a/b/c"])
def test_a_name_that_is_a_path_or_no_name_is_refused(name):
    with pytest.raises(PairError, match="no such model on the hub"):
        hub.split(name)


@pytest.mark.parametrize(
    "identity", ["../runs/run-0123456789", "run-0123456789/", "run-0123456789\n", "run-012345678G", ".", "", "\x00"]
)
def test_what_is_no_id_is_no_run_and_no_measurement(identity):
    assert home.find(identity) is None
    with pytest.raises(ValueError, match="is no measurement"):
        measurements.delete(identity)


# The pairs of a public server


def test_a_private_server_offers_a_pair_of_ones_own_and_a_public_one_does_not(monkeypatch, loaded):
    assert visit("tokens").text_input(key="own_teacher")
    monkeypatch.setenv(settings.PUBLIC, "1")
    session = visit("tokens")
    assert not [field for field in session.text_input if field.key.startswith("own_")]
    assert any("opens the pairs of this list" in caption for caption in captions(session))


@pytest.mark.parametrize("pair", ["somebody/bert|somebody/distilbert", "/etc|/etc", "no such pair", "run-0123456789"])
def test_a_link_to_another_pair_is_one_sentence_and_the_first_pair_is_shown(public, pair):
    session = visit("tokens", pair=pair)
    assert [warning.value.replace("\\", "") for warning in session.warning] == [
        "This is a public server: it shows the pairs of its list, and students of the runs made here, and opens no others."
    ]
    assert session.session_state["pair"] == PairChoice()
    assert any("of 512 tokens" in caption for caption in captions(session))


def test_a_listed_pair_that_is_not_on_the_disk_is_not_fetched_by_a_visitor(public):
    session = visit("tokens")
    next(one for one in session.button if one.label.startswith("bert-base-cased")).click().run()
    assert any(caption.startswith("**Not on this server's disk.**") for caption in captions(session))
    assert jobs.job(("look up", Named("base-cased"))).finished.wait(30)
    if not session.warning:  # a look-up that ends within its own run is refused in it
        session.run()
    assert any("visitors fetch nothing" in warning.value for warning in session.warning)
    assert not [one for one in session.button if one.key == "fetch pair"]
    assert session.session_state["pair"] == PairChoice()


def test_a_link_chooses_no_dtype_and_no_device_of_a_public_server(public):
    session = visit("tokens", dtype="bfloat16", device="cpu")
    assert session.session_state["pair"] == PairChoice()
    assert "dtype" not in session.query_params


def test_the_student_of_a_run_is_a_pair_of_a_public_server(public):
    run = home.new_run(Recipe(device="cpu"), "mine")
    (run.folder / "student").mkdir()
    session = visit("tokens", pair=run.id)
    assert session.session_state["pair"].spelling == run.id
    assert hub.on_disk(str(run.folder / "student")) == run.folder / "student"


# Its runs


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


# Its texts, files and calculations


def test_a_public_server_reads_2000_characters_and_says_so(public):
    session = visit("tokens", "word " * 5_000)
    assert len(session.session_state["text"]) == settings.DEMO.text
    assert any("this server reads the first 2,000 characters" in caption for caption in captions(session))


@pytest.mark.parametrize(
    ("page", "kind", "key"),
    [("heads", "heads_text", "heads_file"), ("quality", "quality_text", "quality_file"), ("live_run", "run_text", "run_file")],
)
def test_a_larger_file_than_a_public_server_reads_is_refused_with_a_sentence(public, page, kind, key):
    session = visit(page)
    own = "file" if page == "live_run" else "a text file of mine"
    session.segmented_control(key=kind).set_value(own).run()
    assert "200 kB" in session.file_uploader(key=key).label
    session.file_uploader(key=key).upload("mine.txt", b"two words\n" * 30_000, "text/plain").run()
    assert "The file has 0.3 MB, and this server reads at most 200 kB." in [warning.value for warning in session.warning]


def test_heads_are_compared_on_20_lines_of_a_file_on_a_public_server(public):
    session = visit("heads")
    session.segmented_control(key="heads_text").set_value("a text file of mine").run()
    session.file_uploader(key="heads_file").upload("mine.txt", b"two words\n" * 50, "text/plain").run()
    assert any("on 20 lines" in one.label for one in session.button)


def test_a_public_server_measures_few_sizes_at_a_time_and_says_which(public):
    from distilbert_viz.cost.request import Request
    from distilbert_viz.views.savings.measuring import refuse_large

    refuse_large(Request())
    with pytest.raises(
        ValueError, match="at most 4 sizes at a time, of at most 1,024 tokens a pass, and these are 8 of up to 4,096"
    ):
        refuse_large(Request(lengths=(16, 32, 64, 128), batches=(1, 32)))


def test_measurements_of_a_public_server_belong_to_all_and_the_oldest_goes(public):
    for second in range(settings.DEMO.kept + 2):
        measurements.keep(measurement(began=f"2026-11-23T03:00:{second:02}+00:00"))
    measurements.forget_oldest(settings.limits().kept)
    assert len(measurements.newest_first()) == settings.DEMO.kept
    assert measurements.newest_first()[-1][1].setting.began.endswith("00:02+00:00")
    assert "Delete" not in {one.label for one in visit("speed").button}


def test_a_public_server_calculates_four_things_at_a_time(monkeypatch):
    monkeypatch.setenv(settings.PUBLIC, "1")
    registry = jobs.Jobs()
    for key in range(settings.DEMO.jobs):
        registry.admit(key, 1, alone=False)
    with pytest.raises(jobs.Busy, match="4 calculations are under way on this server, which is the most"):
        registry.admit("one more", 1, alone=False)
    assert registry.admit(0, 1, alone=False)[1] is False
