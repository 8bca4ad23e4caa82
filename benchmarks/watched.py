"""Runs of the app that nobody, one page or ten viewers watch: seconds a step, and from a step to its point on the screen."""

import contextlib
import dataclasses
import http.client
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from unittest import mock

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.browser import ROOT, SCREEN, app_server
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.records import Step
from distilbert_viz.runs import queue
from distilbert_viz.runs.home import new_run
from distilbert_viz.runs.record import ENDED, FAILED, Record
from tests.support.browsers import open_browser

PAGE = "live-run"
VIEWERS = {"nobody": 0, "one page": 1, "ten viewers": 10}
SECONDS = 180
CALIBRATION_SECONDS = 5.0
POLL_SECONDS = 0.5  # what run.js waits between two looks


class Viewer(threading.Thread):
    """Asks the server for what run.js asks, at its times, and draws nothing: somebody who watches from another machine."""

    def __init__(self, address: str, run: str):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
        self.place, self.known = f"/runs/{run}", {"steps": -1, "evaluations": -1, "pictures": -1}
        self.over = threading.Event()

    def run(self) -> None:
        """Look until it is over."""
        while not self.over.wait(POLL_SECONDS):
            self.look()

    def look(self) -> None:
        """What is new; the watched sentences once, and the newest picture unless it is here already."""
        news = self.ask(f"live?after={self.known['steps']}&evaluated={self.known['evaluations']}")
        for name in ("steps", "evaluations"):
            self.known[name] = max([self.known[name], *news[name]["number"]])
        newest = max(news["pictures"], default=-1)
        if newest > self.known["pictures"] == -1:
            self.ask("probes")
        if newest > self.known["pictures"]:
            self.ask(f"pictures/{newest}")
            self.known["pictures"] = newest

    def ask(self, what: str) -> object:
        """The answer to one request. Raises RuntimeError when it is none."""
        self.connection.request("GET", f"{self.place}/{what}")
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{self.place}/{what} was answered with {answer.status}")
        return json.loads(text)


@contextlib.contextmanager
def served_runs(recipe: Recipe) -> Iterator[tuple[str, Browser]]:
    """The app's address, its models loaded and its queue at work, and a browser; its runs lie in a folder that goes with it.

    The page starts the queue's consumer at its first visit; a run of one step shows that it works.
    """
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        stack.enter_context(mock.patch.dict(os.environ, {"DISTILBERT_VIZ_RUNS": folder}))
        address, _ = stack.enter_context(app_server())
        browser = stack.enter_context(contextlib.closing(open_browser(stack.enter_context(sync_playwright()))))
        with opened(browser, f"{address}/{PAGE}") as page:
            page.get_by_text("What to notice.").wait_for(timeout=1000 * SECONDS)
        wait_for_end(started(new_run(dataclasses.replace(recipe, steps=1), "first")))
        yield address, browser


@contextlib.contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    """A page of a new visitor."""
    context = browser.new_context(viewport=SCREEN)
    try:
        page = context.new_page()
        page.goto(address)
        yield page
    finally:
        context.close()


@contextlib.contextmanager
def watching_page(browser: Browser, address: str, run: Record) -> Iterator[Page]:
    """A page on which the run stands, and which notes in `seen` when each step number came."""
    with opened(browser, f"{address}/{PAGE}?run={run.id}") as page:
        facts = page.locator(".run .facts")
        facts.filter(has_text="waiting").wait_for(timeout=1000 * SECONDS)
        facts.evaluate((ROOT / "benchmarks" / "seen.js").read_text(encoding="utf-8"))
        yield page


@contextlib.contextmanager
def viewers(address: str, run: Record, count: int) -> Iterator[None]:
    """So many viewers, their looks spread evenly over time. Raises RuntimeError when one of them gave up."""
    crowd = [Viewer(address, run.id) for _ in range(count)]
    try:
        for viewer in crowd:
            viewer.start()
            time.sleep(POLL_SECONDS / count)
        yield
        if lost := [viewer for viewer in crowd if not viewer.is_alive()]:
            raise RuntimeError(f"{len(lost)} of {count} viewers stopped watching")
    finally:
        for viewer in crowd:
            viewer.over.set()


def started(run: Record) -> Record:
    """The same run, once it is in the queue; the app's own consumer takes it from there."""
    queue.line_up(run)
    return run


def under_way(run: Record) -> bool:
    """Whether the run still waits or learns. Raises RuntimeError when it failed."""
    state = run.state()
    if state["status"] == FAILED:
        raise RuntimeError(state["reason"])
    return state["status"] not in ENDED


def wait_for_end(run: Record) -> None:
    """Come back when the run has ended."""
    while under_way(run):
        time.sleep(POLL_SECONDS)


def seconds_a_step(address: str, browser: Browser, recipe: Recipe, watched_by: str) -> float:
    """Mean seconds of a step after the first fifth, evaluations and pictures between steps counted, under these viewers."""
    run, count = new_run(recipe, watched_by), VIEWERS[watched_by]
    with contextlib.ExitStack() as stack:
        if count == 1:
            stack.enter_context(watching_page(browser, address, run))
        elif count:
            stack.enter_context(viewers(address, run, count))
        wait_for_end(started(run))
    steps = run.all_steps()[recipe.steps // 5 :]
    return (steps[-1].seconds - steps[0].seconds) / (steps[-1].number - steps[0].number)


def seconds_to_screen(address: str, browser: Browser, recipe: Recipe) -> list[float]:
    """For every step, seconds from its end to a frame that shows it or a later one, on a page that watches from the start."""
    run = new_run(recipe, "screen")
    with watching_page(browser, address, run) as page:
        began = beginning(started(run))
        wait_for_end(run)
        page.wait_for_function(f"seen.some(([number]) => number === {recipe.steps})", timeout=1000 * SECONDS)
        seen = np.array(page.evaluate("seen"))
    return delays(run.all_steps(), began, seen)


def delays(steps: list[Step], began: float, seen: np.ndarray) -> list[float]:
    """`seen` (observation, 2): a step number and when it stood on the screen, in seconds since 1970, as `began`."""
    newest = np.maximum.accumulate(seen[:, 0])
    first = np.searchsorted(newest, [step.number for step in steps])
    return (seen[first, 1] - began - [step.seconds for step in steps]).tolist()


def beginning(run: Record) -> float:
    """When the run's clock stood at 0, in seconds since 1970.

    A step that has just been written was made a few milliseconds ago; of all first sights of a newest step, looked for
    every 5 ms, the one that puts the beginning earliest errs least, and it errs in favour of short delays.
    """
    estimates, known, deadline = [], 0, None
    while under_way(run) and (deadline is None or time.time() < deadline):
        newest = max(0, run.newest()[0])
        now = time.time()
        if newest > known:
            deadline = deadline or now + CALIBRATION_SECONDS
            known = newest
            estimates.append(now - run.all_steps(newest - 1)[0].seconds)
        time.sleep(0.005)
    return min(estimates)
