"""Lines from token to token: what goes to the browser is decoded again; and what a person reads off them, in a real Chromium."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from distilbert_viz.figures.forward import lines
from distilbert_viz.tracing import trace_pair
from tests.support.browsers import settled
from tests.support.canvases import assert_carries, decoded, with_tokens

CHOSEN = ((2, 3), (1, 4))
INNER = [i for i in range(15) if i not in (0, 6, 14)]


def test_every_weight_of_the_chosen_heads_is_sent_as_the_model_computed_it(pair):
    drawing = lines.lines(pair, CHOSEN, 3)
    weights = [[pair.teacher.attentions[2, 3]], [pair.student.attentions[1, 4]]]
    header = assert_carries(drawing, weights)
    assert drawing.step == 0
    assert [figure["title"] for figure in header["figures"]] == ["Teacher · L2 H3", "Student · L1 H4"]
    assert [figure["token"] for figure in header["figures"]] == [3, 3]
    assert all(figure["tokens"]["rows"] == list(pair.encoding.tokens) for figure in header["figures"])


def test_no_head_chosen_is_the_mean_over_the_layers_heads(pair):
    drawing = lines.lines(pair, ((2, None), (1, None)), 3)
    assert_carries(drawing, [[pair.teacher.attentions[2].mean(0)], [pair.student.attentions[1].mean(0)]])


def test_hidden_special_tokens_leave_the_rest_as_it_was(pair):
    header = assert_carries(
        lines.lines(pair, CHOSEN, 3, hide_special=True),
        [[pair.teacher.attentions[2, 3][np.ix_(INNER, INNER)]], [pair.student.attentions[1, 4][np.ix_(INNER, INNER)]]],
    )
    teacher = header["figures"][0]
    assert (teacher["positions"], teacher["token"]) == (INNER, INNER.index(3))
    assert decoded(lines.lines(pair, CHOSEN, 0, hide_special=True).data)[0]["figures"][0]["token"] is None


def test_the_second_sentence_begins_after_the_first_separator(pair, built_in):
    assert decoded(lines.lines(pair, CHOSEN, 3).data)[0]["figures"][0]["second"] == 7
    assert decoded(lines.lines(pair, CHOSEN, 3, hide_special=True).data)[0]["figures"][0]["second"] == 5
    single = trace_pair(built_in, "One sentence.")
    assert decoded(lines.lines(single, CHOSEN, 1).data)[0]["figures"][0]["second"] is None


def test_invisible_characters_of_a_token_are_named(pair):
    header = decoded(lines.lines(with_tokens(pair, "\u202e"), CHOSEN, 3).data)[0]
    assert header["figures"][0]["tokens"]["rows"][-1] == "U+202E"


@pytest.mark.browser
def test_a_token_reached_with_the_keys_says_what_it_looks_at_and_stays_chosen(page: Page, app: str, built_in):
    text = "The old sailor drank a cup of tea by the sea."
    trace = trace_pair(built_in, text).teacher
    page.goto(f"{app}/attention?view=lines&text={text.replace(' ', '+')}&teacher_layer=L2&teacher_head=H5")
    expect(page.get_by_text("What to notice").first).to_be_visible(timeout=120_000)
    settled(page)
    canvas = page.locator("canvas").first
    canvas.focus()
    canvas.press("Home")
    for _ in range(3):
        canvas.press("ArrowDown")
    said = page.locator(".readout").text_content()
    assert said.startswith("Teacher L2 H5 · sailor looks at ")
    best = int(trace.attentions[2, 5, 3].argmax())
    name, weight = said.split(" looks at ")[1].split(",")[0].rsplit(" ", 1)
    assert (name, float(weight)) == (trace.encoding.tokens[best], pytest.approx(trace.attentions[2, 5, 3, best], abs=6e-5))
    canvas.press("ArrowRight")
    assert "sailor is looked at by " in page.locator(".readout").text_content()
    canvas.press("Enter")
    settled(page)
    expect(page.locator(".strip .chosen")).to_have_text("sailor")
    assert "position=3" in page.url
