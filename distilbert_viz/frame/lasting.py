"""How a control lasts: over page changes, and in a copied link."""

from collections.abc import Sequence
from typing import Literal, TypedDict

import streamlit as st


class Lasting(TypedDict):
    """What a Streamlit widget takes so that its value outlives its page and stands in the address."""

    persist_state: Literal["session"]
    bind: Literal["query-params"]


LASTING: Lasting = {"persist_state": "session", "bind": "query-params"}


def one_of(label: str, options: Sequence[str], default: str, key: str, about: str | None = None) -> str:
    """One of a few words, `default` until a person chooses; `about` is shown when one asks."""
    return st.segmented_control(label, options, default=default, required=True, key=key, help=about, **LASTING)
