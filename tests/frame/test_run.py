"""A run in the browser: what is asked of the server, what is shown of its answers, and the charts."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.alone import ALL_PLANNED, BY_HAND, PAINTED, answering

pytestmark = pytest.mark.browser
RUN = {
    "run": "x", "steps": 100, "layers": 1, "start": [], "play": False, "watched": False, "outcome": "token", "alone": False,
}  # fmt: skip
MAPS = base64.b64encode(bytes([0, 255, 255, 0])).decode()
PROBE = {
    "text": "a cat", "tokens": ["a", "cat"], "position": 1, "candidates": ["cat"], "teacher": [0.5], "shape": [1, 1, 2, 2],
    "maps": MAPS,
}  # fmt: skip


def step(number: int, seconds: float) -> dict[str, float]:
    losses = dict.fromkeys(("loss", "loss_ce", "loss_mlm", "loss_cos"), 1.0)
    return losses | {"number": number, "gradient_norm": 1.0, "learning_rate": 0.001, "tokens": 100, "seconds": seconds}


def evaluation(number: int, kl: float | None, agreement: float | None) -> dict[str, float | None]:
    return {"number": number, "kl": kl, "agreement": agreement, "student_accuracy": 0.3, "teacher_accuracy": 0.4}


def picture(student: float, kl: float = 0.5, **more: Any) -> list[dict[str, Any]]:
    return [{"student": [student], "own": ["cat"], "own_probabilities": [student], "kl": kl, "maps": MAPS, **more}]


def news(
    steps: Sequence[Mapping[str, Any]] = (),
    evaluations: Sequence[Mapping[str, Any]] = (),
    pictures: Sequence[int] = (),
    status: str = "running",
) -> dict[str, Any]:
    """What the server says of a run."""
    columns = [{name: [row[name] for row in rows] for name in rows[0]} if rows else {"number": []} for rows in (steps, evaluations)]
    return {
        "status": status, "reason": "", "place": 0, "watching": "", "pictures": list(pictures),
        "steps": columns[0], "evaluations": columns[1],
    }  # fmt: skip


def test_a_page_is_told_of_a_run_again_that_stood_as_it_says_in_between(alone, page):
    component = alone("follow")
    answering(page, {"standing": [{"a": "paused"}, {"a": "paused"}, {"a": "running"}, {"a": "paused"}]})
    page.evaluate(BY_HAND)
    component.draw({"runs": {"a": "running"}})
    for _ in range(4):
        page.evaluate(ALL_PLANNED)
    assert component.told == [{"standing": {"a": "paused"}}] * 2, "not twice while it stays so"


def test_a_student_whose_numbers_are_none_is_no_server_that_cannot_be_reached(alone, page):
    seen = [evaluation(0, 2.5, 0.4), evaluation(3, None, None)]
    answering(page, {"x/live": [news([step(3, 1.0)], seen)]})
    alone("run").draw(RUN)
    expect(page.locator(".facts")).to_contain_text("held-out KL 2.5 → – nats · agreement 40.0% → –")


def test_a_pace_is_that_of_all_steps_where_few_are_here_and_no_time_left_is_less_than_none(alone, page):
    answering(page, {"x/live": [news([step(10 * n, 1.0 * n) for n in (1, 2, 3, 4)])]})
    alone("run").draw(RUN | {"steps": 30})
    expect(page.locator(".facts")).to_contain_text("step 40 of 30 · 1,000 tokens/s · 0:00 left")


def test_the_step_that_is_named_is_the_one_that_is_shown_and_what_did_not_come_is_asked_for_again(alone, page):
    answers = {
        "x/live": [news(pictures=[1]), news(pictures=[1, 2])], "x/probes": [[PROBE]],
        "x/pictures/1": [picture(0.3)], "x/pictures/2": [None, picture(0.9)],
    }  # fmt: skip
    asked = answering(page, answers)
    component = alone("run")
    page.evaluate(BY_HAND)
    component.draw(RUN)
    where, value = page.locator(".where"), page.locator(".bars .value")
    expect(where).to_have_text("step 1, live")
    page.wait_for_function("planned.length === 1")
    page.evaluate(ALL_PLANNED)
    assert asked[-1] == "x/pictures/2"
    expect(where).to_have_text("step 1, live")
    expect(value).to_have_text("50.0% | 30.0%")
    page.evaluate(ALL_PLANNED)
    expect(where).to_have_text("step 2, live")
    expect(value).to_have_text("50.0% | 90.0%")
    expect(page.locator(".slider")).to_have_attribute("aria-valuetext", "step 2, live")


def test_a_run_that_gets_more_steps_is_watched_by_one_view(alone, page):
    asked = answering(page, {"x/live": [news([step(3, 1.0)])]})
    component = alone("run")
    page.evaluate(BY_HAND)
    page.evaluate("([before, after]) => { draw(before); draw(after) }", [RUN, RUN | {"steps": 200}])
    page.wait_for_function("planned.length === 2")
    asked.clear()
    page.evaluate(ALL_PLANNED)
    assert asked == ["x/live"]
    expect(page.locator(".facts")).to_contain_text("step 3 of 200")
    assert component.told == []


def test_curves_and_heads_change_with_the_theme(alone, page):
    seen = [evaluation(0, 2.5, 0.4), evaluation(3, 0.5, 0.8)]
    answering(page, {"x/live": [news([step(3, 1.0)], seen, [1])], "x/probes": [[PROBE]], "x/pictures/1": [picture(0.3)]})
    component = alone("run", 1200)
    component.draw(RUN)
    expect(page.locator(".where")).to_have_text("step 1, live")
    page.evaluate(PAINTED)
    drawn = "[...host.shadowRoot.querySelectorAll('.chart canvas, .map canvas')].map((canvas) => canvas.toDataURL())"
    before = page.evaluate(drawn)
    page.evaluate("host.style.cssText += '--st-text-color: #eee; --st-background-color: #111'")
    component.draw(RUN)
    page.wait_for_function(f"before => {drawn}.every((now, i) => now !== before[i])", arg=before)


def test_a_student_that_answers_as_its_teacher_does_has_bars_of_no_length(alone, page):
    answers = {"x/probes": [[PROBE]], "x/pictures/1": [picture(0.5, 0.0, hand_over=[0.0])]}
    answering(page, answers | {"x/live": [news([step(3, 1.0)], pictures=[1])]})
    alone("run").draw(RUN)
    expect(page.locator(".handed .row")).to_have_count(2)
    assert page.locator(".handed .bar").evaluate_all("bars => bars.map((bar) => bar.style.width)") == ["0%", "0%"]


def drag(page: Page, chart: int, start: float, end: float) -> None:
    """From one part of a chart's width to another."""
    box = page.locator(".chart canvas").nth(chart).bounding_box()
    page.mouse.move(box["x"] + start * box["width"], box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], box["y"] + 60)
    page.mouse.up()


