"""The arithmetic of a pass through both models, by component, in every class, and over the length of a text."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from distilbert_viz.figures.savings import computation as figures
from distilbert_viz.figures.savings import sentences
from distilbert_viz.frame.controls import metrics, plot
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See
from distilbert_viz.views.savings import counted
from distilbert_viz.views.savings.counted import Computations, Counted

POINTS = 64  # lengths at which attention's share is drawn


def length_and_batch(asked: Counted) -> tuple[int, int]:
    """n and b, as a person chooses them; n at most what both models have positions for."""
    most = counted.longest(asked)
    columns = st.columns(2)
    length = columns[0].slider("Length n, tokens a text", 1, most, min(128, most), **lasting(_length_key(most)))
    batch = columns[1].slider("Batch b, texts at a time", 1, 64, 1, **lasting("cost_batch"))
    return int(length), int(batch)


def _length_key(most: int) -> str:
    return f"cost_length_{most}"


def see(asked: Counted) -> tuple[See, ...]:
    """Both classes that are compared, and the longest text."""
    most = counted.longest(asked)
    forms = (counted.see_as(asked, "masked LM", form) for form in ("classification", "masked LM"))
    return *forms, See(f"a text of {most} tokens", **{_length_key(most): most})


def sentence(both: Computations) -> str:
    """How much less the student computes, plainly."""
    return sentences.arithmetic(both)


def overview(both: Computations) -> DeltaGenerator:
    """Both totals, every component as a bar, its formula in a table. Returns the place of what `check` finds."""
    metrics(figures.operations_headline(both))
    plot(figures.operations_bars(both), "operations", "Multiply-accumulates of both models by component, from zero.")
    place = st.empty()
    place.caption("checked against torch's FlopCounterMode: …")
    counted.table(figures.operations_table(both), "operations", "component", "formula")
    st.caption(
        "b: batch, n: length, L: layers, h: hidden size, f: feed-forward size, V: vocabulary. Look-ups, biases, softmax, LayerNorm "
        "and the activation are not counted, by these formulas or by torch."
    )
    return place


def check(asked: Counted, both: Computations, place: DeltaGenerator) -> None:
    """What torch counts in the same passes, said in `place`; on the meta device, so that nothing is computed."""
    found = counted.operations(asked, both[0].length, both[0].batch)
    place.caption(figures.counter_sentence(both, found))


def ratios(asked: Counted, length: int, batch: int) -> None:
    """How many times less arithmetic, for every class that a pair can be counted as."""
    found = figures.ratios_table(counted.in_every_form(asked.full, length, batch))
    counted.table(found, "ratios", "counted as", ratio="teacher / student")


def attention_share(asked: Counted) -> None:
    """Attention's share over all lengths that both models can read."""
    most = counted.longest(asked)
    step = max(1, most // POINTS)
    lengths = sorted({1, most, *range(step, most, step)})
    shares = [counted.computations(asked, length, 1) for length in lengths]
    plot(figures.attention_share(shares), "share", "Attention's share of all multiply-accumulates over the length.")
