"""Several texts: each is traced as if it stood alone, all on one scale, and a bad one leaves the others in peace."""

import re

import pytest

from distilbert_viz import comparison, tracing
from distilbert_viz.figures.forward import texts as figures
from tests.support.pages import NASTY, captions, visit

BESIDE = {"maps": 2, "soft_labels": 2}  # checks of the text above alone


def checks(session) -> list[str]:
    return [c for c in captions(session) if c.startswith("checked against the model: max")]


@pytest.mark.parametrize("page", BESIDE)
def test_every_text_has_the_same_view_and_its_own_check(loaded, page):
    session = visit(page, text_2="The capital of Germany is [MASK].")
    for key in ("text_3", "text_4"):
        session.text_input(key=key).set_value(f"She drank a glass of [MASK] and <b>{key}</b>.").run()
    assert not session.exception
    assert len(checks(session)) == BESIDE[page] + (3 if page == "maps" else 4)
    assert max(float(number) for c in checks(session) for number in re.findall(r"(?:teacher|student) ([\d.e+-]+)", c)) < 3e-3


@pytest.mark.parametrize("page", BESIDE)
def test_without_more_texts_none_is_shown(loaded, page):
    assert len(checks(visit(page))) == BESIDE[page]


def test_an_empty_box_is_no_text_and_markup_is_read_as_words(loaded):
    session = visit("maps", text_2="   ", text_3="<script>alert(1)</script> **x** $y$")
    assert len(checks(session)) == BESIDE["maps"] + 1
    assert not session.exception
    assert any("\\<script\\>" in markdown.value for markdown in session.markdown)


@pytest.mark.parametrize("choice", ["mean", "hide_special"])
def test_how_maps_are_read_holds_for_every_text(loaded, choice):
    session = visit("maps", text_2="He drank a cup of [MASK].", **{choice: "true"})
    assert len(checks(session)) == BESIDE["maps"] + 1
    assert max(float(number) for c in checks(session) for number in re.findall(r"(?:teacher|student) ([\d.e+-]+)", c)) < 3e-3


def test_soft_labels_of_all_texts_share_one_axis(built_in):
    labels = []
    for text in ("The capital of France is [MASK].", "He drank a cup of [MASK]."):
        pair = tracing.trace_pair(built_in, text)
        logits = [tracing.logits(model, trace) for model, trace in zip(built_in, pair, strict=True)]
        names = tuple(str(i) for i in range(logits[0].shape[1]))
        labels.append(comparison.soft_labels(*logits, names, pair.encoding.tokens.index("[MASK]"), 2.0, k=5))
    ranges = {tuple(figure.layout.xaxis.range) for figure in figures.bars_on_one_scale(labels)}
    assert len(ranges) == 1
    assert ranges.pop()[1] >= max(max(one.teacher.max(), one.student.max()) for one in labels)


def test_a_text_is_looked_at_from_its_mask_or_its_first_word(loaded):
    session = visit("maps", text_2="Paris is the [MASK] of France.", text_3="No blank here.")
    said = [markdown.value for markdown in session.markdown if "tokens, seen from" in markdown.value]
    assert "seen from 4 \\[MASK\\]" in said[0]
    assert "seen from 1 no" in said[1]


@pytest.mark.parametrize("text", list(NASTY.values()), ids=list(NASTY))
def test_nothing_typed_below_ends_in_a_traceback_and_the_text_above_stays(loaded, text):
    session = visit("maps", text_2="One more.")
    session.text_input(key="text_3").set_value(text[:500]).run()
    assert not session.exception
    assert len(checks(session)) + len(session.warning) == BESIDE["maps"] + 2
