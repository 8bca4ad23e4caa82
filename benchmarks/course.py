"""The default run as a person has it: seconds from Start to the first point, and how far the student is after 45 and 180 s."""

import time

from playwright.sync_api import Browser

from benchmarks.watched import PAGE, SECONDS, opened, wait_for_end
from distilbert_viz.records import Evaluation
from distilbert_viz.runs.home import all_runs

MARKS = (45.0, 180.0)
READING_SECONDS = 10.0


def course(address: str, browser: Browser) -> dict[str, float]:
    """One run of the default recipe, started by its button on a page that has been open for ten seconds and stays open.

    In those ten seconds the process that waits for a run reads its libraries. Seconds count from the click. KL in nats a
    token at T = 1, agreement as a share; an evaluation counts for a mark when it was made before it.
    """
    with opened(browser, f"{address}/{PAGE}") as page:
        start = page.get_by_role("button", name="Start", exact=True)
        start.wait_for(timeout=1000 * SECONDS)
        page.wait_for_timeout(1000 * READING_SECONDS)
        clicked = time.time()
        start.click()
        page.locator(".run .facts", has_text="held-out KL").wait_for(timeout=1000 * SECONDS)
        shown = time.time() - clicked
        run = all_runs()[0]
        wait_for_end(run)
    took, found = time.time() - clicked, run.all_evaluations()
    late = took - found[-1].seconds  # from the click to the run's own clock; what follows the last step makes it longer
    marks = {f"after {mark:g} s": [e for e in found if e.seconds + late <= mark][-1] for mark in MARKS}
    times = {"first point, s": shown, "whole run, s": took, "steps": found[-1].number}
    return times | _compared(found[0], marks | {"at the end": found[-1]})


def _compared(first: Evaluation, marks: dict[str, Evaluation]) -> dict[str, float]:
    found = {"KL at the start": first.kl, "agreement at the start": first.agreement}
    for mark, evaluation in marks.items():
        found |= {
            f"KL {mark}": evaluation.kl,
            f"KL {mark}, share of the start": evaluation.kl / first.kl,
            f"agreement {mark}, points gained": 100 * (evaluation.agreement - first.agreement),
            f"student's accuracy {mark}, share of the teacher's": evaluation.student_accuracy / evaluation.teacher_accuracy,
        }
    return found
