"""The first head is one worth seeing; one that a person or a link has chosen stays."""

import pytest

from distilbert_viz import comparison, tracing
from tests.support.pages import go_to, visit

TEXTS = ("He drank a cup of [MASK].", "The cat sat on the mat. [SEP] Then it fell asleep in the sun.")


def head(session) -> tuple[int, int]:
    """The teacher's layer and head that the page's controls show."""
    return session.selectbox(key="teacher_layer").value, session.selectbox(key="teacher_head").value


@pytest.fixture(scope="module")
def clearest(built_in) -> dict[str, tuple[int, int]]:
    """Of each text, the head that is looked at first."""
    found = {text: tracing.trace_pair(built_in, text) for text in TEXTS}
    return {
        text: comparison.clearest_head(pair.teacher, next(iter(pair.encoding.mask_positions), 1)) for text, pair in found.items()
    }


@pytest.mark.parametrize("page", ["maps", "lines", "atlas", "heads", "what_if"])
def test_a_new_text_is_looked_at_from_its_clearest_head(loaded, clearest, page):
    session = visit(page, TEXTS[0])
    assert head(session) == clearest[TEXTS[0]] != (0, 0)
    session.text_input(key="typed").set_value(TEXTS[1]).run()
    assert head(session) == clearest[TEXTS[1]]


def test_a_head_that_was_chosen_stays_on_a_new_text_and_on_another_page(loaded, clearest):
    session = visit("attention", TEXTS[0])
    session.selectbox(key="teacher_head").set_value((clearest[TEXTS[0]][1] + 1) % 12).run()
    chosen = head(session)
    session.text_input(key="typed").set_value(TEXTS[1]).run()
    assert head(session) == chosen
    assert head(go_to(session, "atlas").run()) == chosen


def test_a_head_in_the_address_stays(loaded):
    session = visit("attention", TEXTS[0], teacher_layer="L4", teacher_head="H7")
    assert head(session) == (4, 7)
    session.text_input(key="typed").set_value(TEXTS[1]).run()
    assert head(session) == (4, 7)


def test_the_very_first_head_can_be_chosen_and_linked_to(loaded):
    session = visit("attention", TEXTS[0])
    session.selectbox(key="teacher_layer").set_value(0).run()
    session.selectbox(key="teacher_head").set_value(0).run()
    assert session.query_params["head"] in ("chosen", ["chosen"])
    assert head(visit("attention", TEXTS[0], head="chosen")) == (0, 0)


def test_a_chip_opens_its_head_and_is_pressed_while_it_is_open(loaded, built_in):
    session = visit("attention", TEXTS[0])
    named = {one.name: one for one in comparison.named_heads(tracing.trace_pair(built_in, TEXTS[0]))}
    assert [option.replace("\\", "").partition(":")[0] for option in session.pills(key="named_head").options] == list(named)
    for name, one in named.items():
        session.pills(key="named_head").set_value(name).run()
        assert head(session) == (one.layer, one.head)
        assert session.pills(key="named_head").value in {other.name for other in named.values() if head(session) == head_of(other)}
    session.selectbox(key="teacher_head").set_value((one.head + 1) % 12).run()
    assert session.pills(key="named_head").value is None or head(session) in map(head_of, named.values())


def head_of(one) -> tuple[int, int]:
    """A named head's layer and head."""
    return one.layer, one.head
