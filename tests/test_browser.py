"""What a person does, in a real Chromium: type, point, click, walk with the keys, copy the link."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from distilbert_viz import comparison
from tests.support.browsers import served, settled, type_text
from tests.support.paths import ROOT

pytestmark = pytest.mark.browser
SENTENCE = "The old sailor drank a cup of [MASK] by the sea."


def strip(page: Page) -> list[str]:
    """The tokens under the text, once they are drawn."""
    expect(page.locator(".strip .token").first).to_be_visible(timeout=60_000)
    return page.locator(".strip .token").all_text_contents()


def test_tokens_an_attention_weight_and_a_soft_label_read_off_the_page_are_the_models(open_page, built_in):
    from distilbert_viz import tracing

    traces = tracing.trace_pair(built_in, SENTENCE)
    page = open_page("attention?head=chosen", SENTENCE)
    expect(page.locator(".strip .token").nth(3)).to_have_text("sailor")
    settled(page)
    assert strip(page) == list(traces.encoding.tokens)
    for index, (trace, layer, head) in enumerate(((traces.teacher, 0, 0), (traces.student, 0, 0))):
        query, key = 4, 7
        shown = hover_cell(page, index, len(traces.encoding), query, key)
        tokens = traces.encoding.tokens
        assert f"L{layer} H{head}" in shown
        assert f"{tokens[query]} → {tokens[key]}" in shown
        assert float(shown.split()[-1]) == pytest.approx(float(trace.attentions[layer, head, query, key]), abs=6e-5)
    page = open_page("soft-labels", SENTENCE)
    logits = [tracing.logits(model, trace) for model, trace in zip(built_in, traces, strict=True)]
    position = traces.encoding.tokens.index("[MASK]")
    teacher = comparison.soften(logits[0][position], 2.0)
    best = int(teacher.argmax())
    row = soft_label_row(page, 0)
    assert row["label"] == traces_token(built_in, best)
    assert row["teacher"] == pytest.approx(float(teacher[best]), abs=1e-5)
    assert row["student"] == pytest.approx(float(comparison.soften(logits[1][position], 2.0)[best]), abs=1e-5)


def traces_token(pair, number: int) -> str:
    """The WordPiece with this id."""
    return pair.teacher.tokenizer.convert_ids_to_tokens([number])[0]


def hover_cell(page: Page, figure: int, tokens: int, query: int, key: int) -> str:
    """What the readout says when the pointer rests on a cell of a full attention map."""
    canvas = page.locator(".canvas").nth(1).locator("canvas").nth(figure)
    canvas.scroll_into_view_if_needed()
    canvas.focus()
    for _ in range(query):
        canvas.press("ArrowDown")
    for _ in range(key):
        canvas.press("ArrowRight")
    by_keys = page.locator(".readout").nth(1).text_content()
    box = canvas.bounding_box()
    for x in np.linspace(box["x"] + 20, box["x"] + box["width"] - 10, 60):
        page.mouse.move(x, box["y"] + box["height"] * 0.55)
        if page.locator(".readout").nth(1).text_content().split("·")[1:2] == by_keys.split("·")[1:2]:
            assert page.locator(".readout").nth(1).text_content() == by_keys
            break
    return by_keys


def soft_label_row(page: Page, row: int) -> dict:
    """One candidate of the soft-label picture, as plotly holds it in the page."""
    chart = page.locator(".js-plotly-plot").first
    expect(chart).to_be_visible(timeout=60_000)
    script = """(chart, row) => JSON.stringify({
        label: chart._fullLayout.yaxis.ticktext[row],
        teacher: chart._fullData[0].x[row], student: chart._fullData[1].x[row]})"""
    return json.loads(chart.evaluate(script, row))


def test_clicking_a_head_in_the_overview_opens_it_below_and_puts_it_in_the_address(open_page):
    page = open_page("attention?head=chosen")
    canvas = page.locator(".canvas").first.locator("canvas").first
    canvas.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        canvas.press(key)
    settled(page)
    titles = page.locator(".canvas").nth(1).locator(".title")
    expect(titles.nth(0)).to_have_text("Teacher · L2 H3")
    expect(titles.nth(1)).to_have_text("Student · L1 H3")
    assert re.search(r"teacher_head=H?3", page.url)
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.97, box["y"] + box["height"] * 0.95)
    settled(page)
    expect(titles.nth(0)).to_have_text("Teacher · L5 H11")
    expect(titles.nth(1)).to_have_text("Student · L2 H11")


def test_a_copied_link_shows_the_same_view_to_somebody_else(open_page, browser):
    page = open_page("attention", SENTENCE)
    page.locator(".strip .token").nth(3).click()
    settled(page)
    canvas = page.locator(".canvas").first.locator("canvas").first
    canvas.focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        canvas.press(key)
    settled(page)
    link, titles = page.url, page.locator(".title").all_text_contents()
    with browser.new_context() as other:
        guest = other.new_page()
        guest.goto(link)
        expect(guest.get_by_text("What to notice").first).to_be_visible(timeout=60_000)
        settled(guest)
        assert strip(guest) == strip(page)
        assert guest.locator(".title").all_text_contents() == titles
        expect(guest.locator(".strip .chosen")).to_have_text("sailor")


def test_any_token_can_be_masked_by_choosing_it_and_shown_again(open_page):
    page = open_page("soft-labels", "The cat sat on the mat.")
    page.locator(".strip .token").nth(2).click()
    settled(page)
    page.get_by_role("button", name="Mask “cat”").click()
    settled(page)
    expect(page.locator(".strip .token").nth(2)).to_have_text("[MASK]")
    expect(page.locator(".js-plotly-plot").first).to_contain_text("cat (true token)")
    page.get_by_role("button", name="Unmask position 2").click()
    settled(page)
    expect(page.locator(".strip .token").nth(2)).to_have_text("cat")


def test_a_box_of_the_architecture_leads_to_its_page(open_page):
    page = open_page("architecture")
    page.get_by_role("button", name="Block L3").click()
    expect(page.get_by_role("heading", name="Inside a block")).to_be_visible()
    settled(page)
    expect(page.locator(".title").first).to_have_text("Teacher · L3")


def test_the_architecture_is_seen_at_once_with_twelve_layers_too(open_page):
    page = open_page("architecture")
    lines = [line.bounding_box() for line in page.locator(".flow .line").all()]
    layers = page.locator(".flow .box.teacher", has_text="Block L").count()
    a_line = max(after["y"] - before["y"] for before, after in pairwise(lines[1:]))
    assert lines[-1]["y"] + lines[-1]["height"] + (12 - layers) * a_line <= 900


def test_a_block_of_the_architecture_opens_in_its_place_and_stays_open(open_page):
    page = open_page("architecture")
    block = page.locator(".flow .box.teacher", has_text="Block L2").first
    expect(block.get_by_text("Q, K, V projections")).to_be_hidden()
    block.locator("summary .live").click()
    expect(block.get_by_text("Q, K, V projections")).to_be_visible()
    type_text(page, "Another text.")
    expect(page.locator(".flow .box.teacher", has_text="Block L2").first.get_by_text("Q, K, V projections")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_two_names_stay_readable_over_what_scrolls(open_page, page, width):
    page.set_viewport_size({"width": width, "height": 600})
    open_page("architecture")
    page.locator(".flow .line").last.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    heads = page.locator(".flow .heads").first
    box = heads.bounding_box()
    assert 0 <= box["y"] < 120
    assert heads.evaluate("e => getComputedStyle(e).backgroundColor") != "rgba(0, 0, 0, 0)"
    on_top = (
        "e => e.contains((e.getRootNode()).elementFromPoint(e.getBoundingClientRect().x + 30, e.getBoundingClientRect().y + 14))"
    )
    assert heads.evaluate(on_top)
    header = page.get_by_test_id("stHeader").bounding_box()
    covered = page.get_by_test_id("stHeader").evaluate("e => getComputedStyle(e).backgroundColor") not in (
        "rgba(0, 0, 0, 0)",
        "transparent",
    )
    assert not covered or box["y"] >= header["y"] + header["height"] - 1


def test_a_link_to_a_page_works_on_a_server_that_nobody_has_visited(page):
    with served(ROOT / "app.py") as fresh:
        page.goto(f"{fresh}/soft-labels?text=A+[MASK]+barked.")
        expect(page.get_by_role("heading", name="Soft labels")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("What to notice").first).to_be_visible(timeout=120_000)
        assert page.get_by_text("Page not found").count() == 0
        assert strip(page) == ["[CLS]", "a", "[MASK]", "barked", ".", "[SEP]"]


def test_an_old_link_opens_the_view_that_it_was_copied_from(page, app):
    page.goto(f"{app}/token-to-token?text=A+[MASK]+barked.&teacher_layer=L2&teacher_head=H5&mean=true")
    expect(page.locator(".title").first).to_have_text("Teacher · L2, mean over heads", timeout=60_000)
    assert page.url.startswith(f"{app}/attention?")
    assert {"view=lines", "mean=true"} <= set(page.url.partition("?")[2].split("&"))
    assert strip(page) == ["[CLS]", "a", "[MASK]", "barked", ".", "[SEP]"]


@pytest.mark.parametrize(("width", "most"), [(1440, 160), (390, 240)])
@pytest.mark.parametrize("address", ["attention", "soft-labels", "size-and-arithmetic", "live-run"])
def test_a_page_begins_near_the_top_and_is_no_wider_than_the_window(open_page, page, address, width, most):
    page.set_viewport_size({"width": width, "height": 900})
    open_page(address)
    page.wait_for_function("most => document.querySelector('h1').getBoundingClientRect().y <= most", arg=most)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def test_on_a_phone_the_quiet_row_is_behind_a_button(open_page, page):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page("tokens")
    examples = page.get_by_role("button", name="Examples", exact=True)
    expect(examples).to_be_hidden()
    page.get_by_role("button", name="Pair, device, examples").click()
    expect(examples).to_be_visible()
    examples.click()
    page.get_by_text("a drink").click()
    settled(page)
    assert strip(page)[1:3] == ["he", "drank"]


def test_where_the_text_plays_no_part_it_is_folded_and_can_be_changed(open_page, page):
    open_page("quality")
    assert page.locator(".strip").count() == 0
    page.get_by_role("button", name="The capital of France").click()
    box = page.get_by_placeholder("Type a sentence.")
    box.fill("A dog [MASK].")
    box.press("Enter")
    expect(page.get_by_role("button", name="A dog [MASK].")).to_be_visible()


def test_the_bar_says_in_words_what_the_built_in_pair_is(open_page):
    page = open_page("tokens")
    expect(page.get_by_role("button", name="small demo pair, trained for this project")).to_be_visible()
    assert "click" in page.locator(".strip .token").nth(2).get_attribute("title")
    expect(page.get_by_text("Click a token to choose it")).to_be_visible()


def test_on_a_phone_the_list_of_pages_goes_once_one_was_chosen(open_page, page):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page("tokens")
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Soft labels").click()
    expect(page.get_by_role("heading", name="Soft labels")).to_be_in_viewport()
    expect(page.get_by_test_id("stSidebarNav")).not_to_be_in_viewport()
