"""Who is served next. Few scripts run at a time: each is through with its picture before the next text overtakes it.

Streamlit ends a run at its next call once the visitor has typed again, and what was computed for it is lost. With a hundred
visitors who type every three seconds that was nine pictures of ten. Checks come behind all pictures.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

from distilbert_viz import memory
from distilbert_viz.session import visitors

SECONDS_A_LOOK = 0.2
SECONDS_PASSED_OVER, SECONDS_KEPT = 1.0, 15.0  # without a look: others go first, and then the place is lost
SECONDS_BEHIND = 6.0  # then a check is made in a busy room too


@dataclass(eq=False)
class _Waiting:
    seen: float
    called: threading.Event = field(default_factory=threading.Event)


class Gate:
    """At most `places` inside; others wait in a queue, in which a visitor keeps a place while runs are overtaken."""

    def __init__(self, places: int = memory.MOST_SCRIPTS) -> None:
        self._all = self._places = places
        self._behind = 0
        self._queue: dict[str, _Waiting] = {}
        self._lock = threading.Lock()
        self._calm = threading.Condition(self._lock)

    @contextmanager
    def inside(self, visitor: str, meanwhile: Callable[[], object]) -> Iterator[None]:
        """A place inside, waited for; an exception of `meanwhile`, called a few times a second, ends the wait."""
        while waiting := self._enter(visitor):
            waiting.called.wait(SECONDS_A_LOOK)
            meanwhile()
        try:
            yield
        except RerunException:  # it was overtaken inside, so that the next one comes first
            with self._lock:
                self._queue = {visitor: _Waiting(time.monotonic()), **self._queue}
            raise
        finally:
            with self._lock:
                self._places += 1
                self._call_first()
                self._call_behind()

    @contextmanager
    def behind(self, meanwhile: Callable[[], object]) -> Iterator[None]:
        """A turn once nobody is inside or waits, one at a time, after some seconds in any case.

        An exception of `meanwhile`, called a few times a second, ends the wait.
        """
        until = time.monotonic() + SECONDS_BEHIND
        with self._calm:
            while not self._is_calm() and time.monotonic() < until:
                self._calm.wait(SECONDS_A_LOOK)
                meanwhile()
            self._behind += 1
        try:
            yield
        finally:
            with self._lock:
                self._behind -= 1
                self._call_behind()

    def _is_calm(self) -> bool:
        return self._places == self._all and not self._behind and self._first() is None

    def _call_behind(self) -> None:
        if self._is_calm():
            self._calm.notify()

    def _enter(self, visitor: str) -> _Waiting | None:
        """Go in if it is this visitor's turn; else the place in the queue."""
        with self._lock:
            waiting = self._queue.setdefault(visitor, _Waiting(0.0))
            waiting.seen = time.monotonic()
            waiting.called.clear()
            if self._first() != visitor or not self._places:
                return waiting
            del self._queue[visitor]
            self._places -= 1
            self._call_first()
        return None

    def _first(self) -> str | None:
        """Who has waited longest, of those who still do."""
        now = time.monotonic()
        for gone in [name for name, waiting in self._queue.items() if waiting.seen < now - SECONDS_KEPT]:
            del self._queue[gone]
        return next((name for name, waiting in self._queue.items() if waiting.seen >= now - SECONDS_PASSED_OVER), None)

    def _call_first(self) -> None:
        if self._places and (first := self._first()):
            self._queue[first].called.set()


@st.cache_resource(show_spinner=False)
def _gate() -> Gate:
    return Gate(memory.present_plan().scripts)


@contextmanager
def admitted() -> Iterator[None]:
    """This run's turn among all visitors' runs."""
    with _gate().inside(visitors.visitor(), _end_if_overtaken):
        yield


@contextmanager
def behind_all() -> Iterator[None]:
    """A turn for what may come after the pictures of all visitors."""
    with _gate().behind(_end_if_overtaken):
        yield


def _end_if_overtaken() -> None:
    _ = "text" in st.session_state  # where Streamlit ends a run that another text has overtaken
