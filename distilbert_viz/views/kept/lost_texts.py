"""Where it was lost on average: the hand-over over the lines of a file or the built-in held-out sentences."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from distilbert_viz import checking, settings
from distilbert_viz.distillation import sentences
from distilbert_viz.distillation.held_out import SENTENCES, lines_of
from distilbert_viz.drawing.labels import counted
from distilbert_viz.figures.kept import lost_tokens as figures
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import plot, table
from distilbert_viz.records import Difference, LostOverTexts
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.uploads import text_file
from distilbert_viz.session.work import work

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model, Pair

OWN = "a text file of mine"
MOST_WORDS = 96
Seen = tuple[LostOverTexts, LostOverTexts]  # as it is shown, and by stock passes


def over_texts() -> None:
    """Means over many texts, after a press: a curve, both maps, and the table to take along; checked line by line."""
    kind = st.segmented_control("Texts", [SENTENCES, OWN], default=SENTENCES, required=True, key="lost_texts")
    lines = _lines(kind)
    if lines is None:
        return
    label = f"Hand over on {counted(len(lines), 'line')}"
    found = work(label, len(lines), _means, present.models(), present.stocks(), lines, short=False)
    if found is None:
        return
    ours, theirs = found
    st.markdown(f"**{literal(figures.mean_sentence(ours))}**")
    plot(figures.mean_curve(ours), "mean hand-over", "Mean KL when the teacher reads on from the student's state.")
    canvas(figures.mean_maps(ours), "mean mixtures")
    checked(_difference, ours, theirs)
    table(figures.mean_table(ours), "mean of all mixtures")


def _lines(kind: str) -> tuple[str, ...] | None:
    most = settings.limits().lines
    if kind == SENTENCES:
        return tuple(sentences.held_out()[:most])
    upload = text_file("lost_file", "a text a line")
    st.caption(f"Its first {most} lines are read, {MOST_WORDS} words of each: at its [MASK], or else with one word masked.")
    if upload is None:
        return None
    try:
        return tuple(" ".join(line.split()[:MOST_WORDS]) for line in lines_of(upload[1])[:most])
    except ValueError as error:
        st.warning(literal(str(error)))
        return None


def _means(models: "Pair", stocks: "tuple[Model, Model]", lines: Sequence[str]) -> Iterator[Seen]:
    from distilbert_viz import tracing

    return tracing.over_texts(models, stocks, lines)


def _difference(ours: LostOverTexts, theirs: LostOverTexts, passes: Passes) -> Difference:
    """Both models are in every number: the first difference is of the student's states read on, the second of the teacher's."""
    parts = [(one.student_then_teacher, one.teacher_then_student) for one in (ours, theirs)]
    return checking.arrays(*([[part] for part in both] for both in parts))
