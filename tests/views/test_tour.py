"""The tour: each stop opens its page, outlines a panel that is there, and says what the models say on the visitor's own text."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from app import PAGES as CONTENTS
from distilbert_viz import comparison
from distilbert_viz.tracing import logits, predictions, trace_pair
from distilbert_viz.views.tour import sentences
from distilbert_viz.views.tour.stops import STOPS
from tests.support.browsers import settled
from tests.support.components import given
from tests.support.pages import visit
from tests.support.paths import ROOT

SENTENCE = "The electroencephalographer drank a cup of [MASK]."
NUMBERS = range(1, len(STOPS) + 1)
# What is used at a stop, its panel and what covers the page: where the first starts, the second starts and ends, and what is seen.
SEEN = """([panel, used]) => {
    const [outlined, control, strip, bar] = [panel, used, "tour", "bar"].map((key) => document.querySelector(`.st-key-${key}`))
    const [seen, from] = [outlined, control].map((element) => element.getBoundingClientRect())
    return [from.top, seen.top, seen.bottom, bar.getBoundingClientRect().bottom, strip.getBoundingClientRect().top,
            getComputedStyle(outlined).outlineStyle]
}"""
UNCOVERED = f"""(keys) => {{
    const [from, top, bottom, bar, strip, outline] = ({SEEN})(keys)
    return outline === "solid" && Math.min(from, top) > bar && (bottom < strip || bottom - Math.min(from, top) > strip - bar - 30)
}}"""


def at(number: int, text: str = SENTENCE, **address: str):
    """A session at this stop, by its link."""
    session = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    session.query_params.update({"tour": str(number), "text": text, **address})
    session.run()
    assert not session.exception, session.exception
    return session


def percent(share: float) -> str:
    """As one says it: whole, or one digit of what is less."""
    return f"{100 * share:.0f}%" if share >= 0.01 else f"{100 * share:.1g}%"


def said(number: int, **address: str) -> str:
    """The sentence of this stop."""
    return given(at(number, **address), "strip")["said"]


def test_there_are_eight_to_ten_stops_each_on_a_page_of_the_table_of_contents():
    names = {name for section in CONTENTS.values() for entry in section for name in (entry.title, *entry.views)}
    assert 8 <= len(STOPS) <= 10
    assert [stop.page for stop in STOPS if stop.page not in names] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_a_link_to_a_stop_opens_its_page_and_says_a_sentence_of_what_stands_there(loaded, number):
    session = at(number)
    strip = given(session, "strip")
    assert strip["here"]
    assert (strip["number"], strip["count"], strip["name"]) == (number, len(STOPS), STOPS[number - 1].name)
    assert session.query_params["tour"] in (str(number), [str(number)])
    assert strip["said"].endswith(".")


def test_a_link_to_a_stop_keeps_the_choices_that_it_holds(loaded):
    session = at(5, temperature="4.0")
    assert session.slider(key="temperature").value == 4.0
    assert session.text_input(key="typed").value == SENTENCE


def test_the_tour_goes_on_from_a_page_whose_controls_stand_in_the_address(loaded):
    session = at(3, teacher_layer="L1", teacher_head="H4")
    for number in (*NUMBERS[3:], *NUMBERS[::-1]):
        session.session_state["tour"], session.session_state["tour_opened"] = number, False
        assert not session.run().exception
        assert given(session, "strip")["here"], STOPS[number - 1].name


@pytest.mark.parametrize("asked", ["0", "99", "-1", "x", "²", ""])
def test_a_link_to_a_stop_that_is_not_there_is_no_tour(loaded, asked):
    session = visit("first", tour=asked)
    assert not session.exception
    assert not [one for one in session.get("bidi_component") if "-strip" in one.proto.id]


def test_who_leaves_the_page_of_a_stop_is_told_the_way_back(loaded):
    session = at(1)
    session.session_state["open_page"] = "Quality"
    assert not given(session.run(), "strip")["here"]


def test_a_text_that_is_too_short_for_a_stop_leaves_its_sentence_out(loaded):
    for number in NUMBERS:
        assert not at(number, "?").exception


def test_the_sentences_on_the_forward_pass_say_what_the_models_say(loaded, built_in):
    pair = trace_pair(built_in, SENTENCE)
    words = comparison.whole_words(pair.encoding)
    own = len(words.labels) - sum(pair.encoding.special)
    assert f"Your text is {own} words and marks, read as {len(pair.encoding)} tokens" in said(1)
    assert f"“electroencephalog…” alone fell into {words.lengths.max()} pieces" in said(1)

    place = pair.encoding.mask_positions[0]
    a, b = (trace.embeddings.sum[place].astype(np.float64) for trace in pair)
    assert f"alike to {a @ b / np.linalg.norm(a) / np.linalg.norm(b):.2f}" in said(2)

    shares = np.array(
        [[np.mean([head[i, i - 1] for i in range(1, len(head))]) for head in layer] for layer in pair.teacher.attentions]
    )
    chosen = said(3, teacher_layer="L1", teacher_head="H4")
    assert f"The head you see gives {percent(shares[1, 4])}" in chosen
    layer, head = np.unravel_index(shares.argmax(), shares.shape)
    assert f"layer {layer}, head {head} ({percent(shares.max())})" in chosen

    forms = said(4)
    for model, trace in zip(built_in, pair, strict=True):
        read = predictions(model, trace, place)
        assert f"says “{read.names[-1][0]}”" in forms
        state, layers = sentences.settled_after(read), len(read.names) - 1
        assert (f"from L{state - 1} on, after {state} of {layers} layers" if state else "before any layer") in forms
        assert all(names[0] == read.names[-1][0] for names in read.names[state:])
        assert state == 0 or read.names[state - 1][0] != read.names[-1][0]

    both = [logits(model, trace)[place] for model, trace in zip(built_in, pair, strict=True)]
    first = both[0].argmax()
    at_four, at_one = (comparison.soften(both[0], t)[first] for t in (4.0, 1.0))
    softened = said(5, temperature="4.0")
    assert re.search(rf"At T = 4 the teacher gives “\w+” {percent(at_four)}, and {percent(at_one)} at T = 1", softened)
    assert f"{comparison.kl(*both, 4.0):.2g} nats away (KL), and {comparison.kl(*both, 1.0):.2g} at T = 1" in softened


def test_presenter_mode_is_in_the_link_and_shows_the_strip_alone(loaded):
    strip = given(visit("first", present="1"), "strip")
    assert strip == {"count": len(STOPS), "presenting": True}
    assert given(at(2, present="1"), "strip")["presenting"]


@pytest.mark.browser
def test_all_stops_are_walked_by_the_arrow_keys_no_panel_is_covered_and_the_end_is_at_the_pages_top(page: Page, app: str):
    page.goto(f"{app}/?text={SENTENCE.replace(' ', '+')}")
    expect(page.get_by_text("What to notice").first).to_be_visible(timeout=120_000)
    settled(page)
    page.get_by_role("button", name="Take the tour").last.click()
    for number, stop in enumerate(STOPS, 1):
        expect(page.locator(".tour .count")).to_have_text(f"stop {number} of {len(STOPS)}", timeout=60_000)
        expect(page.locator(".tour .said")).to_be_visible(timeout=60_000)
        settled(page)
        expect(page.locator(".tour")).to_be_in_viewport(ratio=0.99)
        panel, used = (re.sub(r"[^\w-]", "-", key) for key in (stop.panel, stop.control or stop.panel))
        page.wait_for_function(UNCOVERED, arg=[panel, used], timeout=20_000)
        assert f"tour={number}" in page.url
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="End").click()
    expect(page.locator(".tour")).to_have_count(0)
    assert "tour=" not in page.url
    assert page.locator("[data-testid=stMain]").evaluate("element => element.scrollTop") == 0


@pytest.mark.browser
def test_presenter_mode_has_larger_type_and_no_list_of_pages(page: Page, app: str):
    def size(selector: str) -> float:
        return float(page.locator(selector).first.evaluate("element => parseFloat(getComputedStyle(element).fontSize)"))

    page.set_viewport_size({"width": 1280, "height": 720})
    found = []
    for address in ("soft-labels", "soft-labels?present=1&tour=5"):
        page.goto(f"{app}/{address}")
        expect(page.get_by_text("What to notice").first).to_be_visible(timeout=120_000)
        settled(page)
        found.append(size("[data-testid=stMarkdownContainer] p"))
    assert found[1] == pytest.approx(4 / 3 * found[0], rel=0.02)
    expect(page.locator("[data-testid=stSidebar]")).to_be_hidden()
    page.get_by_role("button", name="Back").click()
    expect(page.locator(".tour .count")).to_have_text(f"stop 4 of {len(STOPS)}", timeout=60_000)
    page.get_by_role("button", name="Leave presenter mode").click()
    expect(page.locator("[data-testid=stSidebar]")).to_be_visible(timeout=60_000)
