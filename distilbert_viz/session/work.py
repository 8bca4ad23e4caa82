"""Work of seconds that a page is about: begun at once on a short text, at a press on a long one."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar, cast

import streamlit as st

from distilbert_viz.session import jobs, once
from distilbert_viz.session.cache import Key
from distilbert_viz.session.state import chosen_pair

T = TypeVar("T")


def work(label: str, stages: int, make: Callable[..., Iterator[T]], *values: object, short: bool) -> T | None:
    """The latest record of the stream `make(*values)`, None while there is none; a bar with Stop while it is under way.

    It is one stream for all visitors who give these values under the same pair; a `short` one begins unasked, another at a
    press of the button `label`.
    """
    key = once.key_of(chosen_pair(), make, *values)
    found = jobs.job(key)
    ended = found is not None and found.finished.is_set() and found.ending()
    wanted = found is None and short
    if (found is None and not short) or ended:
        wanted = st.button(label, key=f"work {label}")
    if wanted:
        _start(key, stages, partial(make, *values))
    jobs.watch(key)
    after = jobs.job(key)
    return None if after is None else cast("T | None", after.latest)


def _start(key: Key, stages: int, make: Callable[[], Iterator[object]]) -> None:
    try:
        jobs.start(key, stages, make)
    except jobs.Busy as busy:
        st.info(str(busy))
