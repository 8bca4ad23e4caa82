"""Pairs of other families, widths and tasks on the pages: each is shown, or said to be missing something."""

import dataclasses
import html
import re

import pytest

from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.session.cache import cache
from tests.support.kinds import SECOND, TEXTS
from tests.support.pages import assert_checks_hold, end_jobs, words


@pytest.fixture(scope="module")
def shown(kind_folders):
    """Puts a pair of a kind on the server's shelf; what an address calls it."""

    def of(kind: str) -> str:
        name = "|".join(kind_folders(kind))
        waiting = cache().load(PairChoice.read(name))
        assert waiting.finished.wait(120)
        assert waiting.error is None
        return name

    yield of
    end_jobs()


SAID = {
    ("roberta", "tokens"): ["no WordPiece but BPE", "checked against the models' own tokenizer: 0 of "],
    ("roberta of many languages", "tokens"): ["no WordPiece but Unigram", "checked against the models' own tokenizer: 0 of "],
    ("roberta of many languages", "words"): ["</s>"],
    ("roberta", "soft_labels"): [],
    ("roberta", "words"): ["</s>"],
    ("a narrow student", "hidden_states"): ["The models are 24 and 16 wide", "CKA compares their geometry"],
    ("a narrow student", "heads"): ["no head began as a copy"],
    ("a narrow student", "one_step"): ["L_cos is left out"],
    ("a headless student", "soft_labels"): ["The student has no head"],
    ("encoders", "soft_labels"): ["Neither model has a head"],
    ("encoders", "one_step"): ["This teacher is an encoder without a head", "it can't teach here"],
    ("tags", "soft_labels"): ["Both models give the same tag to", "Tags, in the order of the logits: O, B-PER, I-PER, B-LOC"],
    ("tags", "attribution"): ["of the tag"],
    ("questions", "soft_labels"): ["answer"],
    ("distilbert", "live_run"): ["No student is made of a DistilBERT here: a teacher is a BERT, "],
    ("distilbert", "race"): ["No student is made of a DistilBERT here: a teacher is a BERT, "],
    ("questions", "what_if"): ["the start of the answer"],
}


@pytest.mark.parametrize(("kind", "page"), SAID, ids=lambda part: str(part))
def test_a_page_shows_it_or_says_what_is_missing(kind, page, shown):
    from tests.support.pages import visit, worked

    session = visit(page, TEXTS["two texts"], pair=shown(kind))
    if page == "what_if":
        worked(session)
    assert not session.exception
    for sentence in SAID[kind, page]:
        assert sentence in words(session), words(session)
    assert_checks_hold(session)


# What is true of a BERT and a DistilBERT alone. What a visitor typed, and sources, may say it.
NOT_OF_ROBERTA = r"\[CLS\]|became \[MASK\]|\[UNK\]|\[PAD\]|WordPieces|30,522|here a BERT|here a DistilBERT|Use (?:Distil)?BERT"


@pytest.mark.parametrize("page", ["first", "tokens", "embeddings", "maps", "one_step", "atlas", "what_if", "which_one"])
def test_no_page_says_of_a_roberta_what_only_a_bert_has(page, shown, monkeypatch):
    from distilbert_viz.runs import measurements
    from tests.support.choices import MADE
    from tests.support.pages import visit

    name = shown("roberta")
    own = dataclasses.replace(MADE.setting, pair=name.replace("|", " → "))
    monkeypatch.setattr(measurements, "newest_first", lambda: [("own", dataclasses.replace(MADE, setting=own))])
    session = visit(page, "The cat sat on the mat. [SEP] It fell.", pair=name)
    if page == "which_one":
        session.segmented_control(key="cost_pair").set_value("the present pair").run()
        assert session.table
    said = html.unescape("\n".join(str(element.proto) for element in session.main if hasattr(element, "proto")))
    assert re.findall(NOT_OF_ROBERTA, said) == []
    if page == "what_if":
        assert "<s> B </s> </s> A </s>" in session.toggle(key="swapped").help.replace("\\", "")


def test_a_page_that_ends_itself_has_its_address_and_its_tour_all_the_same(shown):
    from tests.support.pages import visit

    session = visit("soft_labels", pair=shown("encoders"), tour="5")
    session.text_input(key="typed").set_value("a cat").run()
    assert "Neither model has a head" in words(session)
    assert session.query_params["text"] == "a cat"
    assert "_answer" not in session.session_state  # a session that outlives its tab holds no traces


def test_a_question_and_its_text_have_a_box_each_and_are_one_text_in_a_link(shown):
    from tests.support.pages import visit

    session = visit("soft_labels", pair=shown("questions"), text=f"Where was it? [SEP] {SECOND}")
    assert [session.text_input(key=key).value for key in ("question", "typed")] == ["Where was it?", SECOND]
    session.text_input(key="question").set_value("When was it?").run()
    assert session.session_state.text == f"When was it? [SEP] {SECOND}"
    session.text_input(key="question").set_value("").run()
    assert session.session_state.text == SECOND
    assert not session.exception


def test_the_end_of_the_answer_has_a_soft_label_of_its_own(shown):
    from tests.support.pages import visit

    session = visit("soft_labels", TEXTS["two texts"], pair=shown("questions"))
    metrics = {metric.label: metric.value for metric in session.metric}
    assert metrics["soft label of"] == "the start of the answer"
    session.segmented_control(key="answer_end").set_value("end").run()
    assert {metric.label: metric.value for metric in session.metric}["soft label of"] == "the end of the answer"
    assert_checks_hold(session)


def test_a_narrower_student_of_a_run_starts_at_random_and_without_a_cosine(shown):
    from tests.support.pages import visit

    session = visit("live_run", pair=shown("roberta"))
    assert "Word embeddings stay the teacher's" in words(session)
    assert "segment vector" not in words(session)
    session.select_slider(key="run_hidden").set_value(16).run()
    said = words(session)
    assert "A narrower student starts at random, and L_cos is off" in said
    assert "1 layers of 16 dimensions from random weights" in said
    assert "0 L_cos" in said
