"""Soft labels of both models, of whatever their task has one for; and the whole text: every position, its tags, its answer."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import marked, sentences
from distilbert_viz.figures.forward import soft_labels as figures
from distilbert_viz.frame.components import mount
from distilbert_viz.frame.controls import metrics, plot, shown_table, table
from distilbert_viz.frame.tasks import ONE_LABEL, answer_end, need_soft_labels, outcome_names
from distilbert_viz.records import Difference, Encoding, PositionLabels, SoftLabels, Span, StockPass, TracePair, subject
from distilbert_viz.records.identity import identity
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.once import once


@dataclass(frozen=True, eq=False)
class Logits:
    """Full logits (row, outcome) of teacher and student, known by the passes `traces` that they were read from.

    By their content they would be known too, but that is some hundred megabytes to read at every keystroke.
    """

    traces: TracePair
    teacher: np.ndarray
    student: np.ndarray

    @property
    def identity(self) -> Hashable:
        """The passes'."""
        return ("logits", identity(self.traces))


def chosen(pair: TracePair, temperature: float) -> tuple[SoftLabels, int | None]:
    """Both distributions of what is looked at, and the hard label if the text gives one: the token that was masked.

    What class, tag or answer is true nobody told. The page ends here where the models have no soft labels.
    """
    need_soft_labels()
    answer_end()
    task, encoding = present.task(), pair.encoding
    row = present.row(encoding)
    true = encoding.true_token(row) if task.predicts_masked else None
    names = present.outcomes(encoding)
    labels = comparison.soft_labels(*present.logits(), names, row, temperature, hard_label=true, outcome=task.outcome)
    return labels, true


def sentence(pair: TracePair, labels: SoftLabels) -> str:
    """What both models say, plainly."""
    return sentences.soft_labels(pair, labels)


def distances(labels: SoftLabels) -> None:
    """Entropies and divergence, in nats."""
    scaled = labels.kl * labels.temperature**2
    at_token = labels.outcome in ("token", "tag")
    of = {"position": str(labels.position)} if at_token else {"soft label of": subject(labels.outcome, labels.position)}
    metrics(of | {
        "entropy, teacher": f"{labels.teacher_entropy:.2f} nats",
        "entropy, student": f"{labels.student_entropy:.2f} nats",
        "KL(teacher ‖ student)": f"{labels.kl:.3g} nats",
        "KL × T²": f"{scaled:.3g} nats",
    })  # fmt: skip


def bars(labels: SoftLabels, hard_label: int | None) -> None:
    """A pair of bars a candidate, checked; ranks as a table, and how classes or tags are called."""
    plot(figures.bars(labels, hard_label), "bars", "Soft labels of teacher and student.")
    checked(checking.soft_labels, labels, logits=True)
    table(figures.table(labels), "rank moves")
    outcome_names()


def whole_text(pair: TracePair, temperature: float) -> None:
    """All soft labels of the text: what both models find likeliest at every position, checked, tags over the text itself; the
    answer in the text; of two classifiers a sentence, since there is but one.
    """
    task, encoding = present.task(), pair.encoding
    if task.labels == "text":
        st.caption(present.own_words(ONE_LABEL))
        return
    logits = Logits(pair, *present.logits())
    if task.labels == "ends":
        _answers(logits, encoding)
        return
    labels, names = once(_position_labels, logits, temperature), present.outcomes(encoding)
    if task.outcome == "tag":
        mount("marked", {"rows": marked.tags(labels, encoding, names)}, "tags")
        st.caption(marked.agreement_sentence(labels, encoding))
    shown_table(figures.positions_table(labels, encoding, names), "every position")
    checked(checking.position_labels, labels, logits=True)


def _position_labels(logits: Logits, temperature: float) -> PositionLabels:
    return comparison.position_labels(logits.teacher, logits.student, temperature)


def _answers(logits: Logits, encoding: Encoding) -> None:
    """The span that each model answers with, marked in the text; checked."""
    allowed = comparison.answerable(encoding)
    if not allowed.any():
        st.info("The text has no token that could answer: type a text under the question.")
        return
    found = (comparison.answer(logits.teacher, allowed), comparison.answer(logits.student, allowed))
    mount("marked", {"rows": marked.answers(found, encoding)}, "answers")
    st.caption(marked.answer_sentence(found))
    checked(_answers_difference, found, logits=True)
    table(marked.answers_table(found, encoding), "both answers")


def _answers_difference(found: tuple[Span, Span], passes: Passes) -> Difference:
    return checking.numbers([one.probability for one in found], [_by(one, part) for one, part in zip(found, passes, strict=True)])


def _by(found: Span, stock: StockPass) -> float:
    """What the stock pass gives the span."""
    starts, ends = checking.softened(checking.logits_of(stock), 1.0)
    return float(starts[found.start] * ends[found.end])
