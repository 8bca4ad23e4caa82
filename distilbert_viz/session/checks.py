"""Under each panel: does what it shows agree with the model? Answered after the picture stands."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property, partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from distilbert_viz.records import Difference, StockPass
from distilbert_viz.session import once, present, state
from distilbert_viz.session.cache import Key, cache
from distilbert_viz.session.gate import behind_all
from distilbert_viz.session.markdown import literal, pointed_at

PENDING = "_checks"
AWAITED = "checked against the model: …"
Passes = tuple[StockPass, StockPass]


@dataclass(frozen=True, eq=False)
class Check:
    """A panel's place on the page, and what is computed for it: `compare(*values, stock passes)`, with their logits or without."""

    slot: DeltaGenerator
    compare: Callable[..., Difference]
    values: tuple[object, ...]
    logits: bool

    @cached_property
    def key(self) -> Key:
        """The present text's passes, the comparison, and every value that it is given."""
        choice = state.chosen_pair()
        return once.key_of(choice, self.compare, *self.values, passes=present.text_key(), logits=self.logits)

    def found(self, stock: "_Stock") -> Difference:
        """What the comparison finds."""
        return self.compare(*self.values, stock.passes())


def checked(compare: Callable[..., Difference], *values: object, logits: bool = False) -> None:
    """Keep a place for "checked against the model": what `compare(*values, passes)` finds, computed once for these values.

    `passes` are the stock passes of teacher and student over the present text, with their `logits` if these are asked for.
    """
    slot = st.empty()
    _tick(slot, "…", AWAITED)
    st.session_state.setdefault(PENDING, []).append(Check(slot, compare, values, logits))


def run_checks() -> None:
    """Fill every kept place; one stock pass serves all of them.

    Checks wait for the pictures of all sessions, and a session's are then made in one go: taken one by one in a busy room,
    nobody's would ever be through.
    """
    pending: list[Check] = st.session_state.pop(PENDING, [])
    known = once.all_known(check.key for check in pending)
    with nullcontext() if known else behind_all():
        _fill(pending)


def _fill(pending: Sequence[Check]) -> None:
    stock, device = _Stock(any(check.logits for check in pending)), once.device_of(state.chosen_pair())
    for check in pending:
        found = cache().alone(check.key, partial(check.found, stock), device)
        answer(check.slot, found)


def answer(slot: DeltaGenerator, found: Difference) -> None:
    """A tick with its number; a sentence where the panel is not what the model says."""
    if found.agrees(state.chosen_pair().dtype):
        _tick(slot, "✓", sentence(found))
    else:
        slot.warning(literal(f"This panel does not agree with the model. {sentence(found)}"))


def _tick(slot: DeltaGenerator, shown: str, said: str) -> None:
    slot.caption(pointed_at("tick", shown, said), unsafe_allow_html=True)


@dataclass(eq=False)
class _Stock:
    """Both stock passes over the present text, made when the first check asks for them."""

    logits: bool
    made: list[Passes] = field(default_factory=list)

    def passes(self) -> Passes:
        """Of teacher and student."""
        if not self.made:
            self.made.append(present.stock(self.logits))
        return self.made[0]


def clear() -> None:
    """Forget what an interrupted run left."""
    st.session_state.pop(PENDING, None)


def sentence(difference: Difference) -> str:
    """What a panel's place says."""
    allowed = f", drawn in steps of ±{difference.step:.1e}" if difference.step else ""
    return (
        f"checked against the model: max |difference| teacher {difference.teacher:.1e}, student {difference.student:.1e}{allowed}"
    )
