"""What nobody should type, choose, link or upload, through the real app: no traceback, nothing read as markup, no file made."""

import math
import re
from pathlib import Path
from random import Random

import huggingface_hub.constants
import pytest
from streamlit.testing.v1 import AppTest

from distilbert_viz.pairs.choice import PairChoice, TwoSources
from distilbert_viz.records import Evaluation
from distilbert_viz.runs import home, measurements
from distilbert_viz.runs.record import FAILED, FINISHED
from distilbert_viz.session import jobs
from tests.support import hostile
from tests.support.measured import measurement
from tests.support.pages import SCREENS, visit
from tests.support.paths import ROOT

pytestmark = pytest.mark.usefixtures("loaded")
SCRIPTS = sorted((ROOT / "distilbert_viz" / "frame" / "components").glob("*.js"))
FEW, MANY = 8, 75  # inputs a page
NORMAL = "A cat sat on the [MASK]."
# What must be chosen first, so that a page shows all of its fields.
OPENED = {
    "heads": [("heads_text", "a text file of mine")],
    "quality": [("quality_text", "a text file of mine")],
    "live_run": [("run_text", "file")],
    "what_if": [("replace_at", 1)],
    "which_one": [("cost_pair", "BERT-base and DistilBERT at full size")],
}


@pytest.fixture(autouse=True)
def runs(monkeypatch, tmp_path, own_runs) -> Path:
    """A server with runs of its own, one measurement, an empty cache and no network; no consumer takes runs up."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    measurements.keep(measurement())
    return own_runs


def opened(page: str, **address: object) -> AppTest:
    """A new session on a page, all of its fields on it."""
    session = visit(page, **address)
    for key, value in OPENED.get(page, ()):
        widgets = [*session.get("segmented_control"), *session.selectbox]
        for widget in [widget for widget in widgets if widget.key == key]:  # none where there is no text to read
            widget.set_value(value).run()
    return session


def unhurt(session: AppTest) -> AppTest:
    """The session, on whose page is no traceback and nothing typed that would be read."""
    assert not session.exception, session.exception
    assert hostile.interpreted(session) == []
    return session


def answers(session: AppTest) -> bool:
    """Whether a normal text is read."""
    session.text_input(key="typed").set_value(NORMAL).run()
    return any("9 of 512 tokens" in caption.value for caption in unhurt(session).caption)


def type_something(session: AppTest, random: Random) -> None:
    """Something hostile into one of the page's fields, or a hostile file."""
    fields = [field for field in session.text_input if not field.disabled and not field.key.startswith("own_")]
    numbers, files = [field for field in session.number_input if not field.disabled], list(session.file_uploader)
    kinds = ["text"] * 4 + ["number"] * bool(numbers) + ["file"] * bool(files) * 3
    match random.choice(kinds):
        case "text":
            random.choice(fields).set_value(hostile.wired(hostile.text(random)))
        case "number":
            random.choice(numbers).set_value(random.choice([1e308, -0.0, 1e-320, math.pi, -1.0, 2.0**63]))
        case "file":
            random.choice(files).set_value((*hostile.file(random), "text/plain"))
    unhurt(session.run())


def follow_link(page: str, keys: list[str], random: Random) -> AppTest:
    """A new session by a link whose every parameter is hostile."""
    address = {key: hostile.wired(hostile.number(random)) for key in keys}
    return unhurt(opened(page, **address))


def attack(page: str, inputs: int, seed: int) -> None:
    """So many hostile inputs: typed, uploaded, then in links; after every sixth the page still answers."""
    random = Random(f"{page} {seed}")
    session, tried, keys = opened(page), 0, []
    while tried < inputs:
        for _ in range(max(1, min(6, inputs - tried - 4))):
            type_something(session, random)
            tried += 1
        assert answers(session)
        keys = sorted({"text", "mask", "position", "run"} | hostile.linked_keys(session) | set(keys))
        chosen = random.sample(keys, min(4, len(keys)))
        session = follow_link(page, chosen, random)
        tried += len(chosen)
    assert answers(session)


