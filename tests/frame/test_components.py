"""Components by themselves, in a real Chromium without a server: what comes twice or late, keyboard and focus, presenter mode."""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from distilbert_viz.drawing import browser
from distilbert_viz.drawing.canvas import pack
from distilbert_viz.frame.components import DRAWN, HTML
from distilbert_viz.records import Figure, Labels, LinesFigure, Panel

pytestmark = pytest.mark.browser
ADDRESS = "http://components.test/"
PAGE = '<body style="margin: 0"><main style="--st-text-color: #222; --st-background-color: #fff"></main></body>'
MOUNT = """async ([js, css, html, width]) => {
  const { default: draw } = await import(URL.createObjectURL(new Blob([js], { type: "text/javascript" })))
  const host = document.querySelector("main").appendChild(document.createElement("div"))
  host.style.width = `${width}px`
  const parentElement = host.attachShadow({ mode: "open" })
  parentElement.innerHTML = `${html}<style>${css}</style>`
  window.told = []
  const setTriggerValue = (_, value) => told.push(value)
  Object.assign(window, { host, draw: (data) => draw({ data, parentElement, setTriggerValue }) })
}"""
DRAW = "([data, packed]) => { window.end = draw(packed ? Uint8Array.from(atob(packed), (c) => c.charCodeAt(0)) : data) }"
# What was to be done later is done when a test says so.
BY_HAND = "() => { window.planned = []; window.setTimeout = (call) => { planned.push(call) } }"
ALL_PLANNED = "async () => { for (const call of planned.splice(0)) await call() }"
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FOCUSED = "[...host.shadowRoot.querySelectorAll('button')].indexOf(host.shadowRoot.activeElement)"
Data = Mapping[str, Any] | bytes


class Component:
    """One component on a page of its own."""

    def __init__(self, page: Page, name: str, width: int):
        self.page = page
        page.evaluate(MOUNT, [browser.script(name) + DRAWN, browser.style(name), HTML[name], width])

    def draw(self, data: Data) -> None:
        """Give it data, as the page does whenever these have changed."""
        packed = base64.b64encode(data).decode() if isinstance(data, bytes) else None
        self.page.evaluate(DRAW, [None if packed else data, packed])

    @property
    def told(self) -> list[Any]:
        """What it said was chosen."""
        return self.page.evaluate("told")


@pytest.fixture
def alone(page: Page) -> Callable[..., Component]:
    """Puts a component on a page without a server."""
    page.route("**", lambda route: route.abort())
    page.route(ADDRESS, lambda route: route.fulfill(body=PAGE, content_type="text/html; charset=utf-8"))
    page.goto(ADDRESS)
    return lambda name, width=600: Component(page, name, width)


def answering(page: Page, answers: Mapping[str, list[Any]]) -> list[str]:
    """The server says this to each address below /runs/, in turn, the last of it from then on; None is no answer.

    Returns what it was asked, which grows.
    """
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(urlsplit(route.request.url).path.removeprefix("/runs/"))
        said = answers[asked[-1]]
        now = said.pop(0) if len(said) > 1 else said[0]
        if now is None:
            route.abort()
        else:
            route.fulfill(json=now)

    page.route(f"{ADDRESS}runs/**", answer)
    return asked


# Pictures on a canvas


def cells(rows: int, columns: int) -> np.ndarray:
    return np.arange(rows * columns, dtype=np.float32).reshape(rows, columns) / 10


def stacked(*panels: np.ndarray, picks: str | None = "token") -> bytes:
    """A figure of matrices, one below the other."""
    names = Labels([f"r{i}" for i in range(9)], [f"c{i}" for i in range(9)])
    figure = Figure(
        voice="teacher", title="a title", panels=[Panel(f"P{i}", (i, 0), (i, 0)) for i in range(len(panels))], tokens=names,
        slots=(max(1, len(panels)), 1), height=[40] * max(1, len(panels)), picks=picks, positions=list(range(9)),
    )  # fmt: skip
    return pack([figure], [list(panels)], "the hint").data


def lines(count: int) -> bytes:
    """A head as lines between so many tokens."""
    names = Labels([f"t{i}" for i in range(count)], [f"t{i}" for i in range(count)])
    figure = LinesFigure(
        voice="teacher", title="a title", panels=[Panel("L0 H0", slot=None)], tokens=names, slots=None, picks="token",
        positions=list(range(count)), second=None,
    )  # fmt: skip
    return pack([figure], [[cells(count, count)]], "the hint").data


def pointed_at(page: Page) -> str:
    """Which cell is read out, or the hint."""
    return page.locator(".readout").inner_text().removeprefix("Teacher ").rsplit(" · ", 1)[0]


