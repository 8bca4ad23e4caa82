"""While models load: their shape is there already, with words for what is awaited and the time left."""

import time

import streamlit as st

from distilbert_viz.records import TracePair
from distilbert_viz.session import present, state
from distilbert_viz.session.cache import cache
from distilbert_viz.session.pages import end_page

# The first ticks of a browser come before its paint, which an import of torch must not hold up.
TICKS_BEFORE_THE_PAINT = 3


def traced_text() -> TracePair:
    """Both models' traces of the present text. While there are none the page ends here: with a bar while the models load, or
    with nothing where the bar on top says why.
    """
    match present.answer():
        case present.Ready(traces):
            return traces
        case present.Waiting():
            wait()
    end_page()


@st.fragment(run_every=0.25)
def wait() -> None:
    """A bar and the words for what is awaited, in the place where the picture will stand; loading begins here."""
    loading = present.loading()
    st.session_state.ticks = st.session_state.get("ticks", 0) + 1
    if st.session_state.ticks > TICKS_BEFORE_THE_PAINT:
        cache().load(state.chosen_pair())
    if loading.finished.is_set():
        state.note_no_action()
        st.rerun()
    spent = time.monotonic() - (loading.began or time.monotonic())
    left = f", about {spent / loading.done - spent:.0f} s left" if loading.done else ""
    st.progress(loading.done, f"Loading {loading.stage}{left}. The picture comes here.")
    st.container(height=420, border=True)
