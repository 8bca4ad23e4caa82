"""Asking for a pair on the page: what is said, what a press does, and that the pair before stays until the other is whole."""

import pytest
from streamlit.testing.v1 import AppTest

from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.session import jobs
from distilbert_viz.session.cache import Cache
from tests.support.hub import CHUNK, STUDENT, TEACHER, WEIGHTS, save_models, serving_pair
from tests.support.pages import button, visit

PAIR = f"{TEACHER}|{STUDENT}"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return save_models(tmp_path_factory.mktemp("models"))


@pytest.fixture
def served(folders, tmp_path, monkeypatch):
    """A hub with a tiny pair, an empty cache, and a server of one's own."""
    kept, registry = Cache(), jobs.Jobs()
    monkeypatch.setattr(jobs, "server_jobs", lambda: registry)
    monkeypatch.setattr("distilbert_viz.frame.fetching.cache", lambda: kept)
    with serving_pair(folders, tmp_path, monkeypatch) as served:
        served.cache = kept
        yield served


def page() -> None:
    """A page that can be asked for a pair."""
    import streamlit as st

    from distilbert_viz.frame import fetching
    from distilbert_viz.pairs.choice import Named, PairChoice, TwoSources

    st.session_state.setdefault("pair", PairChoice(Named("the pair before")))
    st.button("Ask", on_click=fetching.want_models, args=(TwoSources("somebody/tiny-bert", "somebody/tiny-distilbert"),))
    fetching.wanted_pair()
    st.caption(f"shown: {st.session_state.pair.spelling}")


def asked() -> AppTest:
    """A session that asked for the pair and has its answer."""
    session = AppTest.from_function(page, default_timeout=60).run()
    session.button[0].click().run()
    return after(session, "look up")


def after(session: AppTest, job: str) -> AppTest:
    """The session once a job has ended."""
    assert jobs.job((job, PairChoice.read(PAIR).models)).finished.wait(30)
    return session.run()


def said(session: AppTest) -> str:
    return " ".join(element.value for element in (*session.markdown, *session.caption, *session.warning)).replace("\\", "")


def test_nothing_is_fetched_by_asking_and_not_now_asks_no_more(served):
    session = asked()
    assert "licence mit" in said(session)
    assert "MB to come" in said(session)
    session.button("no pair").click().run()
    assert said(session) == "shown: the pair before"
    assert served.sent(WEIGHTS) == []


def test_a_fetched_pair_is_shown_once_it_is_loaded(served):
    session = asked()
    session.button("fetch pair").click().run()
    after(session, "fetch")
    assert served.cache.load(PairChoice.read(PAIR)).finished.wait(60)
    assert said(session.run()) == f"shown: {PAIR}"


def test_a_stopped_fetch_says_so_and_the_next_press_goes_on(served):
    served.slow.add(WEIGHTS)
    session = asked()
    session.button("fetch pair").click().run()
    while not served.sent(WEIGHTS):
        session.run()
    session.button("stop fetching").click().run()
    served.go_on.set()
    after(session, "fetch")
    assert "Stopped. What came is kept, and the next fetch goes on from there." in said(session)
    assert "shown: the pair before" in said(session)
    session.button("fetch pair").click().run()
    after(session, "fetch")
    assert jobs.job(("fetch", PairChoice.read(PAIR).models)).ending() is None


def test_a_fetch_that_breaks_off_says_where_and_the_pair_before_stays(served):
    served.cut[WEIGHTS] = 2 * CHUNK
    session = asked()
    session.button("fetch pair").click().run()
    after(session, "fetch")
    assert f"{WEIGHTS} broke off after {2 * CHUNK:,} of " in said(session)
    assert "shown: the pair before" in said(session)


def test_a_mirror_that_lists_names_alone_says_that_nothing_can_be_resumed_or_checked(served):
    served.names_only = True
    session = asked()
    assert "files, licence mit" in said(session)
    assert "one that breaks off begins again, and none is checked" in said(session)
    session.button("fetch pair").click().run()
    after(session, "fetch")
    assert served.cache.load(PairChoice.read(PAIR)).finished.wait(60)
    assert said(session.run()) == f"shown: {PAIR}"


def test_a_hub_that_refuses_is_quoted_and_the_pair_before_stays(served):
    served.repositories[STUDENT].status, served.repositories[STUDENT].code = 403, "GatedRepo"
    session = asked()
    assert "its owner opens it only to people who accepted its conditions" in said(session)
    assert "shown: the pair before" in said(session)


def test_both_models_are_judged_at_once_each_with_its_own_sentence(served):
    served.repositories[TEACHER].files["config.json"] = b'{"model_type": "gpt2"}'
    served.repositories[STUDENT].status, served.repositories[STUDENT].code = 403, "GatedRepo"
    session = asked()
    assert f"{TEACHER} is a gpt2 model; a pair is made of" in said(session)
    assert f"{STUDENT} can't be fetched: its owner opens it only to people who accepted its conditions" in said(session)


def own_pair(teacher: str, student: str) -> AppTest:
    """A session that asked for a pair of its own in the bar and has its answer."""
    session = visit("tokens")
    session.text_input(key="own_teacher").set_value(teacher)
    session.text_input(key="own_student").set_value(student)
    button(session, "Open this pair").click().run()
    if teacher and student:
        assert jobs.job(("look up", PairChoice.read(f"{teacher}|{student}").models)).finished.wait(30)
        return session if session.warning else session.run()
    return session


def test_why_a_pair_was_refused_goes_with_the_next_thing_that_is_done_and_not_before(loaded):
    session = own_pair("/no/such/teacher", "/no/such/student")
    for voice in ("teacher", "student"):
        assert f"/no/such/{voice} can't be loaded: there is no such folder on the machine that runs distilbert_viz" in said(session)
    session.session_state.by_itself = True  # as a page does that runs again because a bar has moved
    assert "/no/such/teacher" in said(session.run())
    session.text_input(key="typed").set_value("A cat.").run()
    assert "/no/such" not in said(session)
    assert not session.exception


@pytest.mark.parametrize(("teacher", "student", "lacking"), [("", "a/b", "teacher"), ("a/b", " ", "student")])
def test_a_pair_of_ones_own_with_one_name_says_which_is_lacking(loaded, teacher, student, lacking):
    assert f"name the {lacking} too" in said(own_pair(teacher, student.strip()))


def test_a_link_alone_fetches_nothing(served):
    session = visit("tokens", pair=PAIR)
    assert served.asked == []
    assert not session.exception


@pytest.mark.parametrize("name", ["architecture", "embeddings", "attention", "hidden_states", "soft_labels", "size"])
def test_a_page_takes_a_pair_of_folders_whose_student_is_a_bert_too(folders, name):
    from distilbert_viz.session.cache import cache

    pair = f"{folders[0]}|{folders[0]}"
    assert cache().load(PairChoice.read(pair)).finished.wait(60)
    session = visit(name, pair=pair)
    assert [warning.value for warning in session.warning] == []
    assert len(session.caption) > 2
