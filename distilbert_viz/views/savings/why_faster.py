"""Why a student is faster: the two chains of causes of a kept measurement, and "60% faster" beside it."""

import streamlit as st

from distilbert_viz.figures.savings import causes as figures
from distilbert_viz.figures.savings import sentences, speed
from distilbert_viz.figures.savings.timings import Cell
from distilbert_viz.frame.components import mount
from distilbert_viz.frame.controls import csv_button, plot, table, theme
from distilbert_viz.records import Cause, Measurement
from distilbert_viz.session.markdown import literal
from distilbert_viz.views.savings import counted
from distilbert_viz.views.savings.counted import Counted

Chain = tuple[Cause, ...]


def chains(full: bool, measured: Measurement) -> tuple[Chain, Chain]:
    """Layers to time, and parameters to memory."""
    from distilbert_viz.cost import causes

    asked = Counted(full, measured.setting.form)
    sizes = counted.sizes(asked)
    time = causes.to_time(measured, sizes, counted.computations(asked, *causes.cell(measured)))
    return time, causes.to_memory(measured, sizes)


def sentence(time: Chain) -> str:
    """What fewer layers save, plainly."""
    return sentences.why_faster(time)


def overview(measured: Measurement, time: Chain, memory: Chain) -> None:
    """How many times less, link by link, on one axis."""
    alt = "How many times less the student has or takes, link by link, from zero, counted and measured."
    plot(figures.ratios((*time, *memory), theme()), "causes", alt)
    st.caption(f"{_pass(measured)} {figures.line_sentence()} {literal(speed.setting_sentence(measured.setting))}")
    table(figures.table((*time, *memory)), "the causes")


def _cell(measured: Measurement) -> Cell:
    from distilbert_viz.cost import causes

    return causes.cell(measured)


def _pass(measured: Measurement) -> str:
    length, batch = _cell(measured)
    return f"A pass is over {'one text' if batch == 1 else f'{batch} texts'} of {length} tokens."


def chain(links: Chain, key: str) -> None:
    """A chain as boxes, each of which opens its page."""
    mount("flow", figures.flow(links), f"causes {key}")


def overhead(time: Chain) -> None:
    """How the whole pass's ratio follows from the layers' and from that of the rest."""
    st.caption(figures.overhead_sentence(time))


def quoted_and_measured(measured: Measurement, time: Chain) -> None:
    """The paper's two times beside this measurement's."""
    columns = figures.quoted_table(time, measured, _cell(measured))
    st.table(columns)
    csv_button(columns, "quoted and measured")
