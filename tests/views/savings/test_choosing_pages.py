"""The page When to use which, as a session would run it."""

import dataclasses
import math

import pytest

from distilbert_viz.cost.presets import PRESETS
from distilbert_viz.figures.savings import published
from distilbert_viz.pairs.choice import Named, PairChoice
from distilbert_viz.records import Preset, Quality
from distilbert_viz.runs import measurements, measuring
from distilbert_viz.session import jobs
from distilbert_viz.views.savings import measured_quality, needs
from distilbert_viz.views.savings.measured_quality import Text
from tests.support.choices import MADE
from tests.support.pages import button, visit


@pytest.fixture
def _own_server(monkeypatch, tmp_path, no_recordings):
    """The test's own kept measurements and jobs."""
    registry = jobs.Jobs()
    monkeypatch.setattr(jobs, "server_jobs", lambda: registry)
    monkeypatch.setenv("DISTILBERT_VIZ_RUNS", str(tmp_path / "runs"))


pages = pytest.mark.usefixtures("_own_server", "loaded")


@pages
@pytest.mark.parametrize("page", ["which_one", "why_it_is_faster"])
def test_without_a_measurement_there_is_no_advice_but_the_way_to_one(page, monkeypatch):
    session = visit(page)
    assert "has not been measured on this server yet" in session.info[0].value
    assert not session.table
    monkeypatch.setattr(measuring, "stream", lambda request: iter([MADE]))
    button(session, "Measure quickly").click().run()
    assert jobs.job("measurement").finished.wait(30)
    session.run()
    assert not session.exception
    assert [m for _, m in measurements.newest_first()] == [MADE]
    assert session.table


@pages
def test_a_measurement_of_another_pair_is_no_ground_for_advice():
    measurements.keep(dataclasses.replace(MADE, setting=dataclasses.replace(MADE.setting, pair="built-in")))
    assert not visit("which_one").table
    session = visit("which_one")
    session.segmented_control(key="cost_pair").set_value("the present pair").run()
    assert session.table
    assert "not been measured since this server began" in " ".join(caption.value for caption in session.caption)


@pages
def test_a_case_that_asks_about_quality_waits_until_the_quality_is_measured(monkeypatch):
    measurements.keep(dataclasses.replace(MADE, setting=dataclasses.replace(MADE.setting, pair="built-in")))
    session = visit("which_one", cost_pair="the present pair")
    session.segmented_control(key="cost_pair").set_value("the present pair").run()
    choose_case(session, "teacher", "Critical decisions")
    assert "asks for 99% of the teacher's quality" in session.warning[0].value
    assert not session.table
    found = Quality("built-in", "a text", 10, 200, (0.4, 0.3), (20.0, 40.0), 0.6, 0.5)
    monkeypatch.setattr("distilbert_viz.distillation.quality.measure", lambda *_: iter([found]))
    button(session, "Measure the quality of this pair").click().run()
    assert jobs.job(measured_quality.key(PairChoice(), Text())).finished.wait(30)
    session.run()
    assert not session.exception
    assert session.number_input(key="need_quality").value == 39.6
    assert answer(session).startswith("The teacher serves")


@pages
def test_the_published_pair_itself_is_asked_by_the_published_scores(monkeypatch):
    measurements.keep(dataclasses.replace(MADE, setting=dataclasses.replace(MADE.setting, pair="built-in")))
    monkeypatch.setattr(needs, "PUBLISHED_PAIR", Named("built-in"))
    session = visit("which_one", cost_pair="the present pair")
    session.segmented_control(key="cost_pair").set_value("the present pair").run()
    assert session.selectbox(key="need_score").value == "GLUE macro, published"


def answer(session) -> str:
    """The page's verdict."""
    return session.subheader[0].value


@pages
def test_the_page_answers_and_follows_what_is_asked():
    measurements.keep(MADE)
    session = visit("which_one")
    assert session.number_input(key="need_latency").value == 100
    assert answer(session) == "The student serves; whether the teacher does is too close to call."  # 90 to 130 ms
    session.number_input(key="need_latency").set_value(150).run()
    assert answer(session) == "Both models serve, and the student is the cheaper one."
    session.number_input(key="need_latency").set_value(80).run()
    assert answer(session).startswith("The student serves")
    session.number_input(key="need_quality").set_value(79).run()
    assert answer(session).startswith("Neither model serves")
    session.number_input(key="need_latency").set_value(None).run()
    assert answer(session).startswith("The teacher serves")
    assert not session.exception


def choose_case(session, voice: str, name: str) -> None:
    """Press a case."""
    session.pills(key=f"preset_{voice}").set_value(name).run()


@pages
def test_every_case_fills_the_fields_and_gets_an_answer():
    measurements.keep(MADE)
    session = visit("which_one")
    for preset in (*PRESETS[1:], PRESETS[0]):
        choose_case(session, preset.voice, preset.name)
        assert not session.exception
        assert not session.warning
        assert fields(session) == pytest.approx(asked_by(preset))
        assert answer(session)
        if preset.quality and preset.quality > 0.97:
            assert answer(session).startswith("The teacher serves")


def fields(session) -> list[float]:
    """What stands in the fields; -1 in an empty one."""
    found = [session.number_input(key=f"need_{need}").value for need in ("latency", "throughput", "memory", "quality")]
    return [-1 if value is None else value for value in found]


def asked_by(preset: Preset) -> list[float]:
    """What a case asks, in the units of the fields; -1 where it asks nothing."""
    teacher = published.SCORES[preset.task or "GLUE macro"].teacher
    floor = None if preset.quality is None else math.floor(10 * preset.quality * teacher) / 10
    latency = None if preset.latency is None else 1e3 * preset.latency
    memory = None if preset.memory is None else preset.memory / 1e6
    return [-1 if value is None else value for value in (latency, preset.throughput, memory, floor)]


@pages
@pytest.mark.parametrize("address", [{"need_latency": "nan"}, {"need_latency": "-5"}, {"need_price": "x"}, {"preset_student": "?"}])
def test_a_spoilt_address_is_no_traceback(address):
    measurements.keep(MADE)
    assert answer(visit("which_one", **address))


@pages
def test_a_link_asks_what_it_was_copied_with():
    measurements.keep(MADE)
    session = visit(
        "which_one", preset_teacher="Complex tasks", need_score="RTE, published", need_quality="61.5", need_memory="500"
    )
    assert fields(session) == [-1, -1, 500, 61.5]
    assert session.selectbox(key="need_score").value == "RTE, published"
    assert answer(session).startswith("The teacher serves")


@pages
def test_why_it_is_faster_stands_on_the_chosen_measurement():
    measurements.keep(MADE)
    session = visit("why_it_is_faster")
    assert "668 s" in str(session.table[0].value.to_dict())
    assert any("92% of the teacher's pass" in caption.value for caption in session.caption)
