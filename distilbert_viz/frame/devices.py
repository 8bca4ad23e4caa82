"""Where the pair runs and in which numbers: chosen by hand, with what either changes and how much memory it takes."""

from dataclasses import replace

import streamlit as st

from distilbert_viz import settings
from distilbert_viz.frame import fetching
from distilbert_viz.runs.students import sources
from distilbert_viz.session import present
from distilbert_viz.session.cache import cache
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.passes import tracing_server
from distilbert_viz.session.state import chosen_pair

GIGABYTE, MEGABYTE = 1e9, 1e6
FASTEST = "the fastest"
SECONDS_A_LOOK = 2.0
DTYPES = {
    "float32": "float32 keeps 24 binary digits of every number: what the published weights are, and what all else is held against.",
    "bfloat16": "bfloat16 keeps 8 binary digits, about 2 decimal ones, in half the bytes; its range is float32's.",
    "float16": "float16 keeps 11 binary digits, about 3 decimal ones, in half the bytes; above 65,504 it overflows.",
}
ROUNDED = (
    "Weights and every step of a pass are rounded. The check under a panel is then against a stock pass of the same rounded "
    "model: it grows to the size of that rounding. A GPU is faster with half the bytes; a CPU often slower."
)


def device_chooser() -> None:
    """Where the present pair runs and in which numbers, as a button that opens the choice."""
    asked, loading = chosen_pair(), present.loading()
    device = asked.device or FASTEST if loading.loaded is None else str(loading.loaded.pair.teacher.device)
    opened = f"devices {st.session_state.get('pairs_asked', 0)}"
    with st.popover(literal(f"{device} · {asked.dtype}"), type="tertiary", key=opened, on_change="rerun") as popover:
        if popover.open and loading.finished.is_set():
            _choices()
            if tracing_server(asked):
                st.caption("The tracing server of the settings runs the traced passes; checks and all others run here.")
            if loading.loaded is not None:
                st.fragment(_memory, run_every=SECONDS_A_LOOK)(device)


def _choices() -> None:
    if settings.read().public:
        st.caption("This is a public server: all its visitors share what is loaded, so device and numbers stay as they are.")
        return
    _devices()
    _dtypes()


def _devices() -> None:
    from distilbert_viz.pairs.devices import devices

    there, asked = devices(), chosen_pair()
    if len(there) == 1:
        st.caption(f"{there[0]} is the only device that PyTorch finds on this server.")
    st.session_state.device_asked = asked.device if asked.device in there else FASTEST
    st.segmented_control("Device", [FASTEST, *there], key="device_asked", required=True, on_change=_want_device)


def _want_device() -> None:
    device = st.session_state.device_asked
    fetching.want(replace(chosen_pair(), device="" if device == FASTEST else device))


def _dtypes() -> None:
    dtype = chosen_pair().dtype if chosen_pair().dtype in DTYPES else "float32"
    st.session_state.dtype_asked = dtype
    st.segmented_control("Numbers", list(DTYPES), key="dtype_asked", required=True, on_change=_want_dtype)
    st.caption(DTYPES[dtype] if dtype == "float32" else f"{DTYPES[dtype]} {ROUNDED}")


def _want_dtype() -> None:
    fetching.want(replace(chosen_pair(), dtype=st.session_state.dtype_asked))


def _memory(device: str) -> None:
    st.caption(memory(device))


def memory(device: str) -> str:
    """What the present pair's weights need, in each dtype, and what this server holds and has left, at this moment."""
    from distilbert_viz.pairs.devices import free_bytes, used_bytes
    from distilbert_viz.pairs.loading import needed_bytes

    needed = ", ".join(f"{needed_bytes(**sources(chosen_pair()), dtype=dtype) / MEGABYTE:,.0f} MB as {dtype}" for dtype in DTYPES)
    return literal(
        f"Both models' weights need {needed}. Now in use on {device} by this server: {used_bytes(device) / MEGABYTE:,.0f} MB, "
        f"{cache().held_bytes() / MEGABYTE:,.0f} MB of it traces and what was computed from them; free: "
        f"{free_bytes(device) / GIGABYTE:,.1f} GB."
    )
