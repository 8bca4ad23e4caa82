"""What is taken along: every figure of a page, the report of a text, its whole trace."""

import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from distilbert_viz.drawing.labels import visible
from distilbert_viz.frame.components import mount
from distilbert_viz.records import Difference, Encoding, SoftLabels, Trace, TracePair
from distilbert_viz.runs.students import title
from distilbert_viz.session import present
from distilbert_viz.session.checks import sentence
from distilbert_viz.session.once import once
from distilbert_viz.session.state import chosen_pair
from distilbert_viz.version import VERSION

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model, Pair

Head = tuple[int, int]
PREVIEW = 620
# Addresses of pages whose pictures are not of the present text: what they are of stands in their own words.
ELSEWHERE = (
    "live-distillation", "ablation-race", "size-and-parts", "arithmetic", "measured-speed", "measured-memory", "what-is-lost",
    "teacher-or-student", "chain-of-causes",
)  # fmt: skip
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
    """A button on every page: its figures as SVG, PNG or HTML, made in the browser."""
    mount("take", {"version": VERSION, "elsewhere": ELSEWHERE}, "take")


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
    st.caption(sentence(made.largest))


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

    network = models.teacher.network
    sizes, dtype = (model_size(models.teacher), model_size(models.student)), str(network.dtype).removeprefix("torch.")
    found = report.Findings(name, pair, sizes, heads, labels, hard_label, str(network.device), dtype)
    panels = report.differences(found, (stock_pass(stocks[0], pair.encoding), stock_pass(stocks[1], pair.encoding)))
    return Report(report.page(found, panels), report.largest(panels))


def _trace_file(pair: TracePair) -> None:
    """Every array of both passes, packed when it is asked for."""
    models = present.models()
    a_text = len(present.classes()) or len(pair.encoding) * len(present.vocabulary())
    logits = 2 * a_text * FLOAT32_BYTES
    size = f"{(pair.nbytes + logits) / 1e6:.0f} MB"
    st.download_button(f"Trace (.npz), about {size}", lambda: _packed(models, pair), "trace.npz", on_click="ignore")


def _packed(models: "Pair", pair: TracePair) -> bytes:
    from distilbert_viz import tracing
    from distilbert_viz.report import archive

    logits = tracing.logits(models.teacher, pair.teacher), tracing.logits(models.student, pair.student)
    made = io.BytesIO()
    np.savez(made, allow_pickle=False, **archive(pair, logits, models.teacher.classes))
    return made.getvalue()
