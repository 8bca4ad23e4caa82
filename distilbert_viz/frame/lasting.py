"""How a control lasts: over page changes, and in a copied link."""

from typing import Literal, TypedDict


class Lasting(TypedDict):
    """What a Streamlit widget takes so that its value outlives its page and stands in the address."""

    persist_state: Literal["session"]
    bind: Literal["query-params"]


LASTING: Lasting = {"persist_state": "session", "bind": "query-params"}
