"""bertviz inside the app: its numbers are the ones its own Python would write, and nothing comes from outside or gets out."""

import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser

import bertviz
import numpy as np
import pytest
import torch
from bertviz.neuron_view import get_attention
from bertviz.transformers_neuron_view import BertConfig, BertModel
from playwright.sync_api import Page, Route, expect

from distilbert_viz import checking
from distilbert_viz.figures.forward import bertviz as frames
from distilbert_viz.records import Frame, Trace, TracePair
from distilbert_viz.tracing import stock_pass, trace_pair
from distilbert_viz.tracing.stock import stock_model
from tests.support.browsers import settled
from tests.support.canvases import with_tokens

SINGLE = "The capital of France is [MASK]."
BOTH = "Who sold the [MASK]? [SEP] A man from the village did."
HOSTILE = ("</script><script>window.hacked=1</script>", "<img src=x onerror=window.hacked=1>", "\u2028\"'&amp;\\", "<!--<script>")


@pytest.fixture(scope="module", params=[SINGLE, BOTH], ids=["sentence", "pair of sentences"])
def pair(request, built_in) -> TracePair:
    return trace_pair(built_in, request.param)


def whole(trace: Trace, view: str, voice: str = "teacher", theme: str = "light") -> Frame:
    """The frame of every token."""
    return frames.frame(trace, voice, view, len(trace.encoding), (0, 0), theme)


def parameters(html: str) -> dict:
    """What the script in a page gets, whoever wrote the page."""
    return json.loads(re.search(r"(?:bertviz_params =|const params =) (\{.*?\})(?:;|\n)", html).group(1))


def second_sentence(trace: Trace) -> int | None:
    second = np.flatnonzero(trace.encoding.token_type_ids)
    return int(second[0]) if len(second) else None


def assert_same(ours: object, theirs: object) -> None:
    """Equal in words and structure, and in numbers up to the rounding."""
    if isinstance(theirs, dict):
        assert ours.keys() >= theirs.keys()
        for name in theirs.keys() - {"root_div_id", "name"}:
            assert_same(ours[name], theirs[name])
    elif isinstance(theirs, list) and theirs and isinstance(theirs[0], dict):
        for mine, other in zip(ours, theirs, strict=True):
            assert_same(mine, other)
    elif isinstance(theirs, list) and theirs and isinstance(theirs[0], list):
        assert np.array(ours) == pytest.approx(np.array(theirs), abs=5.1e-4)
    else:
        assert ours == theirs


@pytest.mark.parametrize("view", ["head view", "model view"])
def test_a_frame_holds_what_bertvizs_own_python_writes(view, pair):
    make, own = {"head view": (bertviz.head_view, {"layer": 0}), "model view": (bertviz.model_view, {"display_mode": "light"})}[
        view
    ]
    for trace in pair:
        attention = [torch.from_numpy(layer)[None] for layer in trace.attentions]
        tokens = list(trace.encoding.tokens)
        page = make(attention, tokens, second_sentence(trace), html_action="return", **own)
        assert_same(parameters(whole(trace, view).html), parameters(page.data))


@pytest.mark.parametrize(("text", "sentences"), [(SINGLE, [SINGLE]), (BOTH, [part.strip() for part in BOTH.split("[SEP]")])])
def test_the_neuron_view_gets_the_queries_and_keys_of_bertvizs_own_bert(text, sentences, built_in):
    stock = built_in.teacher.network
    own = BertModel(BertConfig.from_dict({k: v for k, v in stock.config.to_dict().items() if isinstance(v, int | float | str)}))
    missing = own.load_state_dict(stock.base_model.state_dict(), strict=False).missing_keys
    assert all(name.startswith("pooler") for name in missing)
    theirs = get_attention(own, "bert", built_in.teacher.tokenizer, *sentences, include_queries_and_keys=True)
    trace = trace_pair(built_in, text).teacher
    assert_same(parameters(whole(trace, "neuron view").html)["attention"], theirs)


@pytest.mark.parametrize("view", frames.VIEWS)
def test_the_weights_of_a_frame_agree_with_the_stock_model_within_its_step(view, pair, built_in):
    shown = tuple(whole(trace, view, voice) for trace, voice in zip(pair, ("teacher", "student"), strict=True))
    stock = tuple(stock_pass(stock_model(model), trace.encoding) for model, trace in zip(built_in, pair, strict=True))
    difference = checking.frames(shown, stock)
    assert (difference.step, difference.largest) == (0.0005, pytest.approx(0.0005, rel=0.1))


SHIPPED = {  # characters and SHA-256 of the very files of jQuery 3.7.1 slim and d3 5.7.0
    "data/jquery.slim.min.js": (70_264, "9261efb3407e3a9096e4654750d8eff6b3a663422f48845c7fbcc65034c340cf"),
    "js/d3.v5.min.js": (237_682, "bdad5585ef9a965ff25458738309b006058c55f2c78d794d25fbecae35014609"),
}


@pytest.mark.parametrize(("module", "file"), frames.LIBRARIES)
def test_the_libraries_in_a_frame_are_the_released_ones_to_the_last_byte(module, file):
    shipped = frames.shipped(module, file).encode()
    assert (len(shipped), hashlib.sha256(shipped).hexdigest()) == SHIPPED[file]


