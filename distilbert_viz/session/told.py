"""What this run's page computed and others may read, by its kind: a tour's sentence is made of the numbers that a panel shows."""

from typing import TypeVar

import streamlit as st

TOLD = "_told"
T = TypeVar("T")


def tell(record: T) -> T:
    """The same record, kept until the run ends."""
    st.session_state.setdefault(TOLD, {})[type(record)] = record
    return record


def told(kind: type[T]) -> T | None:
    """The record of this kind that the page told last in this run."""
    found = st.session_state.get(TOLD, {}).get(kind)
    return found if isinstance(found, kind) else None


def forget() -> None:
    """At the end of a run: a session that outlives its tab holds no records."""
    st.session_state.pop(TOLD, None)
