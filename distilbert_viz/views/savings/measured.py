"""Measurements of time and memory that were kept: one of them is chosen, taken along, deleted."""

import json

import streamlit as st

from distilbert_viz import settings
from distilbert_viz.cost.request import BASE_ARCHITECTURE, named
from distilbert_viz.drawing.labels import counted
from distilbert_viz.drawing.tables import as_csv
from distilbert_viz.figures.savings import memory, speed
from distilbert_viz.figures.savings.timings import Cell, Interval, cell
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.records import Measurement
from distilbert_viz.runs import measurements, recordings
from distilbert_viz.session import jobs, told
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once_without_pair
from distilbert_viz.views.recorded import caption
from distilbert_viz.views.savings import measuring
from distilbert_viz.views.savings.which_pair import FULL


def chosen() -> Measurement | None:
    """The measurement under way as it grows, else the one that a person chose of those that were kept; None: there is none."""
    jobs.watch(measuring.KEY)
    if job := measuring.under_way():
        return job.latest if isinstance(job.latest, Measurement) and job.latest.timings else None
    found = measurements.to_show()
    if not found:
        return None
    if st.session_state.get("measurement") not in found:
        st.session_state.measurement = next(iter(found))
    shown, taken_along = st.columns([3, 1], vertical_alignment="bottom")
    with shown:
        identity = one_of_kept(found, "measurement")
    with taken_along.container(horizontal=True):
        _taken_along(identity, found[identity])
    if measurements.is_recorded(identity):
        say_recorded(found[identity])
        st.button("Measure this machine", on_click=lambda: st.session_state.update(measurement_asked=True))
    return told.tell(found[identity])


def say_recorded(measured: Measurement) -> None:
    """That these numbers are another machine's, which, and when."""
    if label := recordings.label("measurements"):
        caption(f"time and memory of {literal(measured.setting.pair)}", label)


def beside(measured: Measurement) -> str:
    """What stands beside a page's name: the measured pair, where it is not the bar's."""
    name = measured.setting.pair
    if name == named(**measuring.models(full=False)):
        return ""
    return FULL if name == BASE_ARCHITECTURE else name


def one_of_kept(found: dict[str, Measurement], key: str) -> str:
    """The identity of one of these measurements, chosen by their titles."""
    titles = {identity: title(one) for identity, one in found.items()}
    return st.selectbox("Measurement", list(found), format_func=titles.__getitem__, **lasting(key))


def title(measured: Measurement) -> str:
    """A measurement in one line."""
    setting = measured.setting
    pair = FULL if setting.pair == BASE_ARCHITECTURE else setting.pair
    cells = counted(len(measured.timings), "cell")
    return (
        f"{setting.began[:16].replace('T', ' ')} · {pair}, {setting.form} · {setting.device} × {setting.threads} · "
        f"{setting.dtype}, {setting.attention} · {cells}"
    )


def _taken_along(identity: str, measured: Measurement) -> None:
    from distilbert_viz.cost.as_json import to_json

    st.download_button("JSON", lambda: json.dumps(to_json(measured), indent=1), f"{identity}.json", on_click="ignore")
    st.download_button("CSV", lambda: cells_as_csv(measured), f"{identity}.csv", on_click="ignore")
    if not settings.read().public and not measurements.is_recorded(identity):  # there it belongs to all visitors
        st.button("Delete", on_click=lambda: st.session_state.update(delete_measurement=identity))
    if st.session_state.pop("delete_measurement", None) == identity:
        _ask_to_delete(identity, measured)


@st.dialog("Delete this measurement?")
def _ask_to_delete(identity: str, measured: Measurement) -> None:
    st.write(f"{literal(title(measured))}: all its numbers will be gone.")
    if st.button("Delete it", type="primary"):
        measurements.delete(identity)
        st.rerun()


def intervals(measured: Measurement) -> dict[Cell, Interval]:
    """How many times as fast the student is in each cell: the ratio of the medians, and the ends of its 95% interval."""
    from distilbert_viz.cost.statistics import ratio

    return {cell(timing): once_without_pair(ratio, timing) for timing in measured.timings}


def cells_as_csv(measured: Measurement) -> str:
    """A row a cell: times, ratio, memory."""
    return as_csv({**speed.table(measured, intervals(measured)), **memory.table(measured)})
