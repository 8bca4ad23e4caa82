"""Where it was lost: the hand-over with its words, both maps, the mixture that was clicked, and the floors."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from distilbert_viz import checking
from distilbert_viz.figures.kept import lost as figures
from distilbert_viz.figures.kept import lost_maps
from distilbert_viz.figures.kept import lost_tokens as labels
from distilbert_viz.frame.components import canvas, cells
from distilbert_viz.frame.controls import plot, shown_table, table, theme
from distilbert_viz.frame.see import See
from distilbert_viz.records import Canvas, Difference, Floors, HandOver, MixtureLabels, TracePair
from distilbert_viz.session import present, told
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once
from distilbert_viz.session.work import work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from distilbert_viz.pairs.models import Model, Pair

# Layers that read a token of a mixture, times the squared width: what both maps of the built-in pair come to at 64 tokens. Up to
# it they come with the first picture, and up to SHORT behind it unasked.
AT_ONCE = 126 * 64 * 384**2
SHORT = 60 * AT_ONCE
NOTHING_LOST = 1e-6
STUDENT = 1  # as the reader of a state


def can_hand_over() -> bool:
    """Whether one model can read the other's states, and a soft label off one of them; else a sentence."""
    pair = present.models()
    if not pair.task.reads_one_state:
        st.info(
            f"Each model of this pair is shown as {pair.task.title}: no soft label is read off one token's state, so there is none "
            "to hand over. Every other page compares the two."
        )
        return False
    widths = [model.architecture.hidden for model in pair]
    if widths[0] == widths[1]:
        return True
    st.info(
        f"The teacher's states have {widths[0]} numbers and the student's {widths[1]}: neither model can read on from the other's "
        "state, so there is no hand-over between them. Every other page compares the two."
    )
    return False


def _work(pair: TracePair) -> int:
    teacher, student = pair.teacher.layers, pair.student.layers
    reads = ((student + 1) * teacher * (teacher + 1) + (teacher + 1) * student * (student + 1)) // 2
    return reads * len(pair.encoding) * pair.teacher.architecture.hidden**2


def handed_over(pair: TracePair) -> HandOver:
    """The hand-over at matched depths, and for small models all mixtures with it."""
    return told.tell(once(_hand_over, present.models(), pair, present.row(pair.encoding), _work(pair) <= AT_ONCE))


def _hand_over(models: "Pair", pair: TracePair, position: int, whole: bool) -> HandOver:
    from distilbert_viz import tracing

    return tracing.hand_over(models, pair, position, whole)


def plainly(found: HandOver) -> str:
    """Where most was lost, for somebody who never saw a nat."""
    said = figures.verdict(found).removeprefix("So ")
    return said[:1].upper() + said[1:]


def curve(found: HandOver) -> None:
    """The curve with its sentence, and the likeliest words of every mixture on it; checked."""
    st.markdown(f"**{literal(figures.sentence(found))}**")
    plot(figures.curve(found), "hand-over", "KL from the teacher's answer when the teacher reads on from the student's state.")
    names = present.outcomes(present.traces().encoding)
    cells(figures.words(found, names, theme()), "hand-over words")
    shown = (np.array(found.curve), found.student.kl)
    checked(_curve_difference, *shown, found.position, found.matched, present.stocks(), logits=True)
    table(figures.curve_table(found, names), "the hand-over")


def _curve_difference(
    curve: np.ndarray, student: float, at: int, matched: tuple[int, ...], stocks: "tuple[Model, Model]", passes: Passes
) -> Difference:
    from distilbert_viz import comparison
    from distilbert_viz.tracing.stock_lost import stock_curve

    teacher, own = (checking.logits_of(one)[at] for one in passes)
    theirs = stock_curve(stocks[0], teacher, passes[1].hidden_states, matched, at)
    return Difference(
        checking.largest_difference(curve, theirs), abs(student - float(comparison.kl(teacher, own, 1.0))),
    )  # fmt: skip


def all_mixtures(pair: TracePair, found: HandOver) -> HandOver | None:
    """Every mixture: there already, computed behind the first picture, or for a long text at a press."""
    if found.whole:
        return found
    return work("Read all mixtures", 1, _whole, present.models(), pair, found.position, short=_work(pair) <= SHORT)


def _whole(models: "Pair", pair: TracePair, position: int) -> "Iterator[HandOver]":
    yield _hand_over(models, pair, position, True)


def maps(pair: TracePair, found: HandOver | None) -> None:
    """Both maps, checked, and the soft label of the chosen mixture beside both models'."""
    if found is None:
        return
    cell = _chosen_cell(found)
    drawing = lost_maps.maps(found, cell)
    canvas(drawing, "mixtures")
    st.caption(lost_maps.maps_sentence(found))
    checked(_maps_difference, drawing, found.position, present.stocks(), logits=True)
    table(lost_maps.maps_table(found), "all mixtures")
    _mixture(pair, found, cell)


