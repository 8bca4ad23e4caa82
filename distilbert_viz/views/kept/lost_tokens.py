"""Where it was lost, token by token: one token's part from the teacher, and what the student then says."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from distilbert_viz import checking
from distilbert_viz.figures.kept import lost_tokens as figures
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import table
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.records import Canvas, Difference, HandOver, MixtureLabels, Patches, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once
from distilbert_viz.session.work import work
from distilbert_viz.views.kept.lost import NOTHING_LOST, STUDENT, mixture_labels, soft_labels

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model, Pair

# Student layers that read a token, over all texts of a map, times the squared width: up to it a map takes a few seconds.
SHORT = 6 * 160**2 * 384**2
MOST_CHECKED = 16  # tokens of a row


def part() -> str:
    """What one token takes from the teacher."""
    chosen: str = st.segmented_control("From the teacher", list(figures.NAMES), default="state", required=True,
                                       format_func=figures.NAMES.__getitem__, **lasting("patch_part"))  # fmt: skip
    return chosen


def token_map(pair: TracePair, found: HandOver, chosen: str) -> None:
    """The share of the student's KL that each token brings back at each depth, checked; before and after of the clicked cell."""
    if found.student.kl < NOTHING_LOST:
        st.info("On this text the student answers as its teacher does: there is nothing to bring back.")
        return
    tokens, layers, hidden = len(pair.encoding), pair.student.layers, pair.student.architecture.hidden
    stages = _rows(present.models(), chosen)
    label = f"Put {tokens} tokens in, one at a time: {figures.NAMES[chosen]}"
    short = layers * (layers + 1) // 2 * tokens**2 * hidden**2 <= SHORT
    seen = work(label, stages, _patches, present.models(), pair, found.position, chosen, short=short)
    if seen is not None and seen.done:
        _shown(pair, seen, stages)


def _rows(models: "Pair", part: str) -> int:
    from distilbert_viz import tracing

    return tracing.patch_rows(models, part)


def _shown(pair: TracePair, seen: Patches, stages: int) -> None:
    cell = _chosen_cell(seen)
    drawing = figures.token_map(seen, pair.encoding, cell)
    canvas(drawing, "tokens from the teacher")
    st.caption(literal(figures.token_sentence(seen, pair.encoding)))
    if seen.done == stages:
        checked(_map_difference, drawing, pair, seen.position, seen.part, present.stocks())
        table(figures.token_table(seen, pair.encoding), "shares brought back")
        _before_and_after(pair, seen, cell)


def _patches(models: "Pair", pair: TracePair, position: int, part: str) -> Iterator[Patches]:
    from distilbert_viz import tracing

    return tracing.patches(models, pair, position, part)


def _map_difference(
    drawing: Canvas, pair: TracePair, at: int, part: str, stocks: "tuple[Model, Model]", passes: Passes
) -> Difference:
    """Both models are in every cell; of a long text some tokens of every row are held against stock passes."""
    from distilbert_viz.tracing.stock_patched import stock_shares

    tokens = sorted(set(np.linspace(0, len(pair.encoding) - 1, MOST_CHECKED).astype(int).tolist()) | {at})
    theirs = stock_shares(stocks, pair, at, part, tokens)
    ours = drawing.shown[0][0][:, tokens]
    return checking.arrays([[ours], [ours]], [[theirs], [theirs]])


def _chosen_cell(seen: Patches) -> tuple[int, int]:
    """The cell that was clicked; at first the token whose soft label is read, in the first row."""
    _, row, token = st.session_state.get("patch", ("", 0, seen.position))
    return (row, token) if row < seen.done and token < seen.kl.shape[1] else (0, seen.position)


def _before_and_after(pair: TracePair, seen: Patches, cell: tuple[int, int]) -> None:
    made = once(mixture_labels, present.models(), pair, seen.position, STUDENT, seen.states[cell])
    token, row = pair.encoding.tokens[cell[1]], figures.row_name(seen.part, cell[0])
    st.markdown(f"**{literal(f'“{token}” {row}')}**: the student's answer was {made.student_kl:.3f} nats from the teacher's before "
                f"and is {made.kl:.3f} after, so {figures.came_back(float(seen.shares[cell]))}.")  # fmt: skip
    soft_labels(made, "student after")
    checked(_cell_difference, made, pair, seen.position, seen.part, cell, present.stocks(), logits=True)


def _cell_difference(
    made: MixtureLabels, pair: TracePair, at: int, part: str, cell: tuple[int, int], stocks: "tuple[Model, Model]", passes: Passes
) -> Difference:
    from distilbert_viz import comparison
    from distilbert_viz.tracing.stock_patched import stock_patch

    theirs = (*(checking.logits_of(one)[at] for one in passes), stock_patch(stocks, pair, at, part, *cell))
    softened = [comparison.soften(one, 1.0)[made.candidates] for one in theirs]
    shown = (made.teacher, made.student, made.mixture)
    teacher, student, after = (checking.largest_difference(*both) for both in zip(shown, softened, strict=True))
    return Difference(teacher, max(student, after))
