"""Work of seconds that a page is about: begun at once on a short text, at a press on a long one."""

from collections.abc import Callable, Hashable, Iterator

import streamlit as st

from distilbert_viz.session import jobs


def work(key: Hashable, stages: int, make: Callable[[], Iterator], label: str, short: bool) -> object | None:
    """The latest record of the stream under `key`, None while there is none; a bar with Stop while it is under way."""
    found = jobs.job(key)
    ended = found is not None and found.finished.is_set()
    wanted = found is None and short
    if (found is None and not short) or (ended and found.ending()):
        wanted = st.button(label, key=f"work {label}")
    if wanted:
        _start(key, stages, make)
    jobs.watch(key)
    found = jobs.job(key)
    return None if found is None else found.latest


def _start(key: Hashable, stages: int, make: Callable[[], Iterator]) -> None:
    try:
        jobs.start(key, stages, make)
    except jobs.Busy as busy:
        st.info(str(busy))
