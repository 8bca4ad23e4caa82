"""Under each panel: does what it shows agree with the model? Answered after the picture stands."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

import streamlit as st

from distilbert_viz.records import Difference, StockPass
from distilbert_viz.session import choice
from distilbert_viz.session.gate import behind_all

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

    Checks wait for the pictures of all sessions, and a session's are then made in one go: taken one by one in a busy room,
    nobody's would ever be through.
    """
    pending = st.session_state.pop(PENDING, [])
    known = choice.all_remembered(("check", panel) for _, panel, *_ in pending)
    with nullcontext() if known else behind_all():
        _fill(pending)


def _fill(pending: list) -> None:
    passes: list = []
    logits = any(wanted for *_, wanted in pending)
    for slot, panel, compare, _ in pending:
        make = partial(_difference, compare, passes, logits)
        slot.caption(sentence(choice.remembered(("check", panel), make)))


def clear() -> None:
    """Forget what an interrupted run left."""
    st.session_state.pop(PENDING, None)


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
