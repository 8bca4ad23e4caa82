"""Where nothing was made on this server, a page shows what comes with the package, says so, and offers to make it here."""

import json

import pytest
from playwright.sync_api import Page, expect

from distilbert_viz.runs import recordings
from distilbert_viz.session import jobs
from tests.support.browsers import settled
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


@pytest.mark.browser
def test_the_recorded_run_plays_once_and_can_be_scrubbed(page: Page, app: str):
    page.goto(f"{app}/live-run")
    where = page.locator(".run .where")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible(timeout=120_000)
    expect(where).not_to_have_text("step 0", timeout=30_000)
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    slider = page.locator(".run .slider")
    slider.focus()
    slider.press("Home")
    expect(where).to_have_text("step 0")
    slider.press("End")
    expect(where).to_have_text(f"step {json.loads(page.locator('.run progress').get_attribute('max'))}")
    settled(page)
