"""bertviz in the app: which view of which model, the pages for its frames, and the frames."""

import streamlit as st

from distilbert_viz import checking
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.figures.forward import bertviz as figures
from distilbert_viz.frame.controls import theme
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See
from distilbert_viz.records import Frame, Trace, TracePair
from distilbert_viz.session.checks import checked
from distilbert_viz.session.once import once

BOTH = "both models"
Frames = tuple[Frame, Frame]  # of teacher and student
Start = tuple[int, int]  # layer and head


def view() -> str:
    """One of bertviz's three views."""
    return _pills("View", figures.VIEWS, "bertviz_view")


def see() -> tuple[See, ...]:
    """Each of the three views."""
    return tuple(See(view, bertviz_view=view) for view in figures.VIEWS)


def models() -> str:
    """Which models are shown."""
    return _pills("Models", (BOTH, *VOICES), "bertviz_models")


def _pills(label: str, options: tuple[str, ...], key: str) -> str:
    return st.segmented_control(
        label, list(options), default=options[0], required=True, label_visibility="collapsed",
        **lasting(key),
    )  # fmt: skip


def frames(pair: TracePair, seen: str) -> Frames:
    """The view of teacher and student, on as many tokens as both can show, opened at the heads chosen on other pages."""
    tokens = min(figures.longest(trace, seen) for trace in pair)
    return once(_frames, pair, seen, tokens, (_start("teacher", pair.teacher), _start("student", pair.student)), theme())


def _start(voice: str, trace: Trace) -> Start:
    state = st.session_state
    layer, head = state.get(f"{voice}_layer") or 0, state.get(f"{voice}_head") or 0
    return min(layer, trace.layers - 1), min(head, trace.heads - 1)


def _frames(pair: TracePair, seen: str, tokens: int, starts: tuple[Start, Start], shade: str) -> Frames:
    parts = zip(pair, VOICES, starts, strict=True)
    teacher, student = (figures.frame(trace, voice, seen, tokens, start, shade) for trace, voice, start in parts)
    return teacher, student


def show(made: Frames, pair: TracePair, seen: str, whose: str) -> None:
    """The frames: head views beside each other, the wide views one under the other; what was left out of them; checked."""
    shown, every = made[0].weights.shape[-1], len(pair.encoding)
    if shown < every:
        st.caption(
            f"bertviz draws a line for every pair of tokens, so its {seen} shows the first {shown} of {every} tokens here. "
            "Weights are not renormalised: what is missing to 1 went to tokens that are left out."
        )
    voices = VOICES if whose == BOTH else (whose,)
    places = st.columns(len(voices)) if seen == "head view" else [st.container() for _ in voices]
    for place, voice in zip(places, voices, strict=True):
        frame = made[VOICES.index(voice)]
        with place:
            st.iframe(frame.html, height=frame.height, alt=f"bertviz's {seen} of the {voice}")
    checked(checking.frames, made)
