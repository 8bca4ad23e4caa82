"""Whatever a page's controls show is in its address: whoever opens it sees the same."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget

from tests.support.pages import SCREENS, visit

pytestmark = pytest.mark.usefixtures("loaded", "own_runs")
TEXT = "The cat sat on the [MASK] mat, and the dog barked at the moon."
KINDS = (
    "slider",
    "selectbox",
    "segmented_control",
    "multiselect",
    "toggle",
)  # what is typed, a browser alone puts into the address
# A file of one's own can't travel in a link; an address has one view; whose disk and what is typed twice is another test's.
NOT_IN_A_LINK = ("heads_text", "lost_texts", "quality_text", "run_text", "view_", "own_", "device_asked", "dtype_asked", "example")


def controls(session: AppTest) -> dict[str, Widget]:
    """The page's controls that can be moved and should be in a link, by key."""
    found = [one for kind in KINDS for one in session.get(kind) if one.key]
    return {one.key: one for one in found if not one.disabled and not one.key.startswith(NOT_IN_A_LINK)}


def moved(one: Widget) -> object:
    """Another value of a control; its own where there is none, or where it isn't known how options are called."""
    match one.type:
        case "toggle":
            return not one.value
        case "slider" if isinstance(one.value, int | float):
            return one.value + one.step if one.max is None or one.value + one.step <= one.max else one.value - one.step
        case "multiselect":
            return one.value[:-1] or one.value  # that nothing is chosen is another test's
        case "selectbox" | "segmented_control" | "button_group":
            options = [getattr(option, "content", option) for option in one.options]
            return next((option for option in options if option != one.value), one.value) if one.value in options else one.value
    return one.value


def move_all(session: AppTest) -> None:
    """Move one control after another, those that a move brings forth among them."""
    seen: set[str] = set()
    while left := [key for key in controls(session) if key not in seen]:
        seen.add(left[0])
        one = controls(session)[left[0]]
        if moved(one) != one.value:
            one.set_value(moved(one)).run()
            assert not session.exception, (left[0], session.exception)


def shown(session: AppTest) -> Iterator[tuple[str, object]]:
    """What each control shows, by key."""
    for key, one in controls(session).items():
        yield key, one.value


@pytest.mark.parametrize("screen", SCREENS)
def test_whoever_opens_the_address_sees_every_control_as_it_was_moved(screen):
    session = visit(screen, TEXT)
    move_all(session)
    guest = visit(screen, **dict(session.query_params))
    assert dict(shown(guest)) == dict(shown(session))
