"""How a control lasts: over page changes, and in a copied link."""

import re
import zlib
from collections.abc import Sequence
from typing import Literal, TypedDict

import streamlit as st

from distilbert_viz.session.pages import arrived


class Kept(TypedDict):
    """What a Streamlit widget takes so that its value outlives its page."""

    key: str
    persist_state: Literal["session"]


class Lasting(Kept):
    """And stands in the address."""

    bind: Literal["query-params"]


def lasting(key: str) -> Lasting:
    """What a control takes, so that its value outlives its page and stands in the address."""
    return {**kept(key), "bind": "query-params"}


def kept(key: str) -> Kept:
    """The same without the address, for what means nothing to somebody else.

    On each page a control is another one to Streamlit (1.67), and a value that no visitor chose by hand (a click on a picture, a
    case that fills fields) is not handed on: the other page's control shows its own default and computes with it. So the value
    is written anew, to whichever control asks for it.
    """
    _write(key)
    return {"key": key, "persist_state": "session"}


def typed(key: str) -> Lasting:
    """The same for a field that one types into; written anew when its page is opened alone, since that wipes out what is being
    typed.
    """
    if arrived():
        _write(key)
    return {"key": key, "persist_state": "session", "bind": "query-params"}


def of_text(key: str, text: str) -> str:
    """The key of a control whose choices are those of one text: another text has another control, a link to this one the same."""
    return f"{key}_{zlib.crc32(text.encode()):08x}"


def plain(name: str) -> str:
    """A name as a part of a key that stands in an address: letters, digits and underscores."""
    return re.sub(r"\W+", "_", name)


def _write(key: str) -> None:
    if key in st.session_state:
        st.session_state[key] = st.session_state[key]


def one_of(label: str, options: Sequence[str], default: str, key: str, about: str | None = None) -> str:
    """One of a few words, `default` until a person chooses; `about` is shown when one asks."""
    return st.segmented_control(label, options, default=default, required=True, help=about, **lasting(key))