def test_every_panel_is_walked_by_the_arrow_keys_also_into_a_narrower_one(alone, page):
    alone("canvas").draw(stacked(cells(2, 3), cells(1, 2)))
    page.locator("canvas").focus()
    said = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        said.append(pointed_at(page))
    assert said == ["P0 · r0 → c1", "P0 · r0 → c2", "P0 · r1 → c2", "P1 · r0 → c1", "P0 · r1 → c1"]


def test_a_picture_that_grows_can_be_walked_before_anything_is_in_it(alone, page):
    component = alone("canvas")
    component.draw(stacked(picks="panel"))
    page.locator("canvas").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert component.told == []
    component.draw(stacked(cells(1, 1), cells(1, 1), picks="panel"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert component.told == [{"voice": "teacher", "pick": "panel", "value": [1, 0]}]


def test_what_was_pointed_at_is_still_read_out_when_the_picture_comes_anew(alone, page):
    component = alone("canvas")
    component.draw(stacked(cells(2, 3)))
    page.locator("canvas").focus()
    page.keyboard.press("ArrowRight")
    component.draw(stacked(2 * cells(2, 3)))
    assert page.locator(".readout").inner_text() == "Teacher P0 · r0 → c1 · 0.2000"
    page.keyboard.press("ArrowRight")
    assert pointed_at(page) == "P0 · r0 → c2"
    component.draw(stacked(cells(1, 1)))
    assert pointed_at(page) == "the hint"


def test_a_token_whose_lines_are_seen_stays_so_when_they_come_anew(alone, page):
    component = alone("lines")
    component.draw(lines(4))
    page.locator("canvas").focus()
    page.keyboard.press("End")
    component.draw(lines(4))
    assert page.locator(".readout").inner_text().startswith("Teacher L0 H0 · t3 looks at ")
    component.draw(lines(3))
    assert pointed_at(page) == "the hint"


@pytest.mark.parametrize("zoom", [1, 1.333])
def test_a_cell_is_read_where_it_is_pointed_at_in_presenter_mode_too(alone, page, zoom):
    component = alone("canvas")
    page.evaluate("zoom => { host.style.zoom = zoom }", zoom)
    component.draw(stacked(cells(4, 5)))
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 0.97 * box["width"], box["y"] + 38 / 55 * box["height"])
    assert pointed_at(page) == "P0 · r3 → c4"


@pytest.mark.parametrize("zoom", [1, 1.333])
def test_a_token_is_found_where_it_is_pointed_at_in_presenter_mode_too(alone, page, zoom):
    component = alone("lines")
    page.evaluate("zoom => { host.style.zoom = zoom }", zoom)
    component.draw(lines(6))
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 0.02 * box["width"], box["y"] + (2 + 4.5 * 22) / (4 + 6 * 22) * box["height"])
    assert page.locator(".readout").inner_text().startswith("Teacher L0 H0 · t4 looks at ")


def test_a_picture_follows_its_width_after_an_earlier_one_was_told_to_end(alone, page):
    component = alone("canvas")
    component.draw(stacked(cells(2, 3)))
    page.evaluate("window.first = end")
    component.draw(stacked(2 * cells(2, 3)))
    page.evaluate("first()")
    before = page.locator("canvas").evaluate("canvas => canvas.width")
    page.evaluate("host.style.width = '400px'")
    page.wait_for_function("width => host.shadowRoot.querySelector('canvas').width < width", arg=before)


# Buttons that are drawn anew


def tokens(chosen: int, text: str) -> dict[str, Any]:
    return {
        "tokens": [*text], "ids": [*range(len(text))], "segments": [0] * len(text), "special": [False] * len(text), "masked": [],
        "masks": [], "position": chosen, "facts": {},
    }  # fmt: skip


def agreement(chosen: int, text: str) -> dict[str, Any]:
    words = [{"text": t, "position": i, "agree": True, "said": "", "chosen": i == chosen} for i, t in enumerate(text)]
    return {"note": "a note", "words": words}


def pieces(chosen: int, text: str) -> dict[str, Any]:
    found = [
        {"position": i, "token": t, "id": i, "start": i, "end": i + 1, "segment": 0, "added": False} for i, t in enumerate(text)
    ]
    return {"text": text, "pieces": found, "position": chosen}


def masking(chosen: int, text: str) -> dict[str, Any]:
    cards = [{"typed": t, "reads": t, "outcome": "kept", "position": i, "chosen": i == chosen} for i, t in enumerate(text)]
    return {"tokens": cards}


SCROLLED = {tokens: ".strip", agreement: ".words", pieces: ".pieces", masking: ".masking"}


@pytest.mark.parametrize("make", SCROLLED, ids=lambda make: make.__name__)
def test_a_long_text_stays_where_it_was_scrolled_to(alone, page, make):
    component, place = alone(make.__name__, 300), page.locator(SCROLLED[make])
    component.draw(make(0, "abc" * 100))
    place.evaluate("element => { element.scrollTop = 90 }")
    component.draw(make(1, "abc" * 100))
    assert place.evaluate("element => element.scrollTop") == 90


