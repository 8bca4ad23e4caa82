"""bertviz in the app: which view of which model, the pages for its frames, and the frames."""

import streamlit as st

from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.figures.forward import bertviz
from distilbert_viz.frame.controls import theme
from distilbert_viz.records import Frame, TracePair
from distilbert_viz.session import choice

SHOWN = ("both models", *VOICES)


def bertviz_view() -> str:
    """One of bertviz's three views."""
    return _pills("View", bertviz.VIEWS, "bertviz_view")


def bertviz_models() -> str:
    """Which models are shown."""
    return _pills("Models", SHOWN, "bertviz_models")


def _pills(label: str, options: tuple[str, ...], key: str) -> str:
    return st.segmented_control(
        label, list(options), default=options[0], required=True, key=key, label_visibility="collapsed",
        persist_state="session", bind="query-params",
    )  # fmt: skip


def bertviz_frames(pair: TracePair, view: str) -> tuple[Frame, Frame]:
    """The view of teacher and student, on as many tokens as both can show, opened at the heads chosen on other pages."""
    shade, tokens = theme(), min(bertviz.longest(trace, view) for trace in pair)
    starts = [_start(voice, trace.layers, trace.heads) for voice, trace in zip(VOICES, pair, strict=True)]

    def make() -> tuple[Frame, Frame]:
        parts = zip(pair, VOICES, starts, strict=True)
        return tuple(bertviz.frame(trace, voice, view, tokens, start, shade) for trace, voice, start in parts)

    return choice.remembered(("bertviz", view, tokens, shade, *starts), make)


def _start(voice: str, layers: int, heads: int) -> tuple[int, int]:
    state = st.session_state
    layer, head = state.get(f"{voice}_layer") or 0, state.get(f"{voice}_head") or 0
    return min(layer, layers - 1), min(head, heads - 1)


def show_bertviz(frames: tuple[Frame, Frame], pair: TracePair, view: str, models: str) -> None:
    """The frames: head views beside each other, the wide views one under the other; and what was left out of them."""
    shown, every = frames[0].weights.shape[-1], len(pair.encoding)
    if shown < every:
        st.caption(
            f"bertviz draws a line for every pair of tokens, so its {view} shows the first {shown} of {every} tokens here. "
            "Weights are not renormalised: what is missing to 1 went to tokens that are left out."
        )
    voices = VOICES if models == SHOWN[0] else (models,)
    places = st.columns(len(voices)) if view == "head view" else [st.container() for _ in voices]
    for place, voice in zip(places, voices, strict=True):
        frame = frames[VOICES.index(voice)]
        with place:
            st.iframe(frame.html, height=frame.height, alt=f"bertviz's {view} of the {voice}")
