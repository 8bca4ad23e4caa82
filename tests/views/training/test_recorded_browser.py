"""The recorded run in a real Chromium: it plays once by itself, stops where one stops it, and can be looked back at."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def moving(browser, app):
    """A visitor who didn't ask for less motion, on the page of the runs."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{app}/live-run")
        yield page


def step(page: Page) -> int:
    """The step whose pictures are shown."""
    return int(re.search(r"step (\d+)", page.locator(".run .where").inner_text())[1])


def made(page: Page) -> float:
    """Where the bar of the steps stands."""
    return page.locator(".run progress").evaluate("bar => bar.position")


def test_it_plays_by_itself_is_paused_and_looked_back_at(moving):
    button, slider = moving.locator(".run button.play"), moving.locator(".run input[type=range]")
    expect(button).to_have_text("Pause", timeout=60_000)
    expect(slider).not_to_have_value("0")
    first = step(moving)
    assert 0 < made(moving) < 1  # the bar goes with the curves, though the run was finished long ago
    expect(moving.locator(".run .where")).not_to_have_text(f"step {first}")
    assert step(moving) > first
    button.click()
    expect(button).to_have_text("Play")
    assert made(moving) == 1
    stopped = step(moving)
    moving.wait_for_timeout(700)  # two pictures would have come
    assert step(moving) == stopped
    slider.fill("0")
    expect(moving.locator(".run .where")).to_have_text("step 0")
