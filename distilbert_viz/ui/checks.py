"""Under each panel: does what it shows agree with the model? Answered after the picture stands."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from distilbert_viz.records import Difference, StockPass
from distilbert_viz.ui import choice

PENDING = "_checks"
AWAITED = "checked against the model: …"
Passes = tuple[StockPass, StockPass]


def checked(panel: str, compare: Callable[[Passes], Difference], logits: bool = False) -> None:
    """Keep a place for "checked against the model"; `compare` gets the stock passes of teacher and student, with their `logits`
    if it asks for them.

    `panel` names the panel and whatever else decides what it shows, so that a check is done once.
    """
    slot = st.empty()
    slot.caption(AWAITED)
    st.session_state.setdefault(PENDING, []).append((slot, panel, compare, logits))


def run_checks() -> None:
    """Fill every kept place; one stock pass serves all of them.

    A check waits for the pictures of all sessions.
    """
    pending = st.session_state.pop(PENDING, [])
    passes: list = []
    logits = any(wanted for *_, wanted in pending)
    for slot, panel, compare, _ in pending:
        make = partial(_difference, compare, passes, logits)
        difference = choice.remembered(("check", panel), make, meanwhile=_end_if_overtaken)
        slot.caption(sentence(difference))


def clear() -> None:
    """Forget what an interrupted run left."""
    st.session_state.pop(PENDING, None)


def _end_if_overtaken() -> None:
    """Whoever reads the session's state lets Streamlit end a run that another text has overtaken."""
    _ = st.session_state.text


def _difference(compare: Callable[[Passes], Difference], passes: list, logits: bool) -> Difference:
    if not passes:
        passes.append(choice.stock(logits))
    return compare(passes[0])


def sentence(difference: Difference) -> str:
    """What a panel's place says."""
    allowed = f", drawn in steps of ±{difference.step:.1e}" if difference.step else ""
    return (
        f"checked against the model: max |difference| teacher {difference.teacher:.1e}, student {difference.student:.1e}{allowed}"
    )
