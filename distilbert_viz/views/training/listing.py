"""The runs of a page as they stand: a visitor's own, those of other visits apart, and the page in step with all of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from distilbert_viz import settings
from distilbert_viz.frame.components import mount
from distilbert_viz.runs import home, opened
from distilbert_viz.runs.record import ENDED, Record, State
from distilbert_viz.session import visitors
from distilbert_viz.session.state import NEW
from distilbert_viz.views.training import live


@dataclass(frozen=True)
class Listed:
    """A run as it stood when the page looked, once, so that its list, buttons and chart say the same.

    `alike`: another run of the list is called the same. A browser tells runs by their titles alone.
    """

    run: Record
    state: State
    has_student: bool
    alike: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        return self.state.get("name") or self.run.id

    @property
    def title(self) -> str:
        """What it is called, and how it stands."""
        return f"{self.name}{f' ({self.run.id[-4:]})' if self.alike else ''} · {self.state['status']}"

    @property
    def own(self) -> bool:
        """Whether it was begun in this visit."""
        return visitors.began(self.state)

    @property
    def may_steer(self) -> bool:
        """Whether this visitor may pause, stop, resume or delete it."""
        return not self.run.read_only and (self.own or not settings.read().public)


def listed() -> dict[str, Listed]:
    """The runs that this visitor may see, by id, their own first, then those from elsewhere; a race's stand on its own page.

    A link may ask for any.
    """
    elsewhere = [(run, run.state()) for run in opened.all_opened()]
    found = [Listed(run, state, run.has_student) for run, state in [*elsewhere, *home.with_states()]]
    shown = [one for one in found if one.run.id == st.session_state.run or _may_see(one)]
    called = Counter(one.name for one in shown)
    told = [replace(one, alike=called[one.name] > 1) for one in sorted(shown, key=lambda one: not one.own)]
    st.session_state.setdefault("run_titles", {}).update({one.title: one.run.id for one in told})
    return {one.run.id: one for one in told}


def meant(title: str) -> str:
    """The run that a title of a list stands for, an id as it is.

    A browser sends the title that it shows, and Streamlit (1.67) hands that on where the run has gone on since and is called
    otherwise in the list.
    """
    identity: str = st.session_state.get("run_titles", {}).get(title, title)
    return identity


def _may_see(one: Listed) -> bool:
    return "race" not in one.state and (one.own or one.run.read_only or not settings.read().public)


def chosen(found: Mapping[str, Listed]) -> Listed | None:
    """The run that the page shows, in the address as ?run=; None for a new one. Those of other visits stand in a list apart."""
    if st.session_state.run not in found:
        st.session_state.run = NEW
    own = {NEW: "a new run"} | {identity: one.title for identity, one in found.items() if one.own}
    others = {identity: one.title for identity, one in found.items() if not one.own}
    with st.container(horizontal=True):
        _one_of("Run", "run_choice", own, "another is shown")
        if others:
            elsewhere = "elsewhere" if any(one.run.read_only for one in found.values()) else "in other visits"
            _one_of(f"Runs begun {elsewhere}", "other_run", others, f"{len(others)} to choose from")
    return found.get(st.session_state.run)


def _one_of(label: str, key: str, names: Mapping[str, str], otherwise: str) -> None:
    """A list in which the shown run is chosen where it holds it, and else nothing."""
    st.session_state[key] = st.session_state.run if st.session_state.run in names else None
    st.selectbox(label, list(names), None, key=key, format_func=names.__getitem__, placeholder=otherwise,
                 on_change=_choose, args=(key,))  # fmt: skip


def _choose(key: str) -> None:
    """Another run, or a new one, which is a choice of its own: a list that is emptied leaves the shown run where it is."""
    if st.session_state[key] is not None:
        st.session_state.run = meant(st.session_state[key])


def follow(found: Mapping[str, Listed]) -> None:
    """Let the page run again once a run stands otherwise than it says."""
    unfinished = {
        identity: live.standing(one.state, one.has_student) for identity, one in found.items() if one.state["status"] not in ENDED
    }
    if unfinished:
        mount("follow", {"runs": unfinished}, "follow")
