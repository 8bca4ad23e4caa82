"""A run as a person lives it, in a real Chromium: started, watched, paused, resumed, stopped, looked back at, used."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.records import Evaluation, Picture, Probe, ProbePicture, Step
from distilbert_viz.runs import home
from distilbert_viz.runs.record import FINISHED, RUNNING, Record
from tests.support.browsers import settled

pytestmark = pytest.mark.browser
STEP = re.compile(r"step (\d+) of")


def facts(page: Page):
    """The line that says how the run stands."""
    return page.locator(".run .facts")


def number(page: Page) -> int:
    """The step that stands on the page."""
    expect(facts(page)).to_have_text(STEP, timeout=120_000)
    return int(STEP.search(facts(page).text_content())[1])


def press(page: Page, name: str) -> None:
    """Click a button and wait for what follows."""
    page.get_by_role("button", name=name, exact=True).click()
    settled(page)


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_text("What to notice").first).to_be_visible(timeout=120_000)
    settled(page)


def test_a_run_is_started_watched_paused_reloaded_resumed_stopped_looked_back_at_and_used(page, app):
    open_page(page, f"{app}/live-run?text=The+dog+drank+[MASK].")
    press(page, "Start")
    assert number(page) >= 1
    expect(facts(page)).to_contain_text("held-out KL", timeout=60_000)
    expect(page.locator(".run .card")).to_have_count(4)
    expect(page.locator(".run .sentence").first).to_have_text("[CLS]thedogdrank[MASK].[SEP]")
    link = page.url
    assert re.search(r"run=run-[0-9a-f]{10}", link)

    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible(timeout=60_000)
    press(page, "Pause")
    expect(facts(page)).to_contain_text("paused", timeout=60_000)
    paused = number(page)
    open_page(page, link)
    assert number(page) == paused
    page.wait_for_timeout(1500)
    assert number(page) == paused

    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_visible(timeout=60_000)
    press(page, "Resume")
    expect(facts(page)).to_contain_text("running", timeout=120_000)
    expect(facts(page)).not_to_contain_text(f"step {paused} of", timeout=60_000)
    assert number(page) > paused
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible(timeout=60_000)
    press(page, "Stop")
    expect(facts(page)).to_contain_text("stopped", timeout=120_000)

    before = page.locator(".run .value").all_text_contents()
    slider = page.locator(".run .slider")
    slider.focus()
    slider.press("Home")
    expect(page.locator(".run .where")).to_have_text("step 0")
    expect(page.locator(".run .value")).not_to_have_text(before)

    expect(page.get_by_role("button", name="Use this student")).to_be_visible(timeout=60_000)
    press(page, "Use this student")
    page.get_by_role("link", name="Soft labels").click()
    expect(page.get_by_role("heading", name="Soft labels")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("student of run of")).to_be_visible(timeout=60_000)
    expect(page.locator('.tick[data-said*="checked against the model: max"]').first).to_be_visible(timeout=120_000)


@pytest.fixture
def finished() -> Record:
    """A run of three steps under a hostile name, which no process trained."""
    run = home.new_run(Recipe(device="cpu", steps=3), "<img src=x onerror=window.hacked=1> **bold**")
    run.steps([Step(n, 10.0 / n, 2.0 / n, 5.0, 0.25, 3.0, 5e-4, 320, 0.5 * n) for n in (1, 2, 3)])
    run.evaluation(Evaluation(0, 2.5, 0.4, 0.3, 0.35, 0.0))
    run.evaluation(Evaluation(3, 0.5, 0.8, 0.3, 0.35, 1.5))
    run.set(status=FINISHED)
    return run


def test_the_chart_of_a_run_says_its_numbers_to_who_points_at_it_and_nothing_of_a_name_is_markup(page, app, finished):
    open_page(page, f"{app}/live-run?run={finished.id}")
    assert number(page) == 3
    chart = page.locator(".run .chart").first
    canvas = chart.locator("canvas")
    canvas.scroll_into_view_if_needed()
    right, middle = canvas.bounding_box()["width"] - 15, {"x": 120, "y": 90}
    canvas.hover(position={"x": right, "y": 90})
    expect(chart.locator(".legend")).to_have_text("step: 3combined: 3.33L_ce: 0.667L_mlm: 5L_cos: 0.25")
    canvas.hover(position={"x": 60, "y": 90})
    expect(chart.locator(".legend")).to_contain_text("step: 1combined: 10L_ce: 2")
    drawn = canvas.evaluate("canvas => canvas.toDataURL()")
    page.mouse.move(0, 0)
    expect(chart.locator(".legend")).to_contain_text("step: –")
    chart.get_by_role("button", name="L_mlm").press("Enter")
    expect(chart.get_by_role("button", name="L_mlm")).to_have_attribute("aria-pressed", "false")
    canvas.hover(position=middle)
    page.mouse.down()
    canvas.hover(position={"x": right, "y": 90})
    page.mouse.up()
    canvas.hover(position={"x": 60, "y": 90})
    expect(chart.locator(".legend")).to_contain_text("step: 2")
    canvas.dblclick(position={"x": 60, "y": 90})
    expect(chart.locator(".legend")).to_contain_text("step: 1")
    assert canvas.evaluate("canvas => canvas.toDataURL()") != drawn, "L_mlm is no longer drawn"
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0
    press(page, "Delete")
    press(page, "Delete it")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible(timeout=60_000)
    assert home.find(finished.id) is None


def keep_picture(run: Record) -> None:
    """A watched sentence, and the student's side of it after the first step."""
    maps, even = np.full((1, 1, 2, 2), 0.5, np.float32), np.array([0.5], np.float32)
    run.probes((Probe("a cat", ("a", "cat"), 1, ("cat",), even, maps),))
    run.picture(Picture(1, (ProbePicture(even, ("cat",), even, 0.0, maps),)))


def test_state_buttons_chips_and_live_follow_the_runs_while_nobody_touches_the_page(page, app):
    shown, other = (home.new_run(Recipe(device="cpu", steps=3, layers=1), name) for name in ("shown", "other"))
    open_page(page, f"{app}/live-run?run={shown.id}")
    chips = page.locator(".st-key-compared")
    expect(chips).to_contain_text("shown · waiting")
    expect(page.get_by_text("When its turn comes")).to_be_visible()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_have_count(0)

    shown.steps([Step(1, 10.0, 2.0, 5.0, 0.25, 3.0, 5e-4, 320, 0.5)])
    keep_picture(shown)
    shown.set(status=RUNNING)
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    expect(page.get_by_text("When its turn comes")).to_be_hidden()
    expect(chips).to_contain_text("shown · running")
    expect(page.locator(".run .where")).to_have_text("step 1, live")

    other.set(status=RUNNING)
    expect(chips).to_contain_text("other · running")
    shown.set(status=FINISHED)
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_hidden()
    expect(chips).to_contain_text("shown · finished")
    expect(page.locator(".run .where")).to_have_text("step 1")
    expect(page.locator(".st-key-other_run input")).to_have_value("shown · finished")
    other.set(status=FINISHED)
    expect(chips).to_contain_text("other · finished")
