"""Where nothing was made on this server, a page shows what comes with the package, says so, and offers to make it here."""

import pytest

from distilbert_viz.runs import recordings
from distilbert_viz.session import jobs
from tests.support.components import given
from tests.support.pages import button, captions, visit

RECORDED = "**Recorded, not made here:**"


@pytest.fixture(autouse=True)
def _empty_server(monkeypatch, tmp_path):
    """Nothing was made here."""
    registry = jobs.Jobs()
    monkeypatch.setattr(jobs, "server_jobs", lambda: registry)
    monkeypatch.setenv("DISTILBERT_VIZ_RUNS", str(tmp_path / "runs"))


@pytest.mark.parametrize("page", ["live_run", "race", "speed", "memory", "which_one", "why_it_is_faster", "quality"])
def test_what_was_recorded_is_shown_with_its_machine_and_day(loaded, page):
    session = visit(page)
    (said,) = [caption for caption in captions(session) if caption.startswith(RECORDED)]
    assert recordings.label("race").date in said
    assert not session.exception


@pytest.mark.parametrize("page", ["speed", "memory", "which_one", "why_it_is_faster"])
def test_a_recorded_measurement_offers_one_of_this_machine_and_cannot_be_deleted(loaded, page):
    session = visit(page)
    assert not button(session, "Measure this machine").disabled
    assert "Delete" not in [found.label for found in session.button]
    assert session.get("plotly_chart")


def test_the_recorded_run_stands_beside_the_start_of_ones_own(loaded):
    session = visit("live_run")
    assert button(session, "Start")
    data = given(session, f"watch_{recordings.RUN}")
    assert (data["run"], data["play"]) == (recordings.RUN, True)
    assert "Delete" not in [found.label for found in session.button]


def test_a_verdict_can_ask_for_quality_at_once(loaded):
    session = visit("which_one", cost_pair="the present pair")
    assert any("recorded on" in str(option) or "measured" in str(option) for option in session.selectbox(key="need_score").options)
