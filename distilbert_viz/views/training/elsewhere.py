"""A run that is somebody else's: whose it is, and what is seen of it."""

import streamlit as st

from distilbert_viz.runs.opened import Opened
from distilbert_viz.runs.record import Record
from distilbert_viz.runs.watched import Watched
from distilbert_viz.session.markdown import literal

COUNTED = {"token": "hidden words in held-out sentences", "class": "the held-out texts", "tag": "the tokens of held-out texts"}
LEFT_ALONE = "nothing on this page pauses, stops or deletes it."


def watched(run: Record) -> Watched | None:
    """What a watched training says of itself; None of a run that has a recipe."""
    return run.watched if isinstance(run, Opened) else None


def counted(run: Record) -> dict[str, str]:
    """What its shares are of, where they are of something else than in a run of the page."""
    found = watched(run)
    return {"of": COUNTED[found.outcome]} if found is not None and found.outcome else {}


def say_whose(run: Record) -> None:
    """Whose training it is, and that it is left alone."""
    found = watched(run)
    if found is None:
        st.caption(f"**A run from a shell, shown here.** It goes its own way; {LEFT_ALONE}")
        return
    script, host, student, teacher = map(literal, (found.script, found.host, found.student, found.teacher))
    what = f"{script} on {host}, in which a {student} learns from a {teacher}"
    alone = f" Losses alone are recorded: {literal(found.alone)}" if found.alone else ""
    st.caption(f"**Somebody's own training, watched here:** {what}. It goes its own way; {LEFT_ALONE}{alone}")