def see(found: HandOver | None) -> tuple[See, ...]:
    """Where the hand-over jumps, the worst mixture, and a dot beside its frame; without the one that is shown already."""
    if found is None:
        return ()
    shown = _chosen_cell(found)
    return tuple(See(label, mixture=cell) for label, cell in lost_maps.worth_a_look(found).items() if cell != shown)


def _maps_difference(drawing: Canvas, at: int, stocks: "tuple[Model, Model]", passes: Passes) -> Difference:
    from distilbert_viz.tracing.stock_lost import stock_maps

    labels = checking.logits_of(passes[0])[at]
    theirs = stock_maps(stocks, labels, (passes[0].hidden_states, passes[1].hidden_states), at)
    shown = [np.array([panel.item() for panel in part]) for part in drawing.shown]
    return checking.arrays([[one] for one in shown], [[one.ravel()] for one in theirs])


def _chosen_cell(found: HandOver) -> lost_maps.Cell:
    """The mixture that was clicked; at first the student's first layer handed over to what follows beside it."""
    default: lost_maps.Cell = ("student", 1, found.matched[1])
    voice, depth, start = st.session_state.get("mixture", default)
    rows, columns = lost_maps.mixtures_of(found, (voice, depth, start)).kl.shape
    return (voice, depth, start) if depth < rows and start < columns else default


def _mixture(pair: TracePair, found: HandOver, cell: lost_maps.Cell) -> None:
    reader, state = int(cell[0] == "teacher"), lost_maps.mixtures_of(found, cell).states[cell[1:]]
    made = once(mixture_labels, present.models(), pair, found.position, reader, state)
    st.markdown(f"**{literal(lost_maps.cell_name(found, cell))}: {made.kl:.3f} nats from the teacher** "
                f"(the student itself: {made.student_kl:.3f}).")  # fmt: skip
    soft_labels(made, "mixture")
    checked(_mixture_difference, made, cell[1:], found.position, reader, present.stocks(), logits=True)


def soft_labels(made: MixtureLabels, called: str) -> None:
    """Bars of three soft labels, and their table."""
    plot(labels.label_bars(made, called), f"soft labels of the {called}", f"Soft labels of the teacher, the {called}, the student.")
    table(labels.label_table(made, called), f"soft labels of the {called}")


def mixture_labels(models: "Pair", pair: TracePair, position: int, reader: int, state: np.ndarray) -> MixtureLabels:
    """What the head of one model (0 the teacher, STUDENT) makes of a state, beside both models' own soft labels."""
    from distilbert_viz import tracing

    return tracing.mixture_labels(models, pair, position, tuple(models)[reader], state)


def _mixture_difference(
    made: MixtureLabels, cell: tuple[int, int], at: int, reader: int, stocks: "tuple[Model, Model]", passes: Passes
) -> Difference:
    from distilbert_viz import comparison
    from distilbert_viz.tracing.stock_lost import stock_mixture

    logits = stock_mixture(stocks[reader], passes[1 - reader].hidden_states[cell[0]], cell[1], at)
    theirs = (logits, *(checking.logits_of(one)[at] for one in passes))
    shown = (made.mixture, made.teacher, made.student)
    softened = [comparison.soften(one, 1.0)[made.candidates] for one in theirs]
    mixture, teacher, student = (checking.largest_difference(*both) for both in zip(shown, softened, strict=True))
    return Difference(max(teacher, mixture), max(student, mixture))


def floors(pair: TracePair, found: HandOver) -> None:
    """What states are worth that say nothing; at a press on a long text."""
    made = work("Compute the floors", 1, _floors, present.models(), pair, found.position, short=_work(pair) <= SHORT)
    if made is None:
        return
    plot(figures.floor_lines(found, made), "floors", "The hand-over beside shuffled tokens and a layer that learned nothing.")
    st.caption(f"Floors are means of {made.draws} draws.")
    checked(_floors_difference, made, pair, present.stocks(), found.position)
    shown_table(figures.floors_table(found, made), "floors")


def _floors(models: "Pair", pair: TracePair, position: int) -> "Iterator[Floors]":
    from distilbert_viz import tracing

    yield tracing.floors(models, pair, position)


def _floors_difference(made: Floors, pair: TracePair, stocks: "tuple[Model, Model]", at: int, passes: Passes) -> Difference:
    """Both models are in every number, so one difference stands for both."""
    from distilbert_viz.tracing.stock_lost import stock_floors

    theirs = stock_floors(stocks, pair, at, made.draws)
    ours = [made.shuffled, made.random_layer[1:]]
    return checking.arrays([ours, ours], [theirs, theirs])