def test_the_fuzz_tries_2000_inputs_and_the_normal_run_200():
    assert MANY * len(SCREENS) >= 2_000
    assert FEW * len(SCREENS) >= 200


@pytest.mark.parametrize("page", SCREENS)
def test_what_is_typed_linked_or_uploaded_is_neither_read_nor_run(page, runs):
    with hostile.touched() as paths:
        attack(page, FEW, seed=7)
    assert [path for path in paths if not path.is_relative_to(runs)] == []


@pytest.mark.parametrize("page", ["tokens", "live_run", "heads", "quality", "speed"])
def test_a_public_server_is_no_easier_to_break(monkeypatch, page, runs):
    monkeypatch.setenv("DISTILBERT_VIZ_PUBLIC", "1")
    with hostile.touched() as paths:
        attack(page, FEW, seed=5)
    assert [path for path in paths if not path.is_relative_to(runs)] == []


@pytest.mark.fuzz
@pytest.mark.parametrize("page", SCREENS)
def test_what_is_typed_linked_or_uploaded_a_thousandfold_is_neither_read_nor_run(page, runs):
    with hostile.touched() as paths:
        attack(page, MANY, seed=11)
    assert [path for path in paths if not path.is_relative_to(runs)] == []


def ask_for_pair(session: AppTest, teacher: str, student: str) -> AppTest:
    """The session that asked for a pair of its own and was answered."""
    for key, name in (("own_teacher", teacher), ("own_student", student)):
        session.text_input(key=key).set_value(name)
    session.run()
    one = next(one for one in session.button if one.label == "Open this pair")
    if one.disabled:
        return unhurt(session)
    unhurt(one.click().run())
    asked = TwoSources(*(session.text_input(key=key).value.strip() for key in ("own_teacher", "own_student")))
    if (job := jobs.job(("look up", asked))) is not None:
        assert job.finished.wait(30)
    return unhurt(session.run())


def ask_for_pairs(times: int, runs: Path) -> None:
    random, session = Random(f"pairs {times}"), visit("tokens")
    with hostile.touched() as paths:
        for _ in range(times):
            ask_for_pair(session, *(hostile.wired(random.choice([hostile.text, hostile.path])(random)) for _ in range(2)))
            assert session.session_state["pair"] == PairChoice()
        assert answers(session)
    assert [path for path in paths if not path.is_relative_to(runs)] == []


def test_a_pair_of_ones_own_with_a_hostile_name_is_refused_and_the_shown_one_stays(runs):
    ask_for_pairs(5, runs)


@pytest.mark.fuzz
def test_a_hundred_pairs_with_hostile_names_are_refused_and_the_shown_one_stays(runs):
    ask_for_pairs(100, runs)


def follow_pair_links(times: int) -> None:
    random = Random(f"links {times}")
    for _ in range(times):
        name = random.choice([hostile.text, hostile.path])
        address = {key: hostile.wired(name(random))[:1_000] for key in ("pair", "device", "dtype", "run", "text")}
        unhurt(visit("tokens", **address))
    assert answers(visit("tokens"))


def test_a_link_to_a_hostile_pair_harms_nobody_else():
    follow_pair_links(3)


@pytest.mark.fuzz
def test_a_hundred_links_to_hostile_pairs_harm_nobody_else():
    follow_pair_links(100)


