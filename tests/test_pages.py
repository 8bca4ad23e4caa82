"""Every page, run as a session would run it: with what people type, and with what nobody should."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import NASTY, PAGES, captions, go_to, visit

# Single precision, in another order of summing: 3e-6 on one processor, 2.4e-5 on another.
ROUNDED = 1e-4


@pytest.mark.parametrize("page", [page for page in PAGES if page != "tokens"])
def test_every_panel_that_shows_a_models_inside_agrees_with_the_model(loaded, page):
    checks = [c for c in captions(visit(page)) if c.startswith("checked against the model:")]
    assert checks
    for check in checks:
        numbers = [float(n) for n in re.findall(r"\d\.\de[+-]\d+", check)]
        allowed = numbers[2] if len(numbers) > 2 else 0
        assert max(numbers[:2]) <= 1.05 * allowed + ROUNDED, check


def test_the_pieces_spelt_step_by_step_are_the_tokenizers_own(loaded):
    assert any(c.endswith("0 of 7 pieces differ") for c in captions(visit("tokens")))


@pytest.fixture(scope="module")
def typist(loaded, page) -> AppTest:
    """A session on a page, into whose bar one text is typed after another."""
    return visit(page)


@pytest.mark.parametrize("page", PAGES, scope="module")
@pytest.mark.parametrize("name", NASTY)
def test_no_text_ends_in_a_traceback(typist, page, name):
    session = typist.text_input(key="typed").set_value(NASTY[name]).run()
    assert not session.exception, session.exception
    unmaskable = page == "one_step" and any("nothing to mask" in info.value for info in session.info)
    assert unmaskable or any("checked against the model" in caption for caption in captions(session))


@pytest.mark.parametrize("text", ["", "   ", "\t \u3000"])
def test_a_text_with_nothing_in_it_gets_a_sentence_and_nothing_else_breaks(loaded, text):
    session = visit("attention", text)
    assert "nothing to read" in session.warning[0].value
    session.text_input(key="typed").set_value("Good morning.").run()
    assert not session.warning
    assert not session.exception


def test_text_that_tokenizes_to_nothing_gets_the_same_sentence(loaded):
    assert "nothing to read" in visit("tokens", "\u200b\u200b").warning[0].value


def test_a_long_text_says_what_was_left_out(loaded):
    session = visit("tokens", "word " * 5000)
    assert any("512 of 512 tokens" in c and "4,490 tokens at the end left out" in c for c in captions(session))
    assert any("a copied link leaves it out" in c for c in captions(session))
    assert "text" not in session.query_params


def test_choices_survive_a_page_change(loaded):
    session = visit("attention", "The dog chased the [MASK] up a tree.")
    session.selectbox(key="teacher_layer").set_value(3).run()
    go_to(session, "block").run()
    assert session.selectbox(key="teacher_layer").value == 3
    assert session.text_input(key="typed").value == "The dog chased the [MASK] up a tree."


def test_a_link_opens_the_view_that_it_was_copied_from(loaded):
    address = {"text": "A cat sat on the mat.", "mask": "2", "position": "3", "teacher_layer": "L4", "linked": "false"}
    session = visit("attention", **address)
    assert session.text_input(key="typed").value == "A cat sat on the mat."
    assert session.selectbox(key="teacher_layer").value == 4
    assert not session.toggle(key="linked").value
    assert visit("soft_labels", temperature="5.0").slider(key="temperature").value == 5.0


@pytest.mark.parametrize(
    "address",
    [
        {"text": "x" * 9000},
        {"position": "99999"},
        {"position": "-1"},
        {"mask": "1,zwei,3,,999999999999999999999"},
        {"mask": "²"},
        {"pair": "../../etc/passwd"},
        {"pair": "no such pair"},
        {"teacher_layer": "L99", "teacher_head": "x", "temperature": "nan", "linked": "maybe"},
    ],
)
@pytest.mark.parametrize("page", ["attention", "soft_labels"])
def test_a_spoilt_address_is_no_traceback(loaded, page, address):
    visit(page, **address)


def test_a_pair_that_does_not_exist_is_a_sentence_and_the_way_back_stays(loaded):
    from distilbert_viz.pairs.choice import PairChoice
    from distilbert_viz.session.cache import cache

    cache().load(PairChoice.read("no such pair")).finished.wait(60)
    session = visit("attention", pair="no such pair")
    assert "There is no pair called" in session.warning[0].value
    next(button for button in session.button if "built-in" in button.label).click().run()
    assert not session.warning
    assert not session.exception


def test_linked_layers_follow_the_initialisation_map_and_free_ones_do_not(loaded):
    session = visit("attention")
    session.selectbox(key="teacher_layer").set_value(5).run()
    assert session.selectbox(key="student_layer").value == 2
    session.toggle(key="linked").set_value(False).run()
    session.selectbox(key="student_layer").set_value(1).run()
    assert session.selectbox(key="teacher_layer").value == 5
    assert not session.exception


def test_cka_of_a_short_text_is_a_sentence(loaded):
    session = visit("hidden_states", "Hi")
    session.segmented_control(key="measure").set_value("CKA").run()
    assert "at least 4 tokens" in session.info[0].value
