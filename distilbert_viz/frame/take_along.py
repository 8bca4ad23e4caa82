"""What is taken along: every figure of a page, the report of a text, its whole trace."""

import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from distilbert_viz.drawing.labels import visible
from distilbert_viz.frame.components import mount
from distilbert_viz.frame.controls import theme
from distilbert_viz.records import Difference, Encoding, HandOver, SoftLabels, Trace, TracePair
from distilbert_viz.runs.students import title
from distilbert_viz.session import present
from distilbert_viz.session.checks import answer
from distilbert_viz.session.once import once
from distilbert_viz.session.pages import open_page
from distilbert_viz.session.state import chosen_pair
from distilbert_viz.version import VERSION

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model, Pair

Head = tuple[int, int]
PREVIEW = 620
LONGEST_HANDED = 128  # tokens of a text whose mixtures are in its report
FLOAT32_BYTES = 4


@dataclass(frozen=True, eq=False)
class Report:
    """The report's file, and its largest difference from the stock models."""

    page: str
    largest: Difference

    @property
    def nbytes(self) -> int:
        """Bytes held by the file."""
        return sys.getsizeof(self.page)


def take_figures() -> None:
    """A button on every page: its figures as SVG, PNG or HTML, made in the browser, and the way to the report.

    Figures of a page that is not about the present text say in their own words what they are of. Being everywhere, the button
    also has the page run again where the browser's theme is no longer the one that was drawn in.
    """
    mount("take", {"version": VERSION, "of_text": open_page().of_text, "theme": theme()}, "take")


def facts(encoding: Encoding) -> dict[str, str]:
    """What a figure of the present text says of itself when it is taken along: pair, text, what is masked and chosen."""
    position = present.position(encoding)
    masked = ", ".join(map(str, st.session_state.mask))
    hidden = f", masked by hand at {masked}" if masked else ""
    text = f"“{st.session_state.text}”{hidden}; chosen: position {position}, {visible(encoding.tokens[position])}"
    return {"pair": title(chosen_pair()), "text": text}


def text_report(pair: TracePair, labels: SoftLabels, hard_label: int | None) -> None:
    """The report as it will be in the file, the file itself, and whether it agrees with the models."""
    heads = _head("teacher", pair.teacher), _head("student", pair.student)
    made = once(_report, title(chosen_pair()), present.models(), present.stocks(), pair, heads, labels, hard_label)
    with st.container(horizontal=True):
        st.download_button("Report (.html)", made.page, "report.html", "text/html", type="primary", on_click="ignore")
        _trace_file(pair)
    st.iframe(made.page, height=PREVIEW, alt="The report of this text")
    answer(st.empty(), made.largest)


def _head(voice: str, trace: Trace) -> Head:
    state = st.session_state
    return min(state.get(f"{voice}_layer") or 0, trace.layers - 1), min(state.get(f"{voice}_head") or 0, trace.heads - 1)


def _report(
    name: str,
    models: "Pair",
    stocks: "tuple[Model, Model]",
    pair: TracePair,
    heads: tuple[Head, Head],
    labels: SoftLabels,
    hard_label: int | None,
) -> Report:
    from distilbert_viz import report
    from distilbert_viz.cost import model_size
    from distilbert_viz.tracing import stock_pass
    from distilbert_viz.tracing.stock_lost import hand_over_difference

    network = models.teacher.network
    sizes, dtype = (model_size(models.teacher), model_size(models.student)), str(network.dtype).removeprefix("torch.")
    device, outcomes = str(network.device), present.outcomes(pair.encoding)
    lost = _lost(models, pair, labels.position)
    found = report.Findings(name, pair, sizes, heads, labels, hard_label, device, dtype, outcomes, lost)
    panels = report.differences(found, (stock_pass(stocks[0], pair.encoding), stock_pass(stocks[1], pair.encoding)))
    if lost is not None:
        panels["Where it was lost"] = hand_over_difference(stocks, pair, lost)
    return Report(report.page(found, panels), report.largest(panels))


def _lost(models: "Pair", pair: TracePair, position: int) -> HandOver | None:
    """Every mixture; of a long text, between widths, or where no soft label is read off one state, none."""
    from distilbert_viz import tracing

    if len(pair.encoding) > LONGEST_HANDED or not pair.one_width or not models.task.reads_one_state:
        return None
    return tracing.hand_over(models, pair, position)


def _trace_file(pair: TracePair) -> None:
    """Every array of both passes, packed when it is asked for."""
    models = present.models()
    logits = 2 * _outcomes(pair) * FLOAT32_BYTES
    size = f"{(pair.nbytes + logits) / 1e6:.0f} MB"
    st.download_button(f"Trace (.npz), about {size}", lambda: _packed(models, pair), "trace.npz", on_click="ignore")


def _outcomes(pair: TracePair) -> int:
    """How many logits one model has for this text."""
    task = present.task()
    rows = {"token": len(pair.encoding), "text": 1, "ends": 2}.get(task.labels, 0)
    return rows * (pair.teacher.architecture.vocabulary if task.predicts_masked else len(present.outcomes(pair.encoding)))


def _packed(models: "Pair", pair: TracePair) -> bytes:
    from distilbert_viz import tracing
    from distilbert_viz.report import archive

    both = zip(models, pair, strict=True)
    logits = [tracing.logits(model, trace) for model, trace in both] if models.task.labels else []
    made = io.BytesIO()
    np.savez(made, allow_pickle=False, **archive(pair, logits, models.task.outcome, models.teacher.classes))
    return made.getvalue()
