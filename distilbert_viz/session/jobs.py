"""What takes longer than a second and is started by a person: a thread turns the crank of a stream, the page looks on.

Jobs belong to the server: they outlive a page change, a rerun and a closed tab. A key that holds what decides the result is
shared by all visitors; one that holds the session is not.
"""

import threading
import time
from collections.abc import Callable, Generator, Hashable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar, cast

import streamlit as st

from distilbert_viz import settings
from distilbert_viz.runs import child, home
from distilbert_viz.runs.record import UNDER_WAY
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.state import note_no_action

T = TypeVar("T")
MOST_ENDED = 32
SECONDS_A_LOOK = 0.5
SECONDS_TO_END = 5.0


class Busy(ValueError):
    """Something else is under way; the sentence says what."""


@dataclass(eq=False)
class Job(Generic[T]):
    """A stream on its way: `latest` is its last record, `done` of `stages` records have come, `error` says why it failed.

    `alone`: it measures time, so that nothing else may run beside it. `moved`: when the last record came, or the beginning.
    """

    stages: int
    alone: bool
    latest: T | None = None
    done: int = 0
    error: str | None = None
    stopped: bool = False
    began: float = field(default_factory=time.monotonic)
    moved: float = field(default_factory=time.monotonic)
    finished: threading.Event = field(default_factory=threading.Event)
    stream: Generator[T] | None = None

    def stop(self) -> None:
        """Ask for no further record. A stream that another thread may close ends at once, a generator after its next record."""
        self.stopped = True
        if self.stream is not None:
            with suppress(ValueError):  # a generator that is at work can't be closed; its own thread does it
                self.stream.close()

    def standing(self) -> str:
        """How far it is, and how long it still takes at the pace so far."""
        if self.stopped:
            return "Stopping."
        said = f"{self.done} of {self.stages} stages"
        if self.done in (0, self.stages):
            return f"{said}: {'finishing' if self.done else 'getting ready'}"
        pace = (self.moved - self.began) / self.done
        left = pace * (self.stages - self.done) - (time.monotonic() - self.moved)
        return f"{said}, about {duration(max(1.0, left))} left at the pace so far"

    def ending(self) -> str | None:
        """How it ended, where that was not as it should."""
        if self.error:
            return self.error
        return f"Stopped after {self.done} of {self.stages} stages." if self.stopped else None


class Jobs:
    """All jobs of the server by key; of those that have ended the last MOST_ENDED."""

    def __init__(self) -> None:
        self._jobs: dict[Hashable, Job[Any]] = {}
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> Job[Any] | None:
        """The job under this key, under way or ended."""
        with self._lock:
            return self._jobs.get(key)

    def all(self) -> dict[Hashable, Job[Any]]:
        """Every job by its key, under way or ended, as they are now."""
        with self._lock:
            return dict(self._jobs)

    def end(self) -> None:
        """Stop all of them, and wait: a thread inside torch would take the process down when Python ends."""
        with self._lock:
            under_way = [job for job in self._jobs.values() if not job.finished.is_set()]
        for job in under_way:
            job.stop()
        until = time.monotonic() + SECONDS_TO_END
        for job in under_way:
            job.finished.wait(max(0.0, until - time.monotonic()))

    def admit(self, key: Hashable, stages: int, alone: bool) -> tuple[Job[Any], bool]:
        """The job under this key if it is under way, else a new one; and whether it is new. Raises Busy."""
        with self._lock:
            found = self._jobs.get(key)
            if found and not found.finished.is_set():
                return found, False
            _refuse([job for job in self._jobs.values() if not job.finished.is_set()], alone)
            for old in [name for name, job in self._jobs.items() if job.finished.is_set()][:-MOST_ENDED]:
                del self._jobs[old]
            self._jobs[key] = Job(stages, alone)
            return self._jobs[key], True


