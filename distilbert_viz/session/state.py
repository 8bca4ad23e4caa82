"""What a person has chosen, in the session and in the address: a copied link shows the same view."""

import streamlit as st

from distilbert_viz import settings
from distilbert_viz.pairs.choice import PairChoice, RunStudent
from distilbert_viz.runs.students import title, with_present_step

LONGEST_LINK = 1500
NEW = "new"
MAY_BE_EMPTY = (
    "text_",
    "teacher_off",
    "student_off",
    "replace_by",
    "speed_lengths",
    "speed_batches",
    "preset_",
    "need_",
    "words_",
    "compared",
)
EXAMPLES = {
    "a capital": "The capital of France is [MASK].",
    "a drink": "He drank a cup of [MASK].",
    "a pair of sentences": "The cat sat on the mat. [SEP] Then it fell asleep in the sun.",
    "a question": "Where did the cat fall asleep? [SEP] The cat sat on the mat. Then it fell asleep in the sun.",
    "names": "Angela Merkel was born in Hamburg and studied at Leipzig.",
    "an ambiguous word": "She left the bank with her money and sat down on the bank of the river.",
    "rare words": "The electroencephalographer misunderstood the tokenization.",
    "a long text": (
        "When the last ferry had gone, the harbour was quiet again. Two fishermen mended a net under the lamp, and a "
        "girl counted the boats that had come home. There were seven in the morning and only six at night. Nobody "
        "spoke of the seventh. The older man said that the wind would turn before dawn, and that a good captain "
        "waits behind the island until it does. The girl did not answer. She climbed the wall, looked at the dark "
        "water, and began to count once more, this time from the other end of the [MASK]."
    ),
}
FIRST_TEXT = EXAMPLES["a capital"]
PAIR = {"pair": PairChoice().spelling, "device": PairChoice().device, "dtype": PairChoice().dtype}


def chosen_pair() -> PairChoice:
    """The pair that the session shows, or waits for."""
    choice: PairChoice = st.session_state.pair
    return choice


def show(choice: PairChoice) -> None:
    """Show this pair from now on."""
    st.session_state.pair = choice


def restore() -> None:
    """Fill a new session from its address, once; what the address doesn't say, or says wrongly, is the default."""
    if "text" in st.session_state:
        return
    st.session_state.text = (st.query_params.get("text") or FIRST_TEXT)[:LONGEST_LINK]
    show(_linked_pair())
    st.session_state.run = st.query_params.get("run") or NEW
    if st.query_params.get("linked") == "false":  # read before its widget is made
        st.session_state.linked = False
    st.session_state.mask = _numbers(st.query_params.get("mask", ""))
    tour = _numbers(st.query_params.get("tour", ""))
    go_to_stop(tour[0] if tour else None)
    present_to_wall(st.query_params.get("present") == "1")
    position = _numbers(st.query_params.get("position", ""))
    st.session_state.position = position[0] if position else None


def _linked_pair() -> PairChoice:
    """The pair of the address. A link to a run's student that has learned on since shows it as it is now, and says so."""
    asked = {name: (st.query_params.get(name) or default)[:LONGEST_LINK] for name, default in PAIR.items()}
    if settings.read().public:  # all visitors of a public server share what is loaded
        asked |= {"device": PAIR["device"], "dtype": PAIR["dtype"]}
    linked = PairChoice.read(asked["pair"], asked["device"], asked["dtype"])
    now = with_present_step(linked)
    if isinstance(linked.models, RunStudent) and linked.models.step not in (None, getattr(now.models, "step", None)):
        st.session_state.refused = f"The run of this link has learned on since: below is {title(now)}, not the step of the link."
    return now


def drop_empty() -> None:
    """A parameter without a value chooses nothing; Streamlit 1.67 would take it for a choice where one is required.

    Once a session, when its page is known: what runs again before that is the first page.
    """
    if "looked_for_empty" in st.session_state:
        return
    st.session_state.looked_for_empty = True
    query = st.query_params
    empty = [name for name in query if not any(query.get_all(name)) and not name.startswith(MAY_BE_EMPTY)]
    for name in empty:
        del query[name]
    if empty:
        st.rerun()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text[:2000].split(",") if part.isascii() and part.isdigit())


def write_address() -> None:
    """Put every choice that isn't the default into the address."""
    state = st.session_state
    _put("text", state.text if len(state.text) <= LONGEST_LINK and state.text != FIRST_TEXT else "")
    for name, value in zip(PAIR, (state.pair.spelling, state.pair.device, state.pair.dtype), strict=True):
        _put(name, value if value != PAIR[name] else "")
    _put("run", state.run if state.run != NEW else "")
    _put("mask", ",".join(map(str, state.mask)))
    _put("tour", str(tour() or ""))
    _put("present", "1" if presenting() else "")
    _put("position", "" if state.position is None else str(state.position))


def _put(name: str, value: str) -> None:
    if value and st.query_params.get(name) != value:
        st.query_params[name] = value
    elif not value and name in st.query_params:
        del st.query_params[name]


def note_no_action() -> None:
    """Say that the page runs again by itself: what the visitor was told stays, until they do something."""
    st.session_state.by_itself = True


def is_action() -> bool:
    """Whether this run follows something that the visitor did. Asked once a run."""
    return not st.session_state.pop("by_itself", False)


def tour() -> int | None:
    """The number of the tour's stop, from 1; None where nobody takes it."""
    number: int | None = st.session_state.get("tour")
    return number or None


def go_to_stop(number: int | None) -> None:
    """Show this stop of the tour next; None leaves it."""
    st.session_state.update(tour=number, tour_opened=number is None)


def presenting() -> bool:
    """Whether the pages are shown on a wall."""
    return bool(st.session_state.get("present"))


def present_to_wall(wanted: bool) -> None:
    """Switch presenter mode on or off."""
    st.session_state.present = wanted


def switch_presenter() -> None:
    """What the menu's switch says."""
    present_to_wall(st.session_state.presenter)


def new_text(text: str) -> None:
    """Show another text: positions of the old one mean nothing in it."""
    st.session_state.text = text[: settings.limits().text]
    st.session_state.mask = ()
    st.session_state.position = None


def toggle_mask(position: int) -> None:
    """Mask the token at `position`, or show it again."""
    st.session_state.mask = tuple(sorted(set(st.session_state.mask) ^ {position}))
    st.session_state.position = position
