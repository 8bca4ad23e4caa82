"""What a component of the page was given, as the browser gets it."""

import json

from streamlit.testing.v1 import AppTest


def given(session: AppTest, key: str) -> dict:
    """The data of the one component whose key this is."""
    (found,) = [one.proto for one in session.get("bidi_component") if f"-{key}" in one.proto.id]
    (data,) = json.loads(found.json)
    return data
