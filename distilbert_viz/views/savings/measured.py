"""A kept measurement of a pair, for the pages that draw conclusions from one; where there is none, the way to it."""

import streamlit as st

from distilbert_viz.cost import choosing
from distilbert_viz.cost.request import Request
from distilbert_viz.records import Measurement
from distilbert_viz.runs import measurements
from distilbert_viz.session import jobs
from distilbert_viz.session.markdown import literal
from distilbert_viz.views.savings import measuring
from distilbert_viz.views.savings.cost import asked_pair, longest

FORM = "classification"  # what the paper timed, and what most models are fine-tuned for
QUICK = {"repeats": 5, "seconds": 5.0, "device": "auto"}
LENGTHS, BATCHES = (16, 128), (1, 8)


def chosen_measurement() -> tuple[bool, Measurement]:
    """Whether it is the full sizes', and one of the pair's kept measurements. Without one the page says how to get it, and stops.

    Those in which one text alone was never timed are passed over.
    """
    with st.container(horizontal=True):
        full = asked_pair()
        name = Request(**measuring.as_requested(full)).name
        found = {i: m for i, m in measurements.newest_first() if m.setting.pair == name and choosing.lengths(m)}
        if found:
            titles = {identity: measuring.title(one) for identity, one in found.items()}
            if st.session_state.get("measured") not in found:
                st.session_state.measured = next(iter(found))
            chosen = st.selectbox("Measurement", list(found), key="measured", format_func=titles.get, persist_state="session")
            return full, found[chosen]
    _measure_first(full)
    st.stop()


def _measure_first(full: bool) -> None:
    st.info(
        "Nothing is said here without a number behind it, and this pair has not been measured on this server yet. Measure it on "
        "the page Speed, at the lengths and batches that matter to you; or take a quick look, five passes at four sizes as a "
        "classifier."
    )
    with st.container(horizontal=True):
        st.button("Open the page Speed", on_click=lambda: st.session_state.update(open_page="Speed"))
        st.button("Measure quickly", type="primary", on_click=measuring.begin, args=((full, FORM), _quick(full)))
    if problem := st.session_state.pop("measurement_problem", None):
        st.warning(literal(problem))
    jobs.watch(measuring.KEY)


def _quick(full: bool) -> dict[str, object]:
    most = longest((full, FORM))
    return QUICK | {"lengths": tuple(n for n in LENGTHS if n <= most) or (most,), "batches": BATCHES}
