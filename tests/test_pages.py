"""Every page, run as a session would run it: with what people type, and with what nobody should."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["architecture", "tokens", "embeddings", "attention", "block", "hidden_states", "soft_labels", "one_step",
         "heads", "atlas", "rollout", "words", "texts", "what_if", "attribution", "lines", "bertviz", "take_along"]  # fmt: skip
NASTY = {
    "script": "<script>alert(1)</script> & <b>bold</b>",
    "markdown": "**bold** # head `code` [link](http://example.org) $x^2$ :red[red] ![i](x)",
    "emoji": "I 😀 love 🏳️‍🌈 family 👨‍👩‍👧‍👦",
    "combining": "e\u0301\u0302\u0303 a\u0308\u0300 Zalgo\u0336\u0335",
    "right to left": "שלום עולם مرحبا بالعالم",
    "control": "a\x00b\x07c\x1b[31m d\u200be\u202e f",
    "chinese": "你好，世界",
    "masks": "[MASK] " * 40,
    "separators": "one [SEP] two [SEP] three [CLS] [PAD] [UNK]",
    "one word": "Hi",
    "one character": "?",
    "long word": "a" * 300,
    "five thousand words": "word " * 5000,
    "braces": "{curly} {{double}} %s %(x)s \\n \\",
}


@pytest.fixture(scope="module")
def loaded():
    """The built-in pair on the server's shelf, as it is a few seconds after the first visit."""
    from distilbert_viz.pairs.choice import PairChoice
    from distilbert_viz.session import jobs
    from distilbert_viz.session.cache import cache

    waiting = cache().load(PairChoice())
    assert waiting.finished.wait(120)
    assert waiting.error is None
    yield
    for job in list(jobs._jobs()._jobs.values()):  # a thread inside torch when Python ends would take the process down
        job.stop()
        assert job.finished.wait(120)


def file_of(page: str) -> str:
    """A page's file, by its name, from the repository root."""
    (found,) = (ROOT / "pages").rglob(f"{page}.py")
    return str(found.relative_to(ROOT))


def visit(page: str, text: str | None = None, **address: str) -> AppTest:
    """A new session on a page, with a text typed into the bar."""
    session = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    session.query_params.update(address)
    session.run().switch_page(file_of(page)).run()
    if text is not None:
        session.text_input(key="typed").set_value(text).run()
    assert not session.exception, session.exception
    return session


def captions(session: AppTest) -> list[str]:
    """All captions on the page."""
    return [caption.value for caption in session.caption]


@pytest.mark.parametrize("page", [page for page in PAGES if page != "tokens"])
def test_every_panel_that_shows_a_models_inside_agrees_with_the_model(loaded, page):
    checks = [c for c in captions(visit(page)) if c.startswith("checked against the model:")]
    assert checks
    for check in checks:
        numbers = [float(n) for n in re.findall(r"\d\.\de[+-]\d+", check)]
        allowed = numbers[2] if len(numbers) > 2 else 0
        assert max(numbers[:2]) <= 1.05 * allowed + 2e-5, check


def test_the_pieces_spelt_step_by_step_are_the_tokenizers_own(loaded):
    assert any(c.endswith("0 of 7 pieces differ") for c in captions(visit("tokens")))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", NASTY)
def test_no_text_ends_in_a_traceback(loaded, page, name):
    session = visit(page, NASTY[name])
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
    session.switch_page(file_of("block")).run()
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
