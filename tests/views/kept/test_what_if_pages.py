"""The pages What if and Attribution, run as a session would run them."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import button, captions, go_to, visit, worked
from tests.support.paths import ROOT

pytestmark = pytest.mark.usefixtures("loaded")
TWO = "The cat sat on the mat. [SEP] Then it fell asleep in the sun."
LONG = "The cat sat on the mat. " * 20


def changed(session) -> str:
    """The sentence that says what is changed."""
    return next(caption for caption in captions(session) if caption.startswith(("Changed", "Nothing is changed"))).replace("\\", "")


def moved(session) -> list[str]:
    """The sentences over the two pictures of soft labels."""
    return [found.value for found in session.markdown if found.value.startswith("**") and "KL" in found.value]


def test_the_first_visit_finds_an_example_that_says_it_is_one_and_can_be_taken_back():
    session = visit("what_if")
    assert any("An example to begin with" in said.value for said in session.markdown)
    assert changed(session) == "Changed: teacher: 12 of 72 heads off; student: 12 of 36 heads off."
    assert session.multiselect(key="teacher_off").value == ["L2"]
    assert session.multiselect(key="student_off").value == ["L1"]
    button(session, "Change nothing").click().run()
    assert changed(session) == "Nothing is changed: before and after are equal."
    assert not any("An example" in said.value for said in session.markdown)


def test_with_every_head_on_nothing_moves():
    session = visit("what_if")
    for voice in ("teacher", "student"):
        session.multiselect(key=f"{voice}_off").set_value([])
    session.run()
    assert changed(session) == "Nothing is changed: before and after are equal."
    assert all("0 nats" in said and "stays the likeliest" in said for said in moved(session))


def test_a_token_is_replaced_by_any_piece_of_the_vocabulary_and_by_nothing_else():
    session = visit("what_if")
    session.selectbox(key="replace_at").set_value(4).run()
    session.text_input(key="replace_by").set_value("Italy").run()
    assert "position 4: france → italy" in changed(session)
    session.text_input(key="replace_by").set_value("electroencephalographer").run()
    assert "no single token" in session.warning[0].value
    assert "position 4" not in changed(session)
    session.text_input(key="replace_by").set_value("<b>&</b>").run()
    assert not session.exception


def test_two_sentences_change_places_and_one_cannot():
    assert visit("what_if").toggle(key="swapped").disabled
    session = visit("what_if", TWO)
    session.toggle(key="swapped").set_value(True).run()
    assert "changed places" in changed(session)
    session.text_input(key="typed").set_value("One sentence.").run()
    assert "changed places" not in changed(session)
    assert not session.exception


def test_the_sweep_of_a_short_text_begins_by_itself_and_names_the_head_that_matters_most():
    session = worked(visit("what_if"))
    assert any("without L" in caption.replace("\\", "") and "of 36 heads" in caption for caption in captions(session))
    assert not session.exception


def test_the_sweep_of_a_long_text_waits_for_a_press():
    session = visit("what_if", LONG)
    button = next(found for found in session.button if found.label == "Switch off 108 heads in turn")
    button.click().run()
    session = worked(session)
    assert any("of 36 heads" in caption for caption in captions(session))
    assert not any(found.label.startswith("Switch off") for found in session.button)


@pytest.mark.parametrize("page", ["what_if", "attribution"])
@pytest.mark.parametrize(
    "address",
    [
        {"teacher_off": "L99 H99", "student_off": "x"},
        {"replace_at": "99999", "replace_by": "\x00", "swapped": "maybe"},
        {"candidate": "-1", "baseline": "nothing", "attribution_steps": "1e9"},
    ],
)
def test_a_spoilt_address_is_no_traceback(page, address):
    visit(page, **address)


def test_a_link_opens_the_change_that_it_was_copied_from():
    session = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    session.query_params.update(text=TWO, teacher_off="L0 H3", replace_at="2 cat", replace_by="dog", swapped="true")
    go_to(session.run(), "what_if").run()
    assert changed(session).startswith("Changed: teacher: 1 of 72 heads off; ")
    assert "position 2: cat → dog; the two sentences changed places." in changed(session)


def test_the_attribution_of_a_short_text_begins_by_itself_and_adds_up():
    session = worked(visit("attribution"))
    table = session.dataframe[0].value
    assert list(table["model"]) == ["teacher", "student"] * 2
    for _, row in table[:2].iterrows():
        gap, total, delta = (float(row[name]) for name in ("text − baseline", "sum over tokens", "convergence delta"))
        assert total - gap == pytest.approx(delta, abs=2e-3)
    assert sum("most is owed to" in caption for caption in captions(session)) == 2


def test_the_attribution_of_a_long_text_waits_for_a_press():
    session = visit("attribution", LONG)
    assert any(found.label == "Attribute" for found in session.button)
    assert any("The picture comes here" in caption for caption in captions(session))


def test_the_token_that_is_explained_can_be_chosen_among_what_both_models_find_likely():
    session = visit("attribution")
    other = session.selectbox(key="candidate").options[3]
    session.selectbox(key="candidate").select_index(3).run()
    assert any(f"ln p of the token “{other}”" in caption.replace("\\", "") for caption in captions(session))
    assert not session.exception