def test_a_chart_is_zoomed_to_nothing_that_is_empty(alone, page):
    two = [evaluation(0, 2.5, 0.4), evaluation(100, 0.5, 0.8)]
    answering(page, {"x/live": [news(status="waiting"), news([step(1, 1.0)], two)]})
    component = alone("run", 1200)
    page.evaluate(BY_HAND)
    component.draw(RUN)
    page.wait_for_function("planned.length === 1")
    drag(page, 1, 0.4, 0.6)  # nothing is drawn yet
    page.evaluate(ALL_PLANNED)
    page.evaluate(PAINTED)
    drag(page, 1, 0.4, 0.6)  # between two points
    drag(page, 1, 0.3, 0.3)
    expect(page.locator(".chart .legend").nth(1)).to_have_text("step: 0KL: 2.5")


@pytest.mark.parametrize(("zoom", "width"), [(1, 1200), (1.333, 900), (1, 480)])
def test_a_chart_says_the_step_that_is_pointed_at(alone, page, zoom, width):
    answering(page, {"x/live": [news([step(n, 1.0 * n) for n in range(1, 101)])]})
    component = alone("run", width)
    page.evaluate("zoom => { host.style.zoom = zoom }", zoom)
    component.draw(RUN)
    expect(page.locator(".facts")).to_contain_text("step 100 of 100")
    page.evaluate(PAINTED)
    drag(page, 0, 0.8, 0.8)
    own = page.locator(".chart canvas").first.evaluate("canvas => canvas.clientWidth")
    at = 1 + 99 * (0.8 * own - 48) / (own - 58)
    said = page.locator(".chart .legend span").first
    expect(said).not_to_have_text("step: –")
    assert float(said.text_content().removeprefix("step: ")) == pytest.approx(at, abs=1)
