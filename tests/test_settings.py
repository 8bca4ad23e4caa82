"""What a server is told by its environment, and the folders that it opens then."""

import os
from pathlib import Path

import pytest

from distilbert_viz import settings
from distilbert_viz.pairs import hub
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.runs import home, measurements
from tests.support.pages import visit

pytestmark = pytest.mark.usefixtures("untold")


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
