"""Soft labels of both models: at the chosen position, or of a classifier of the whole text, and at every position."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import sentences
from distilbert_viz.figures.forward import soft_labels as figures
from distilbert_viz.frame.classes import ONE_LABEL, class_names
from distilbert_viz.frame.controls import metrics, plot, shown_table, table
from distilbert_viz.records import PositionLabels, SoftLabels, TracePair
from distilbert_viz.records.identity import identity
from distilbert_viz.session import present
from distilbert_viz.session.checks import checked
from distilbert_viz.session.once import once


@dataclass(frozen=True, eq=False)
class Logits:
    """Full logits (token, vocab) of teacher and student, known by the passes `traces` that they were read from.

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
    """Both distributions at the chosen position, and the hard label if the text gives one: the token that was masked.

    Two classifiers' are of the whole text, whose class nobody told.
    """
    position, encoding = present.read_at(pair.encoding), pair.encoding
    true = int(encoding.original_ids[position])
    typed_mask = position in encoding.mask_positions and true == int(encoding.input_ids[position])
    hard_label = None if typed_mask or encoding.special[position] else true
    outcome = present.models().teacher.outcome
    labels = comparison.soft_labels(
        *present.logits(), present.outcomes(), position, temperature, hard_label=hard_label, outcome=outcome
    )
    return labels, hard_label


def sentence(pair: TracePair, labels: SoftLabels) -> str:
    """What both models say, plainly."""
    return sentences.soft_labels(pair, labels)


def distances(labels: SoftLabels) -> None:
    """Entropies and divergence, in nats."""
    scaled = labels.kl * labels.temperature**2
    of = {"soft label of": "the whole text"} if labels.outcome == "class" else {"position": str(labels.position)}
    metrics(of | {
        "entropy, teacher": f"{labels.teacher_entropy:.2f} nats",
        "entropy, student": f"{labels.student_entropy:.2f} nats",
        "KL(teacher ‖ student)": f"{labels.kl:.3g} nats",
        "KL × T²": f"{scaled:.3g} nats",
    })  # fmt: skip


def bars(labels: SoftLabels, hard_label: int | None) -> None:
    """A pair of bars a candidate, checked; ranks as a table, and of two classifiers how the classes are called."""
    plot(figures.bars(labels, hard_label), "bars", "Soft labels of teacher and student.")
    checked(checking.soft_labels, labels, logits=True)
    table(figures.table(labels), "rank moves")
    class_names()


def every_position(pair: TracePair, temperature: float) -> None:
    """What both models find likeliest at every position, checked; of two classifiers a sentence why there is no such table."""
    if present.classes():
        st.caption(ONE_LABEL)
        return
    labels = once(_position_labels, Logits(pair, *present.logits()), temperature)
    shown_table(figures.positions_table(labels, pair.encoding, present.vocabulary()), "every position")
    checked(checking.position_labels, labels, logits=True)


def _position_labels(logits: Logits, temperature: float) -> PositionLabels:
    return comparison.position_labels(logits.teacher, logits.student, temperature)
