"""Which head one looks at first: on a new text the teacher's clearest, unless a person or a link has chosen another."""

from dataclasses import dataclass

import streamlit as st

from distilbert_viz import comparison
from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.records import NamedHead, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once
from distilbert_viz.session.state import chosen_pair

TEACHER = ("teacher_layer", "teacher_head")
IN_LINKS = (*TEACHER, "student_layer", "student_head", "head")
FIRST_HEAD, BY_HAND = "_first_head", "chosen"


@dataclass(frozen=True)
class Found:
    """The head that one was shown first on a text under a pair; None where a link had chosen one."""

    pair: PairChoice
    text: str
    head: tuple[int, int] | None


def look_first(pair: TracePair) -> None:
    """Choose the teacher's clearest head where the text is new and nobody has chosen one; a chosen one stays."""
    before: Found | None = st.session_state.get(FIRST_HEAD)
    if before is None and any(name in st.query_params for name in IN_LINKS):
        before = Found(chosen_pair(), st.session_state.text, None)
    elif before is None or (_is_new(before) and before.head == chosen()):
        before = Found(chosen_pair(), st.session_state.text, _clearest(pair))
        st.session_state.teacher_layer, st.session_state.teacher_head = before.head or (0, 0)
    st.session_state[FIRST_HEAD] = before
    _write(before)


def _is_new(before: Found) -> bool:
    return (before.pair, before.text) != (chosen_pair(), st.session_state.text)


def _clearest(pair: TracePair) -> tuple[int, int]:
    return comparison.clearest_head(pair.teacher, present.position(pair.encoding))


def chosen(voice: str = "teacher") -> tuple[int, int]:
    """Layer and head of the teacher, or of the student."""
    layer, head = (st.session_state.get(f"{voice}_{what}") or 0 for what in ("layer", "head"))
    return layer, head


def _write(before: Found) -> None:
    """Say in the address that L0 H0 was chosen: as the controls' first values they don't stand in it."""
    if chosen() == (0, 0) != before.head:
        st.query_params["head"] = BY_HAND
    elif "head" in st.query_params:
        del st.query_params["head"]


def named(pair: TracePair) -> tuple[NamedHead, ...]:
    """The teacher's heads that have a name on this text."""
    return once(comparison.named_heads, pair)


def choose(one: NamedHead) -> None:
    """Look at a named head, and at the student's beside it."""
    st.session_state.update(choices(one))


def choices(one: NamedHead) -> dict[str, int]:
    """What the controls hold when one looks at a named head, and at the student's beside it."""
    return {"teacher_layer": one.layer, "teacher_head": one.head, "linked": True}


def called(one: NamedHead) -> str:
    """The head's name and place, for a button."""
    return f"{literal(one.name)}: L{one.layer} H{one.head}"