@pytest.mark.parametrize("make", SCROLLED, ids=lambda make: make.__name__)
def test_whoever_chose_by_the_keyboard_goes_on_from_there(alone, page, make):
    component = alone(make.__name__)
    component.draw(make(0, "abc"))
    page.locator("main button").nth(1).focus()
    page.keyboard.press("Enter")
    assert component.told == [{"position": 1}]
    component.draw(make(1, "abc"))
    assert page.evaluate(FOCUSED) == 1


# The strip of the tour

STOP = {
    "number": 2, "count": 3, "presenting": True, "here": True, "page": "A page", "name": "A stop", "about": "", "todo": "",
    "said": "", "panel": "panel", "control": None,
}  # fmt: skip
LEFT = {"count": 3, "presenting": True}
DEEP = '<div style="height: 3000px"></div><div class="st-key-panel">a panel</div><div style="height: 3000px"></div>'


def test_arrow_keys_walk_no_tour_that_was_left_in_presenter_mode(alone, page):
    component = alone("strip")
    component.draw(STOP)
    component.draw(LEFT)
    page.keyboard.press("ArrowRight")
    assert component.told == []
    component.draw(STOP | {"number": 1})
    page.keyboard.press("ArrowRight")
    assert component.told == [{"tour": 2}]


def test_arrow_keys_walk_no_tour_behind_what_lies_over_the_page(alone, page):
    component = alone("strip")
    component.draw(STOP)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<dialog><button>a button</button></dialog>')")
    page.evaluate("document.querySelector('dialog').showModal()")
    page.keyboard.press("ArrowRight")
    assert component.told == []
    page.evaluate("document.querySelector('dialog').close()")
    page.keyboard.press("ArrowRight")
    assert component.told == [{"tour": 3}]


def test_who_comes_back_to_a_stop_sees_its_panel_again(alone, page):
    component = alone("strip")
    page.evaluate(BY_HAND)
    page.evaluate("deep => document.body.insertAdjacentHTML('beforeend', deep)", DEEP)
    component.draw(STOP)
    assert page.evaluate("scrollY") > 1000
    page.evaluate("scrollTo(0, 0)")
    component.draw(STOP)
    assert page.evaluate("scrollY") == 0, "once a stop"
    component.draw(STOP | {"here": False})
    component.draw(STOP)
    assert page.evaluate("scrollY") > 1000


# Runs


def test_a_page_is_told_of_a_run_again_that_stood_as_it_says_in_between(alone, page):
    component = alone("follow")
    answering(page, {"standing": [{"a": "paused"}, {"a": "paused"}, {"a": "running"}, {"a": "paused"}]})
    page.evaluate(BY_HAND)
    component.draw({"runs": {"a": "running"}})
    for _ in range(4):
        page.evaluate(ALL_PLANNED)
    assert component.told == [{"standing": {"a": "paused"}}] * 2, "not twice while it stays so"


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


# What is taken along


def test_a_page_is_drawn_anew_once_its_theme_is_another(alone, page):
    component, given = alone("take"), {"version": "1", "of_text": True, "theme": "light"}
    component.draw(given)
    assert component.told == []
    page.evaluate("host.style.cssText += '--st-background-color: #111'")
    component.draw(given)
    component.draw(given | {"theme": "dark"})
    assert component.told == [{"theme": "dark"}]


def taking(page: Page, expression: str) -> Any:
    """What an expression in the words of take.js comes to."""
    return page.evaluate("([js, made]) => new Function(`${js}; return ${made}`)()", [browser.script("take"), expression])


def test_a_text_is_cut_beside_an_emoji_and_not_in_it(alone, page):
    alone("take")
    assert taking(page, "cut('a'.repeat(279) + '🙂🙂')") == "a" * 279 + "…"


def test_a_figure_is_taken_along_from_presenter_mode_as_it_stands(alone, page):
    component = alone("stages")
    page.evaluate("host.style.zoom = 1.333")
    component.draw({"stages": [{"name": "Normalised", "parts": ["quite a few words"], "note": ""}]})
    last = "(({ svg, pen }) => { const text = [...svg.querySelectorAll('text')].at(-1); return [text.getAttribute('textLength'), "
    drawn, measured = map(float, taking(page, f"{last} pen.measureText(text.textContent).width] }})(new Picture(host))"))
    assert drawn == pytest.approx(measured, rel=0.02)


def test_a_frame_is_taken_along_with_its_libraries_in_it(alone, page):
    alone("take")
    page.route(f"{ADDRESS}library.js", lambda route: route.fulfill(body="window.library = 1 < 2", content_type="text/javascript"))
    made = taking(page, 'framed(`<body><script src="library.js"><\\/script></body>`).then((made) => made.body.innerHTML)')
    assert made == "<script>window.library = 1 < 2</script>"
