"""What the missing segment embedding costs, on the pages of two chapters: of the shown pair, and of a fresh copy at step 0."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from distilbert_viz import checking
from distilbert_viz.frame.controls import metrics
from distilbert_viz.records import Difference, SegmentCost, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.once import once

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model, Pair


def segment_cost(pair: TracePair) -> None:
    """KL from the teacher with the teacher's first segment vector folded into the sum, and without; checked."""
    if not present.task().reads_one_state:
        st.caption("What the missing segment vector costs is told of a soft label that is read at one token; this pair has none.")
        return
    if present.not_finite() is not None:
        st.caption("What the missing segment vector costs can't be told of numbers that aren't finite.")
        return
    found = once(_cost, present.models(), pair, present.row(pair.encoding))
    if found is None:
        st.caption(_nothing(pair))
        return
    metrics(
        {
            "the student as it is": f"{found.student:.3f} nats",
            "with the segment vector folded in": f"{found.student_folded:.3f} nats",
            "a fresh copy, step 0": f"{found.copy:.3f} nats",
            "a fresh copy, folded": f"{found.copy_folded:.3f} nats",
        }
    )
    st.caption(_sentence(found))
    checked(_difference, found, pair, present.stocks())


def _nothing(pair: TracePair) -> str:
    """Why nothing can be folded in."""
    if pair.one_width or pair.student.embeddings.token_type is not None or pair.teacher.embeddings.token_type is None:
        return "The student of this pair lacks no segment embedding that its teacher has, so there is nothing to fold in."
    return "The student lacks its teacher's segment embedding; the models differ in width, so that it can't be folded in."


def _sentence(found: SegmentCost) -> str:
    lost = found.copy - found.copy_folded
    share = f", {100 * lost / found.copy:.0f}% of all that it lost" if lost > 0 and found.copy > 0 else ""
    worse = f"{abs(lost):.3f} nats {'better' if lost < 0 else 'worse'}"
    change = found.student_folded - found.student
    moved = f"{abs(change):.3f} nats {'farther from' if change > 0 else 'nearer to'} its teacher"
    so = "training has made up for it in its own way" if change > 0 else "training has not made up for all of it"
    pair = " In a text of two sentences the second one lacks another vector, which folding can't give back." * (found.segments > 1)
    return (
        f"KL(teacher ‖ student) on this text. A student that starts as a copy of its teacher's layers has no segment embedding: "
        f"without that one vector in every sum its answer is {worse} at step 0{share}. Put into the student as it "
        f"is now, the vector moves it {moved}: {so}.{pair}"
    )


def _cost(models: "Pair", pair: TracePair, position: int) -> SegmentCost | None:
    from distilbert_viz import tracing

    return tracing.segment_cost(models, pair, position)


def _difference(found: SegmentCost, pair: TracePair, stocks: "tuple[Model, Model]", passes: Passes) -> Difference:
    """A fresh copy is made of the teacher's parts, so its two numbers stand for the teacher."""
    from distilbert_viz.tracing.stock_patched import stock_segment_cost

    seen = stock_segment_cost(stocks, pair, found.position)
    ours, theirs = ([_numbers(one.copy, one.copy_folded), _numbers(one.student, one.student_folded)] for one in (found, seen))
    return checking.arrays(ours, theirs)


def _numbers(*values: float) -> list[np.ndarray]:
    return [np.array(values)]