def name_runs(times: int, runs: Path) -> None:
    random = Random(f"runs {times}")
    with hostile.touched() as paths:
        for _ in range(times):
            session = visit("live_run", f"A cat. {hostile.wired(hostile.text(random))}")
            session.text_input(key="run_name").set_value(hostile.wired(hostile.text(random))).run()
            next(one for one in session.button if one.label == "Start").click().run()
            unhurt(session)
            for run in home.all_runs():
                run.set(status=random.choice([FINISHED, FAILED]), reason=hostile.wired(hostile.text(random)))
                run.evaluation(Evaluation(1, 0.5, 0.4, 0.3, 0.35, 9.0))
            unhurt(session.run())
            for one in [one for one in session.button if one.label == "Delete" and len(home.all_runs()) > 3]:
                unhurt(one.click().run())
    assert home.all_runs()
    assert [path for path in paths if not path.is_relative_to(runs)] == []


def test_the_hostile_name_of_a_run_is_shown_as_it_was_typed(runs):
    name_runs(4, runs)


@pytest.mark.fuzz
def test_fifty_hostile_names_of_runs_are_shown_as_they_were_typed(runs):
    name_runs(50, runs)


@pytest.mark.parametrize("name", ["text", "json", "pandas", "tests", "a/..", "../a", "a/b/c", "a/b\nc", "ａ/ｂ", "<b>zq/zq"])
def test_a_word_by_which_files_of_the_server_would_be_read_is_no_data_set(name):
    session = visit("live_run")
    session.segmented_control(key="run_text").set_value("hub").run()
    session.text_input(key="run_data").set_value(name).run()
    next(one for one in session.button if one.label == "Start").click().run()
    assert any("There is no text to learn from" in warning.value for warning in unhurt(session).warning)
    assert home.all_runs() == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_component_writes_text_as_html(script):
    assert not re.findall(r"innerHTML|insertAdjacentHTML|document\.write|outerHTML =|eval\(", script.read_text(encoding="utf-8"))


def test_a_device_in_a_link_is_shown_as_it_was_typed():
    session = visit("tokens", device=":red[zq]", dtype="<b>zq")
    assert [one.proto.popover.label for one in session.get("popover") if "zq" in one.proto.popover.label] == [
        r"\:red\[zq\] · \<b\>zq"
    ]


def test_an_uploaded_text_is_kept_when_its_run_is_started_and_not_before(runs):
    session = visit("live_run")
    session.segmented_control(key="run_text").set_value("file").run()
    session.file_uploader(key="run_file").upload("../../zq.txt", b"A cat sat.\n" * 64, "text/plain").run()
    assert not (runs / "texts").exists()
    next(one for one in session.button if one.label == "Start").click().run()
    (kept_text,) = (runs / "texts").iterdir()
    assert home.all_runs()[0].recipe.text == (str(kept_text),)
    assert kept_text.stem.isalnum()


@pytest.mark.parametrize("key", ["cost_masked_LM", "cost_pair"])
def test_a_link_that_empties_a_choice_is_the_default(key):
    assert "of 512" in " ".join(caption.value for caption in visit("arithmetic", **{key: ""}).caption)


def test_a_link_may_empty_what_may_be_empty():
    assert visit("what_if", student_off="").multiselect(key="student_off").value == []
    assert visit("what_if").multiselect(key="student_off").value == ["L1"]


def test_the_check_finds_what_would_be_read():
    """Otherwise nothing above could fail."""

    def page() -> None:
        import plotly.graph_objects as go
        import streamlit as st

        st.caption("a [zq](http://a) b")
        st.button("<b>zq")
        st.popover(":red[zq]")
        st.segmented_control("x", ["$zq$"])
        st.plotly_chart(go.Figure(go.Bar(x=["<b>zq"], y=[1])))
        st.iframe("<p><script>zq</p>")
        st.table({"x": ["`zq`"]})
        st.selectbox("fine", ["<b>zq"])
        st.caption(r"fine \[zq\]\(http\://a\)")

    found = hostile.interpreted(AppTest.from_function(page).run())
    assert [line.rpartition(": ")[0] for line in found] == [
        "Markdown.body", "Button.label", "Popover.label", "Option.content", "PlotlyChart.spec", "IFrame.srcdoc", "Table.cell",
    ]  # fmt: skip
