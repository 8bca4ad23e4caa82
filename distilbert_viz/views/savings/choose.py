"""When to use which: the measured answer, its picture, and what follows from it."""

import streamlit as st

from distilbert_viz.cost import choosing
from distilbert_viz.cost.presets import PRESETS
from distilbert_viz.figures.savings import choosing as figures
from distilbert_viz.figures.savings import pareto, sentences
from distilbert_viz.figures.savings.speed import setting_sentence
from distilbert_viz.frame.controls import csv_button, plot, table, theme
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See
from distilbert_viz.records import Measurement, Needs, Score, Verdict
from distilbert_viz.session import told
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.pages import end_page
from distilbert_viz.views.savings import needs


def verdict(measured: Measurement, asked: Needs, score: Score | None) -> Verdict:
    """Who serves, and what binds. The page ends here, with a sentence, where a number is missing."""
    try:
        found = choosing.choose(measured, asked, score)
    except ValueError as error:
        st.warning(str(error))
        end_page()
    with st.container(key="verdict"):
        st.subheader(figures.answer(found))
        st.markdown(figures.binding(found))
    return told.tell(found)


def sentence(found: Verdict) -> str:
    """Which one to take, plainly."""
    return sentences.choice(found)


def quality_against_time(found: Verdict, score: Score | None) -> None:
    """Both models in one picture with what is asked of them."""
    if score is None:
        st.info("The picture of quality against time comes here when the quality of this pair is measured.")
        return
    times = list(pareto.TIMES)
    time = st.segmented_control(
        "Time", times, default=times[0], required=True, label_visibility="collapsed", **lasting("pareto_time")
    )
    alt = "Quality of both models against time, memory as area, needs as lines."
    plot(pareto.pareto(found, score, time, theme()), "pareto", alt)
    st.caption(f"A disc's area is memory, a ring's the memory asked for. {pareto.dominance(found)} Quality: {score.source}.")


def see(found: Verdict) -> tuple[See, ...]:
    """Half the time that the faster model takes for one text: neither serves."""
    least = needs.latency_asked(min(offer.latency for offer in found.offers) / 2)
    return (See(f"{least:g} ms at most", need_latency=least),)


def consequences(found: Verdict, score: Score | None) -> None:
    """How far each model misses, what the answer saves, and what it gives up."""
    st.markdown("\n".join(f"- {said}" for said in figures.consequences(found, score)))


def numbers(found: Verdict, measured: Measurement) -> None:
    """Every need, asked or not, beside what was measured."""
    st.table(figures.table(found))
    csv_button(figures.table(found), "needs and numbers")
    st.caption(f"{figures.small_print(found)} {literal(setting_sentence(measured.setting))}")
    table({"preset": [p.name for p in PRESETS], "what it stands for": [p.about for p in PRESETS]}, "the cases")
