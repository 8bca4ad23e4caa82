"""How fast both models read, as measured: latency, ratio, throughput, and measurements beside each other."""

from collections.abc import Mapping, Sequence

import streamlit as st

from distilbert_viz.cost.request import BASE_ARCHITECTURE
from distilbert_viz.figures.savings import ratios, sentences, timings
from distilbert_viz.figures.savings import speed as figures
from distilbert_viz.figures.savings.timings import Cell
from distilbert_viz.frame.controls import metrics, plot, table, theme
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See
from distilbert_viz.records import Measurement
from distilbert_viz.runs import measurements
from distilbert_viz.session.markdown import literal
from distilbert_viz.views.savings import counted
from distilbert_viz.views.savings.counted import Counted
from distilbert_viz.views.savings.measured import intervals, title

COMPARED = ("times as fast", "teacher's latency", "student's latency")
MOST_COMPARED = 6


def sentence(measured: Measurement) -> str:
    """How much faster the student is, plainly."""
    return sentences.speed(measured, intervals(measured))


def latency(measured: Measurement) -> None:
    """Both medians in numbers, and a pass over one batch as bars by length."""
    found = intervals(measured)
    batch = _one_of("Batch, texts at a time", timings.batches(measured), "shown_batch", 0)
    metrics(figures.headline(measured, found, batch))
    plot(figures.latency(measured, batch, theme()), "latency", f"Latency of both models by length, batch {batch}, from zero.")
    st.caption(literal(figures.setting_sentence(measured.setting)))
    table(figures.table(measured, found), "every cell")


def _one_of(label: str, offered: Sequence[int], key: str, default: int) -> int:
    """One of what was measured; no control where there is no choice."""
    if len(offered) == 1:
        return offered[0]
    return st.segmented_control(label, offered, default=offered[default], required=True, **lasting(_key(key, offered)))


def _key(name: str, offered: Sequence[int]) -> str:
    return "_".join(map(str, [name, *offered]))  # another measurement offers others


def see(measured: Measurement | None) -> tuple[See, ...]:
    """The largest batch and the shortest texts, as far as several were measured."""
    if measured is None:
        return ()
    batches, lengths = timings.batches(measured), timings.lengths(measured)
    large = See(f"batches of {batches[-1]}", **{_key("shown_batch", batches): batches[-1]})
    short = See(f"texts of {lengths[0]} tokens", **{_key("shown_length", lengths): lengths[0]})
    return tuple(one for one, offered in ((large, batches), (short, lengths)) if len(offered) > 1)


def ratio(measured: Measurement) -> None:
    """How many times as fast the student is in every cell, beside its arithmetic and beside what is quoted."""
    found, arithmetic = intervals(measured), _arithmetic(measured)
    plot(ratios.ratios(found, arithmetic, theme()), "ratios", "How many times as fast the student is, by cell, with intervals.")
    st.caption(ratios.quoted_sentence())
    table(ratios.table(found, arithmetic), "ratios")


def _arithmetic(measured: Measurement) -> dict[Cell, float]:
    """How many times less multiply-accumulates the student takes in each cell, where the architecture is at hand."""
    if measured.setting.pair != BASE_ARCHITECTURE:
        return {}
    asked = Counted(True, measured.setting.form)
    both = {cell: counted.computations(asked, *cell) for cell in map(timings.cell, measured.timings)}
    return {cell: teacher.macs / student.macs for cell, (teacher, student) in both.items()}


def throughput(measured: Measurement) -> None:
    """Texts a second by batch, at one length."""
    length = _one_of("Length, tokens a text", timings.lengths(measured), "shown_length", -1)
    plot(figures.throughput(measured, length), "throughput", f"Texts of {length} tokens a second by batch, from zero.")


def beside_each_other() -> None:
    """Several measurements in one picture."""
    found = measurements.to_show()
    if len(found) < 2:
        st.caption("Two measurements can be compared here: measure with other threads, another dtype or attention.")
        return
    titles = {identity: title(one) for identity, one in found.items()}
    chosen = st.multiselect("Measurements", list(titles), default=list(titles)[:3], format_func=titles.__getitem__,
                            max_selections=MOST_COMPARED, **lasting("compared_measurements"))  # fmt: skip
    measure = st.segmented_control("Measure", COMPARED, default=COMPARED[0], required=True, **lasting("compared_measure"))
    if not chosen:
        st.info("Choose at least one measurement.")
        return
    together = [found[identity] for identity in chosen]
    _compare(dict(zip(ratios.told_apart(together), together, strict=True)), measure)


def _compare(shown: Mapping[str, Measurement], measure: str) -> None:
    """The measurements by name, in one of the COMPARED measures; its numbers in a table."""
    found = {name: intervals(one) for name, one in shown.items()}
    if measure == COMPARED[0]:
        picture = ratios.compare_ratios(found, theme())
    else:
        picture = ratios.compare_latencies(shown, measure.partition("'")[0], theme())
    plot(picture, "compared", f"{measure} of the chosen measurements by cell.")
    table(ratios.compare_table(shown, found), "compared measurements")