def _refuse(others: list[Job[Any]], alone: bool) -> None:
    if len(others) >= settings.limits().jobs:
        raise Busy(f"{len(others)} calculations are under way on this server, which is the most: try again when one has ended.")
    for other in others:
        if alone or other.alone:
            what = "A measurement of time" if other.alone else "Another calculation"
            raise Busy(f"{what} is under way on this server ({other.done} of {other.stages} stages): try again when it has ended.")
    if alone and (run := distilling()):
        raise Busy(f"A distillation is under way ({run}): beside it, time would be measured wrongly. Pause it, or wait.")


def distilling() -> str | None:
    """The name of a run that trains at this moment on this machine."""
    return next((str(state.get("name") or "a run") for _, state in home.with_states() if state["status"] in UNDER_WAY), None)


def duration(seconds: float) -> str:
    """Seconds up to a minute and a half, minutes above."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


@st.cache_resource(show_spinner=False)
def server_jobs() -> Jobs:
    """The jobs of this server, shared by all sessions."""
    return Jobs()


def job(key: Hashable) -> Job[Any] | None:
    """The job under this key."""
    return server_jobs().find(key)


def end() -> None:
    """Stop every job of the server, which itself ends."""
    server_jobs().end()


def start(
    key: Hashable,
    stages: int,
    make: Callable[[], Iterator[T]],
    keep: Callable[[T], object] | None = None,
    alone: bool = False,
) -> Job[T]:
    """Turn the crank of `make()` in a thread; the job that is under way under this key is joined instead.

    `keep` gets the last record, of a job that was stopped or failed too. Raises Busy where it may not begin now.
    """
    found, new = server_jobs().admit(key, stages, alone)
    if new:
        threading.Thread(target=_work, args=(found, make, keep), daemon=True).start()
    st.session_state[_seen(key)] = found
    return found


def _seen(key: Hashable) -> str:
    """Where a session remembers the job that it saw under way: only then is its ending news."""
    return f"seen {key}"


def _work(found: Job[T], make: Callable[[], Iterator[T]], keep: Callable[[T], object] | None) -> None:
    failed = _sentence(partial(_turn, found, make))
    found.error = None if found.stopped else failed
    if keep is not None and found.latest is not None:
        found.error = _sentence(partial(keep, found.latest)) or found.error
    found.finished.set()


def _sentence(act: Callable[[], object]) -> str | None:
    """Why `act` failed; a thread has nobody else to tell."""
    try:
        act()
    except Exception as error:  # it goes to the page that waits
        return child.sentence(error)
    return None


def _turn(found: Job[T], make: Callable[[], Iterator[T]]) -> None:
    stream = cast("Generator[T]", make())  # whatever is iterated here can be closed, as a generator can
    with closing(stream) as found.stream:
        for record in stream:
            found.latest, found.done, found.moved = record, found.done + 1, time.monotonic()
            if found.stopped:
                break


def watch(key: Hashable, show: Callable[[Any], None] | None = None) -> None:
    """The job on its page: bar, time left and Stop while it is under way, a sentence if it ended badly; then `show` of its
    latest record.

    The fragment looks twice a second and lets the page run again only when there is news: a picture that stays is not drawn
    anew.
    """
    found = job(key)
    if found is None:
        return
    seen = id(found) == id(st.session_state.get(_seen(key)))
    if not found.finished.is_set():
        st.session_state[_seen(key)] = found
        st.fragment(_progress, run_every=SECONDS_A_LOOK)(key, found, found.done)
    elif seen and (ending := found.ending()):
        st.warning(literal(ending))
    if show is not None and found.latest is not None:
        show(found.latest)


def _progress(key: Hashable, found: Job[Any], drawn: int) -> None:
    if found.finished.is_set() or found.done != drawn:
        note_no_action()
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, found.done / found.stages), found.standing())
        st.button("Stop", key=f"stop {key}", on_click=found.stop, disabled=found.stopped)
