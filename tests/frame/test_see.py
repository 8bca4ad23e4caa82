"""What a point to notice speaks of is a click away: the page's own controls show it then."""

import pytest

from distilbert_viz.frame import see
from distilbert_viz.frame.see import See
from distilbert_viz.session.state import EXAMPLES
from tests.support.pages import SCREENS, go_to, visit, worked

pytestmark = pytest.mark.usefixtures("loaded")
# Screens on which nothing that can be chosen belongs to a point.
WITHOUT = {"architecture", "text_report", "live_run", "race", "memory", "quality", "why_it_is_faster"}
CONTROLS = ("slider", "select_slider", "selectbox", "segmented_control", "multiselect", "number_input", "toggle")
CLICKED = {"text", "mixture"}  # chosen by a click on the page, or typed into the bar


@pytest.fixture
def offered(monkeypatch) -> list[See]:
    """What the page offers, from the run on after which it was emptied."""
    last: list[See] = []
    row = see.row

    def noted(buttons):
        last.extend(buttons)
        row(buttons)

    monkeypatch.setattr(see, "row", noted)
    return last


def opened(session, screen: str, offered: list[See]) -> list[See]:
    """What a screen offers once it has computed what comes behind its first picture."""
    go_to(session, screen)
    rerun(session, offered)
    if screen == "what_if":
        offered.clear()
        worked(session)
    return [*offered]


def rerun(session, offered: list[See]) -> None:
    offered.clear()
    session.run()
    assert not session.exception, session.exception
    assert len({one.label for one in offered}) == len(offered) <= 3


def click(session, one: See, offered: list[See]) -> None:
    """Click the button, if the page still offers it: its controls show it, and then it can't be clicked again.

    One that can't be clicked to begin with is shown already, such as a head that was chosen on another page.
    """
    if one.label not in [now.label for now in offered]:
        return
    if not button(session, one).disabled:
        button(session, one).click()
        rerun(session, offered)
    assert_shown(session, one)
    assert all(button(session, now).disabled for now in offered if now.label == one.label)


def button(session, one: See):
    return session.button(key=f"see {one.label}")


def assert_shown(session, one: See) -> None:
    """The session's choices are the button's, and so are the controls of the page."""
    for key, value in one.choices.items():
        assert session.session_state[key] == value, (one.label, key)
        if key not in CLICKED:
            controls = [control for kind in CONTROLS for control in getattr(session, kind) if control.key == key]
            assert [control.value for control in controls] == [value], (one.label, key)


def test_every_see_button_puts_the_pages_own_controls_there(offered):
    session, without = visit("soft_labels"), set()
    for screen in SCREENS:
        shown = opened(session, screen, offered)
        # A text is the bar's on every page: the test below clicks one, and this one keeps the first text.
        for one in shown:
            if "text" not in one.choices:
                click(session, one, offered)
        if not shown:
            without.add(screen)
    assert without == WITHOUT


def test_a_see_button_shows_another_text(offered):
    session = visit("embeddings")
    for one in [*offered]:
        assert not button(session, one).disabled
        click(session, one, offered)
    assert session.text_input(key="typed").value == session.session_state["text"] == EXAMPLES["a pair of sentences"]


def test_on_a_text_of_one_word_no_see_button_fails(offered):
    session = visit("soft_labels", "Hi")
    for screen in ("maps", "words", "hidden_states", "heads", "lost", "what_if"):
        shown = opened(session, screen, offered)
        assert screen != "hidden_states" or not shown
        for one in shown:
            if "text" not in one.choices:
                click(session, one, offered)


def test_the_address_follows_a_see_button(offered):
    session = visit("soft_labels")
    button(session, offered[0]).click().run()
    assert session.query_params["temperature"] in ("5", ["5"])
