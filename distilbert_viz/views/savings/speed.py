"""A measurement's pictures on the pages Speed and Memory."""

import streamlit as st

from distilbert_viz.cost.request import BASE_ARCHITECTURE
from distilbert_viz.figures.savings import memory, ratios, timings
from distilbert_viz.figures.savings import speed as figures
from distilbert_viz.frame.controls import metrics, plot, table, theme
from distilbert_viz.records import Measurement
from distilbert_viz.runs import measurements
from distilbert_viz.session.markdown import literal
from distilbert_viz.views.savings.cost import computations
from distilbert_viz.views.savings.measuring import intervals, title

COMPARED = ("times as fast", "teacher's latency", "student's latency")
MOST_COMPARED = 6


def latency(measured: Measurement) -> None:
    """Both medians in numbers, and a pass over one batch as bars by length."""
    found = intervals(measured)
    batch = _one_of("Batch, texts at a time", timings.batches(measured), "shown_batch", 0)
    metrics(figures.headline(measured, found, batch))
    plot(figures.latency(measured, batch, theme()), "latency", f"Latency of both models by length, batch {batch}, from zero.")
    st.caption(literal(figures.setting_sentence(measured.setting)))
    table(figures.table(measured, found), "every cell")


def _one_of(label: str, offered: list[int], key: str, default: int) -> int:
    """One of what was measured; no control where there is no choice."""
    if len(offered) == 1:
        return offered[0]
    key = f"{key} {offered}"  # another measurement offers others
    return st.segmented_control(label, offered, default=offered[default], required=True, key=key, persist_state="session")


def measured_ratio(measured: Measurement) -> None:
    """How many times as fast the student is in every cell, beside its arithmetic and beside what is quoted."""
    found, arithmetic = intervals(measured), _arithmetic(measured)
    plot(ratios.ratios(found, arithmetic, theme()), "ratios", "How many times as fast the student is, by cell, with intervals.")
    st.caption(ratios.quoted_sentence())
    table(ratios.table(found, arithmetic), "ratios")


def _arithmetic(measured: Measurement) -> dict[tuple[int, int], float]:
    """How many times less multiply-accumulates the student takes in each cell, where the architecture is at hand."""
    if measured.setting.pair != BASE_ARCHITECTURE:
        return {}
    cells = [timings.cell(timing) for timing in measured.timings]
    both = {key: computations((True, measured.setting.form), *key) for key in cells}
    return {key: teacher.macs / student.macs for key, (teacher, student) in both.items()}


def throughput(measured: Measurement) -> None:
    """Texts a second by batch, at one length."""
    length = _one_of("Length, tokens a text", timings.lengths(measured), "shown_length", -1)
    plot(figures.throughput(measured, length), "throughput", f"Texts of {length} tokens a second by batch, from zero.")


def time_by_part(measured: Measurement) -> None:
    """Embeddings, every layer and the head of both models on one axis."""
    if not measured.parts:
        st.caption("The parts of a pass are measured after the last cell.")
        return
    plot(figures.parts(measured, theme()), "parts", "Milliseconds of embeddings, every layer and head of both models, from zero.")
    st.caption(figures.parts_sentence(measured))
    table(figures.parts_table(measured), "parts")


def compare_measurements() -> None:
    """Several kept measurements in one picture."""
    found = dict(measurements.newest_first())
    if len(found) < 2:
        st.caption("Two kept measurements can be compared here: measure with other threads, another dtype or attention.")
        return
    names = {identity: title(one) for identity, one in found.items()}
    chosen = st.multiselect("Measurements", list(names), default=list(names)[:3], format_func=names.get,
                            max_selections=MOST_COMPARED, key="compared_measurements")  # fmt: skip
    measure = st.segmented_control("Measure", COMPARED, default=COMPARED[0], required=True, key="compared_measure")
    if not chosen:
        st.info("Choose at least one measurement.")
        return
    together = [found[identity] for identity in chosen]
    shown = dict(zip(ratios.told_apart(together), together, strict=True))
    plot(_compared(shown, measure), "compared", f"{measure} of the chosen measurements by cell.")
    table(ratios.compare_table(shown, {name: intervals(one) for name, one in shown.items()}), "compared measurements")


def _compared(shown: dict[str, Measurement], measure: str) -> object:
    if measure == COMPARED[0]:
        return ratios.compare_ratios({name: intervals(one) for name, one in shown.items()}, theme())
    return ratios.compare_latencies(shown, measure.partition("'")[0], theme())


def memory_overview(measured: Measurement) -> None:
    """Weights, and what a pass needs on top of them, by cell."""
    metrics(memory.headline(measured))
    plot(memory.peaks(measured), "memory", "Megabytes of weights, and of a pass on top of them, of both models by cell, from zero.")
    st.caption(literal(memory.peaks_sentence(measured)))
    table(memory.table(measured), "memory by cell")


def loading_time(measured: Measurement) -> None:
    """From the disk to the device."""
    plot(memory.loading(measured, theme()), "loading", "Milliseconds that loading takes, of both models, from zero.")
    st.caption(memory.loading_sentence(measured))
    table(memory.loading_table(measured), "every loading")
