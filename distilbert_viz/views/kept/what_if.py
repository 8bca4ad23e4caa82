"""What if: what a change moves in both models, and every head switched off in turn."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.figures.kept import sentences
from distilbert_viz.figures.kept import sweep as sweep_figures
from distilbert_viz.figures.kept import what_if as figures
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import plot, table
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See
from distilbert_viz.frame.tasks import answer_end, has_soft_labels
from distilbert_viz.records import Canvas, Difference, Encoding, Intervention, MovedLabels, Sweep, TracePair, WhatIf, subject
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.loading import Loaded
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once
from distilbert_viz.session.work import work
from distilbert_viz.views.kept import intervention

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model, Pair

SHORT = 40  # tokens: below it the sweep of the built-in pair takes about a second
Heads = Sequence[tuple[int, int]]  # layer and head of each model
Labels = tuple[MovedLabels, MovedLabels]


def changed(pair: TracePair) -> WhatIf:
    """Both models' traces before and after the change that is asked for, with the change in words."""
    found = once(_what_if, present.models(), pair, intervention.asked(pair))
    st.caption(literal(figures.change_sentence(found)))
    return found


def _what_if(models: "Pair", pair: TracePair, change: Intervention) -> WhatIf:
    from distilbert_viz import tracing

    return tracing.what_if(models, pair, change)


def soft_labels(found: WhatIf, temperature: float) -> str:
    """Both models' soft labels at the chosen position, or of the whole text, before and after: in words, as bars, as a table.

    They are held against stock models whose output projections get zeros from heads that are off. Returns what moved, plainly.
    """
    if not has_soft_labels():
        return "What moves in two encoders is their attention and their states: neither answers anything."
    answer_end()
    labels = once(_moved, present.loaded(), found, present.row(found.before.encoding), temperature)
    for column, voice, part, figure in zip(st.columns(2), VOICES, labels, figures.label_bars(labels), strict=True):
        with column:
            st.markdown(f"**{literal(figures.labels_sentence(voice, part))}**")
            plot(figure, f"moved {voice}", f"Soft labels of the {voice} before and after the change.")
    checked(_labels_difference, labels, present.stocks(), found, logits=True)
    table(figures.labels_table(labels), "soft labels before and after")
    return sentences.what_if(labels)


def _moved(loaded: Loaded, found: WhatIf, position: int, temperature: float) -> Labels:
    from distilbert_viz.tracing import logits_at

    outcome, encoding = loaded.pair.task.outcome, found.before.encoding
    names = loaded.pieces if loaded.pair.task.predicts_masked else loaded.pair.teacher.classes or encoding.places
    teacher, student = (
        comparison.moved_labels(
            logits_at(model, before, position), logits_at(model, after, position), names, position, temperature, outcome=outcome
        )
        for model, before, after in zip(loaded.pair, found.before, found.after, strict=True)
    )
    return teacher, student


def _labels_difference(labels: Labels, stocks: "tuple[Model, Model]", found: WhatIf, passes: Passes) -> Difference:
    return checking.moved_labels(labels, passes, once(_stock, stocks, found))


def _stock(stocks: "tuple[Model, Model]", found: WhatIf) -> Passes:
    """The stock passes after the change, one for all checks of it."""
    from distilbert_viz.tracing import stock_what_if

    return stock_what_if(stocks, found)


def sweep(pair: TracePair, heads: Heads, linked: bool, temperature: float) -> Sweep | None:
    """Every head of the unchanged models off in turn, at the chosen position, or for a classifier's whole text.

    Returns it, as far as it is done.
    """
    if not present.task().labels:
        st.caption("Without soft labels there is nothing to hold a switched-off head against.")
        return None
    position, models = present.row(pair.encoding), present.models()
    stages = pair.teacher.layers + pair.student.layers
    label = f"Switch off {pair.teacher.layers * pair.teacher.heads + pair.student.layers * pair.student.heads} heads in turn"
    short = len(pair.encoding) <= SHORT
    if found := work(label, stages, _sweep, models, pair.encoding, position, temperature, short=short):
        canvas(sweep_figures.head_map(pair, found, heads, linked), "sweep")
        st.caption(f"For {subject(present.task().outcome, position)}, T = {temperature:g}. {sweep_figures.sentence(found)}")
        table(sweep_figures.table(found), "every head switched off")
    return found


def see(found: Sweep | None, pair: TracePair) -> tuple[See, ...]:
    """In each model the head that alone moves most off, the next one off, and both off together; once every head was."""
    if found is None or (len(found.teacher), len(found.student)) != (pair.teacher.layers, pair.student.layers):
        return ()
    moved = (found.teacher, found.student)
    if min(part.size for part in moved) < 2:
        return ()
    (first, second), (own, next_own) = map(sweep_figures.strongest_two, moved)
    return (
        See("the strongest head off", teacher_off=[first], student_off=[own]),
        See("the second one off", teacher_off=[second], student_off=[next_own]),
        See("both off", teacher_off=[first, second], student_off=[own, next_own]),
    )


def _sweep(models: "Pair", encoding: Encoding, position: int, temperature: float) -> Iterator[Sweep]:
    from distilbert_viz import tracing

    return tracing.sweep(models, encoding, position, temperature)


def attention(found: WhatIf, heads: Heads) -> None:
    """A chosen head of each model: the difference, or before, or after; checked, with its table."""
    view = st.segmented_control("Shown", list(figures.VIEWS), default="difference", required=True,
                                label_visibility="collapsed", **lasting("what_if_view"))  # fmt: skip
    position = present.position(found.before.encoding)
    drawing = figures.attention_maps(found, heads, view, position)
    same = figures.unmoved(found, heads)
    if same:
        st.info(figures.unmoved_sentence(found, same))
    if len(same) < len(heads) or view != "difference":  # two empty maps would be large and say nothing
        canvas(drawing, "changed attention")
    checked(_attention_difference, drawing, heads, view, present.stocks(), found)
    table(figures.attention_table(found, heads, position), "the chosen token's row before and after")
    st.caption("Difference: after − before. Green: more attention than before, purple: less, the page's own colour: as before.")


def _attention_difference(
    drawing: Canvas, heads: Heads, view: str, stocks: "tuple[Model, Model]", found: WhatIf, passes: Passes
) -> Difference:
    drawn = [partial(figures.changed_map, head=head, view=view) for head in heads]
    return checking.before_and_after(drawing, passes, once(_stock, stocks, found), drawn)


def spread(found: WhatIf) -> None:
    """How far every hidden state moved; checked, with its table."""
    measure = st.segmented_control("Measure", list(figures.MEASURES), default="relative distance", required=True,
                                   label_visibility="collapsed", **lasting("what_if_measure"))  # fmt: skip
    drawing = figures.spread(found, measure)
    canvas(drawing, "spread")
    checked(_spread_difference, drawing, measure, present.stocks(), found)
    table(figures.spread_table(found, present.position(found.before.encoding)), "how far the states moved")


def _spread_difference(drawing: Canvas, measure: str, stocks: "tuple[Model, Model]", found: WhatIf, passes: Passes) -> Difference:
    drawn = [partial(figures.moved_states, measure=measure)] * len(passes)
    return checking.before_and_after(drawing, passes, once(_stock, stocks, found), drawn)