@pytest.mark.parametrize("view", frames.VIEWS)
def test_the_same_input_gives_the_same_page_and_each_theme_its_own(view, pair):
    once, again, dark = (whole(pair.student, view, theme=theme).html for theme in ("light", "light", "dark"))
    assert once == again
    assert once != dark


class Tags(HTMLParser):
    """Counts tags, and keeps what any of them would load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.loaded = Counter(), []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags[tag] += 1
        self.loaded += [value for name, value in attrs if name in ("src", "href")]


@pytest.mark.parametrize("view", frames.VIEWS)
def test_no_token_becomes_markup_and_nothing_is_loaded(view, pair):
    plain, hostile = (Tags(whole(p.teacher, view).html) for p in (pair, with_tokens(pair, *HOSTILE)))
    assert plain.tags == hostile.tags
    assert plain.tags["script"] == 2
    assert plain.loaded == hostile.loaded == [frames.LIBRARIES_ADDRESS]
    assert "cdnjs" not in whole(pair.teacher, view).html


@pytest.mark.parametrize("view", frames.VIEWS)
def test_a_long_text_is_cut_so_that_lines_and_numbers_stay_within_their_bounds(view, built_in):
    trace = trace_pair(built_in, "One fine day. " * 100).teacher
    shown = frames.longest(trace, view)
    frame = frames.frame(trace, "teacher", view, shown, (0, 0), "light")
    sent = parameters(frame.html)["attention"]
    sent = sent["all"] if view == "neuron view" else sent[0]
    assert 20 < shown < len(trace.encoding)
    assert sent["left_text"] == list(trace.encoding.tokens[:shown])
    assert np.array(sent["attn"]) == pytest.approx(trace.attentions[:, :, :shown, :shown], abs=5.1e-4)
    numbers = sum(np.size(sent.get(name, [])) for name in ("attn", "queries", "keys"))
    drawn = shown**2 * {"head view": 12, "model view": 72, "neuron view": 7}[view]
    assert numbers <= frames.NUMBERS
    assert drawn <= frames.LINES
    assert frame.nbytes >= len(frame.html) + frame.weights.nbytes


def test_a_short_text_is_shown_whole(built_in):
    for trace in trace_pair(built_in, "Hi"):
        assert {frames.longest(trace, view) for view in frames.VIEWS} == {3}


def test_the_second_sentence_is_no_choice_once_it_is_cut_away(built_in):
    trace = trace_pair(built_in, "word " * 100 + "[SEP] end").teacher
    part = parameters(frames.frame(trace, "teacher", "model view", 10, (0, 0), "light").html)
    assert [entry["name"] for entry in part["attention"]] == ["All"]


# In a real Chromium


@pytest.fixture
def offline(page: Page) -> Page:
    """A page that reaches this machine alone."""
    blocked = []

    def refuse(route: Route) -> None:
        local = route.request.url.startswith(("http://127.0.0.1", "data:", "blob:", "about:"))
        if not local:
            blocked.append(route.request.url)
        route.continue_() if local else route.abort()

    page.route("**/*", refuse)
    yield page
    assert blocked == []


@pytest.mark.browser
@pytest.mark.parametrize("view", frames.VIEWS)
def test_without_a_network_every_view_draws_the_tokens_and_runs_none_of_them(view, offline, app, built_in):
    html = whole(with_tokens(trace_pair(built_in, BOTH), *HOSTILE).teacher, view).html
    offline.route("**/frame", lambda route: route.fulfill(body=html, content_type="text/html"))
    offline.goto(f"{app}/frame")
    if view == "model view":
        offline.locator("svg rect[style*='opacity: 0']").first.click()
    written = offline.locator("svg text").all_text_contents()
    sent = parameters(html)["attention"]["all" if view == "neuron view" else 0]
    assert set(sent["left_text"]) <= set(written)
    assert "<!--<script>" in written
    assert offline.evaluate("[window.hacked, document.images.length, document.scripts.length]") == [None, 0, 2]


@pytest.mark.browser
def test_in_the_app_bertviz_shows_the_text_without_a_network_and_stays_as_it_is_while_one_clicks(offline, app):
    page = offline
    text = "<script>top.hacked=1</script> & a cat's “nap”"
    page.goto(f"{app}/attention?view=bertviz")
    expect(page.get_by_text("What to notice").first).to_be_visible(timeout=120_000)
    settled(page)
    page.get_by_placeholder("Type a sentence.").fill(text)
    page.get_by_placeholder("Type a sentence.").press("Enter")
    settled(page)
    frame = page.frame_locator("iframe[title*='teacher']")
    expect(frame.locator("svg text", has_text="cat").first).to_be_attached()
    tokens = page.locator(".strip .token").all_text_contents()
    assert set(tokens) <= set(frame.locator("svg text").all_text_contents())
    assert "<" in tokens
    assert page.evaluate("window.hacked") is None
    frame.locator("body").evaluate("window.marked = true")
    page.locator(".strip .token").nth(3).click()
    settled(page)
    assert frame.locator("body").evaluate("window.marked")
    for view in ("model view", "neuron view"):
        page.get_by_role("radio", name=view).click()
        settled(page)
        for voice in ("teacher", "student"):
            expect(
                page.frame_locator(f'iframe[title="bertviz\'s {view} of the {voice}"]').locator("svg line").first
            ).to_be_attached()
