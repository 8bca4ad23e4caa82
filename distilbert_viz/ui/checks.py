"""Under each panel: does what it shows agree with the model? Answered after the picture stands."""

from collections.abc import Callable

import streamlit as st

from distilbert_viz.records import Difference, StockPass
from distilbert_viz.ui import choice

PENDING = "_checks"
Passes = tuple[StockPass, StockPass]


def checked(panel: str, compare: Callable[[Passes], Difference]) -> None:
    """Keep a place for "checked against the model"; `compare` gets the stock passes of teacher and student.

    `panel` names the panel and whatever else decides what it shows, so that a check is done once.
    """
    slot = st.empty()
    slot.caption("checked against the model: …")
    st.session_state.setdefault(PENDING, []).append((slot, panel, compare))


def run_checks() -> None:
    """Fill every kept place; one stock pass serves all of them."""
    pending = st.session_state.pop(PENDING, [])
    passes: list = []
    for slot, panel, compare in pending:
        difference = choice.remembered(("check", panel), lambda compare=compare: compare(_stock(passes)))
        slot.caption(sentence(difference))


def clear() -> None:
    """Forget what an interrupted run left."""
    st.session_state.pop(PENDING, None)


def _stock(passes: list) -> Passes:
    if not passes:
        passes.append(choice.stock())
    return passes[0]


def sentence(difference: Difference) -> str:
    """What a panel's place says."""
    allowed = f", drawn in steps of ±{difference.step:.1e}" if difference.step else ""
    return (
        f"checked against the model: max |difference| teacher {difference.teacher:.1e}, student {difference.student:.1e}{allowed}"
    )
