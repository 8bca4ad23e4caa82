"""The visitor of this session: which runs are theirs, and how many more may begin, so that nobody fills the queue alone."""

import secrets
import threading

import streamlit as st

from distilbert_viz import settings
from distilbert_viz.distillation.recipe import Recipe, RecipeError
from distilbert_viz.runs import home, needs
from distilbert_viz.runs.record import UNDER_WAY, WAITING, Record, State
from distilbert_viz.session import keeper

_came = threading.Event()


def somebody_came() -> bool:
    """Whether this server has had a visitor."""
    return _came.is_set()


def visitor() -> str:
    """A name of this visitor, the same as long as the session lasts."""
    _came.set()
    name: str = st.session_state.setdefault("session", secrets.token_hex(4))
    return name


def owns(run: Record) -> bool:
    """Whether this visitor may see the run in a list and say what becomes of it: on a public server only who began it."""
    return not settings.read().public or began(run.state())


def began(state: State) -> bool:
    """Whether the run with this state was begun in this visit."""
    return state.get("session") == visitor()


def may_pause() -> bool:
    """Whether a run may be held in its place; on a public server those behind it would wait for a visitor who left."""
    return not settings.read().public


def refuse_full(more: int = 1) -> None:
    """Raises RecipeError, one sentence, where `more` runs are too many for this visitor or this server."""
    limits, states = settings.limits(), [state for _, state in home.with_states()]
    under_way = [state for state in states if state["status"] in (*UNDER_WAY, WAITING)]
    own = sum(state.get("session") == visitor() for state in under_way)
    if more == 1 and own >= limits.own_runs:
        runs = "one run" if limits.own_runs == 1 else f"{limits.own_runs} runs"
        raise RecipeError(f"You have {runs} under way or waiting, which is the most for one visitor: stop one first.")
    if len(under_way) + more > limits.runs:
        raise RecipeError(
            f"{len(under_way)} of at most {limits.runs} runs of this server are under way or waiting, so that everybody's turn "
            "comes: try again later."
        )


def refuse_large(recipe: Recipe) -> None:
    """Raises RecipeError where a run is larger than this server takes, whatever the page offered."""
    limits = settings.limits()
    for name, what in {"steps": "steps", "batch": "sentences a step", "length": "tokens a sentence"}.items():
        most = getattr(limits, name)
        if getattr(recipe, name) > most:
            raise RecipeError(f"A run on this server has at most {most:,} {what}, not {getattr(recipe, name):,}.")


def no_room(recipe: Recipe) -> str | None:
    """Why this server has no memory for such a run, in one sentence; None where it has."""
    return needs.lacking(recipe, keeper.own_share())


def refuse_no_room(recipe: Recipe) -> None:
    """Raises RecipeError where this server has no memory for such a run."""
    if why := no_room(recipe):
        raise RecipeError(why)


def public_limits() -> None:
    """On a public server, how large a run may be and how many of them; nothing elsewhere."""
    limits = settings.limits()
    if settings.read().public:
        st.caption(
            f"This is a public server: a run has at most {limits.steps:,} steps of {limits.batch} sentences of {limits.length} "
            f"tokens, a visitor {limits.own_runs} run at a time and all visitors {limits.runs}, so that everybody's turn comes; "
            f"the last {limits.kept} runs are kept."
        )
