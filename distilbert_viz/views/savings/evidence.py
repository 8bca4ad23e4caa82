"""The kept measurement that a page draws its conclusions from; where there is none, the way to it."""

import streamlit as st

from distilbert_viz.cost import choosing
from distilbert_viz.cost.request import Request
from distilbert_viz.records import Measurement
from distilbert_viz.runs import measurements, recordings
from distilbert_viz.session import jobs
from distilbert_viz.session.pages import end_page
from distilbert_viz.views.savings import counted, measuring, which_pair
from distilbert_viz.views.savings.counted import Counted
from distilbert_viz.views.savings.measured import one_of_kept, say_recorded

FORM = "classification"  # what the paper timed, and what most models are fine-tuned for
LENGTHS, BATCHES = (16, 128), (1, 8)


def chosen() -> tuple[bool, Measurement]:
    """Whether it is the full sizes', and one of the pair's kept measurements. Without one the page says how to get it, and ends.

    Measurements in which one text alone was never timed are passed over.
    """
    with st.container(horizontal=True):
        full = which_pair.full_size()
        name = Request(**measuring.models(full)).name
        found = _of(dict(measurements.newest_first()), name) or _of(recordings.measurements(), name)
        if found:
            if st.session_state.get("measured") not in found:
                st.session_state.measured = next(iter(found))
            identity = one_of_kept(found, "measured")
    if found:
        if measurements.is_recorded(identity):
            _measure_here(full, found[identity])
        return full, found[identity]
    _measure_first(full)
    end_page()


def _of(found: dict[str, Measurement], name: str) -> dict[str, Measurement]:
    """Those of the pair called `name` in which one text alone was timed."""
    return {identity: one for identity, one in found.items() if one.setting.pair == name and choosing.lengths(one)}


def _measure_here(full: bool, shown: Measurement) -> None:
    """That another machine's numbers are shown, and the way to this one's."""
    say_recorded(shown)
    asked = Counted(full, FORM)
    st.button("Measure this machine", on_click=measuring.begin, args=(asked, _quick(asked)), help="Five passes at four sizes.")
    measuring.say_problem()
    jobs.watch(measuring.KEY)


def _measure_first(full: bool) -> None:
    st.info(
        "Nothing is said here without a number behind it, and this pair has not been measured on this server yet. Measure it on "
        "the page Speed and memory, at the lengths and batches that matter to you; or take a quick look, five passes at four "
        "sizes as a classifier."
    )
    asked = Counted(full, FORM)
    with st.container(horizontal=True):
        st.button("Open the page Speed and memory", on_click=lambda: st.session_state.update(open_page="speed"))
        st.button("Measure quickly", type="primary", on_click=measuring.begin, args=(asked, _quick(asked)))
    measuring.say_problem()
    jobs.watch(measuring.KEY)


def _quick(asked: Counted) -> measuring.Chosen:
    most = counted.longest(asked)
    lengths = tuple(n for n in LENGTHS if n <= most) or (most,)
    return {"repeats": 5, "seconds": 5.0, "device": "auto", "lengths": lengths, "batches": BATCHES}
