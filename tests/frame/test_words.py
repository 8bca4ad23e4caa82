"""What pages say: few points and short ones, every term explained once, a tick in place of a line."""

import ast
import re

import pytest

from distilbert_viz.frame import terms
from distilbert_viz.frame.glossary import TERMS
from distilbert_viz.records import Difference
from tests.support.pages import SCREENS, plain_words, visit
from tests.support.paths import ROOT

PAGES = sorted((ROOT / "pages").rglob("*.py"))
FORWARD = [
    screen for screen in SCREENS if screen not in ("live_run", "race", "speed", "memory", "which_one", "why_it_is_faster", "start")
]


def notices(source: str) -> list[list[str]]:
    """The points of every notice in a page's source."""
    calls = (
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and ast.unparse(node.func) == "frame.notice"
    )
    return [[point.value for point in call.args if isinstance(point, ast.Constant)] for call in calls]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_there_are_at_most_three_points_to_notice_of_at_most_25_words(path):
    for points in notices(path.read_text(encoding="utf-8")):
        assert 1 <= len(points) <= 3
        assert [point for point in points if len(point.split()) > 25] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_how_much_less_arithmetic_it_is_stands_with_the_model_that_it_holds_for(path):
    points = [point for points in notices(path.read_text(encoding="utf-8")) for point in points]
    assert [point for point in points if "2.0 times less" in point and "BERT-base" not in point] == []


def test_the_glossary_has_some_forty_terms_of_two_sentences_and_each_names_its_source():
    assert len(TERMS) >= 40
    assert len({term.term for term in TERMS}) == len(TERMS)
    for term in TERMS:
        assert term.source
        assert 1 <= len(re.findall(r"[.](?: |$)", term.said)) <= 3, term


@pytest.fixture(autouse=True)
def nothing_explained():
    """As a page begins, on which nothing is explained yet."""
    import streamlit as st

    st.session_state.clear()


def test_a_term_is_explained_where_it_first_stands_and_nowhere_else():
    first, second = terms.explained("The teacher's heads look, and heads again."), terms.explained("A teacher.")
    assert first.count('class="term"') == 2
    assert re.search(r">heads</span> look, and heads again", first)
    assert second == "A teacher."
    assert plain_words(first) == "The teacher's heads look, and heads again."


@pytest.mark.parametrize("written", ["[CLS]", r"\[CLS\]", "L_ce", r"L\_ce", "L2 H4", "KL", "hidden states", "Soft labels"])
def test_a_term_is_known_as_markdown_writes_it(written):
    assert terms.explained(f"Then {written} comes.").count('class="term"') == 1


def test_a_visitors_own_words_are_left_alone():
    assert terms.explained("The teacher says “attention”.").count('class="term"') == 1


@pytest.mark.parametrize("screen", FORWARD)
def test_every_page_opens_with_one_plain_sentence_of_its_own(loaded, screen):
    session = visit(screen, "The dog chased the [MASK] up a tree.")
    plain = [plain_words(part.value) for part in session.markdown if 'class="plainly"' in part.value]
    assert len(plain) == 1
    assert 30 < len(plain[0]) < 260
    assert not re.search(r"nats?\b|\bKL\b|CKA|logit|entropy|cosine", plain[0])


def test_the_sentence_says_what_the_models_say(loaded, built_in):
    from distilbert_viz import tracing

    text = "The dog chased the [MASK] up a tree."
    pair = tracing.trace_pair(built_in, text)
    position = pair.encoding.tokens.index("[MASK]")
    ids = [int(tracing.logits_at(model, trace, position).argmax()) for model, trace in zip(built_in, pair, strict=True)]
    words = built_in.teacher.tokenizer.convert_ids_to_tokens(ids)
    for screen in ("architecture", "soft_labels", "text_report"):
        said = next(part.value for part in visit(screen, text).markdown if 'class="plainly"' in part.value)
        assert all(f"“{word}”" in plain_words(said).replace("\\", "") for word in words)


def test_a_check_is_a_tick_and_a_sentence_only_where_it_fails(loaded):
    session = visit("hidden_states")
    ticks = [caption.value for caption in session.caption if 'class="tick"' in caption.value]
    assert len(ticks) == 3
    assert all("✓" in tick and 'tabindex="0"' in tick for tick in ticks)
    assert not any("checked against" in re.sub(r"<[^>]*>", "", caption.value) for caption in session.caption)


def test_what_is_no_rounding_does_not_agree():
    assert Difference(2e-5, 3e-6).agrees("float32")
    assert Difference(2.0e-3, 2.0e-3, 1.95e-3).agrees("float32")
    assert not Difference(0.01, 0.0).agrees("float32")
    assert Difference(0.01, 0.0).agrees("bfloat16")
