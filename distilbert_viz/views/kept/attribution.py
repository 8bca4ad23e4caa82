"""What a prediction owes to each token: whose prediction, against what, and how finely."""

import numpy as np
import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.drawing.labels import visible
from distilbert_viz.drawing.tables import by_column
from distilbert_viz.figures.kept import attribution as figures
from distilbert_viz.frame.controls import plot, shown_table, table
from distilbert_viz.records import Attribution, AttributionChoices, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.work import work

KEPT = {"persist_state": "session", "bind": "query-params"}
SHORT = 2_000  # tokens x steps: the built-in pair takes about two seconds
STAGES = 4
CANDIDATES = 8


def attribution_choices(pair: TracePair) -> AttributionChoices:
    """Which token or class is explained, against which baseline, in how many steps; and how likely both models find it."""
    position, tokenizer = present.read_at(pair.encoding), present.models().teacher.tokenizer
    logits = choice.remembered(("logits at", position), lambda: _logits(pair, position))
    baselines = [piece for piece in (tokenizer.mask_token, tokenizer.pad_token) if piece]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        candidate = _candidate(pair, position, logits)
        baseline = st.segmented_control("Baseline", baselines, default=baselines[0], required=True, key="baseline", **KEPT,
                                        help="What stands at every ordinary token where the path begins, at the same "
                                        "positions; [CLS] and [SEP] stay as they are.")  # fmt: skip
        steps = st.slider("Steps of the integral", 10, 200, 50, 10, key="attribution_steps", width=260, **KEPT,
                          help="More steps, a smaller convergence delta, a longer wait.")  # fmt: skip
    choices = AttributionChoices(position, candidate, present.vocabulary_ids()[baseline], steps)
    _predicted(choices, [float(comparison.soften(part, 1.0)[candidate]) for part in logits])
    return choices


def _logits(pair: TracePair, position: int) -> tuple[np.ndarray, ...]:
    from distilbert_viz.tracing import logits_at

    return tuple(logits_at(model, trace, position) for model, trace in zip(present.models(), pair, strict=True))


def _candidate(pair: TracePair, position: int, logits: tuple[np.ndarray, ...]) -> int:
    """What either model finds likely there, the teacher's likeliest first, or the token that stands there."""
    likely = [number for part in logits for number in comparison.top(part, CANDIDATES).tolist()]
    there = [] if present.classes() else [int(pair.encoding.original_ids[position])]
    rows = list(dict.fromkeys([*likely, *there]))
    if st.session_state.get("candidate", rows[0]) not in rows:
        st.session_state.candidate = rows[0]
    label = "Class that is predicted" if present.classes() else "Token that is predicted"
    return st.selectbox(label, rows, key="candidate", width=240, **KEPT, format_func=present.outcomes().__getitem__)


def _predicted(choices: AttributionChoices, shown: list[float]) -> None:
    position, candidate = choices.position, choices.candidate
    values = ", ".join(f"{voice} {p:.3g} (ln p = {np.log(p):.3f} nats)" for voice, p in zip(VOICES, shown, strict=True))
    name = visible(present.outcomes()[candidate])
    what = f"the class “{name}” for the whole text" if present.classes() else f"“{name}” at position {position}"
    st.caption(literal(f"Explained: ln p of {what}, T = 1. p: {values}."))

    def compare(stock):
        theirs = [float(comparison.soften(part.logits[position], 1.0)[candidate]) for part in stock]
        return checking.numbers(shown, theirs)

    checked(f"attributed {position} {candidate}", compare, logits=True)


def attributions(pair: TracePair, choices: AttributionChoices) -> tuple[Attribution, ...]:
    """What was found so far: nothing, or one record a model and method."""
    models, key = present.models(), ("attribution", *present.key(), choices)

    def make():
        from distilbert_viz.attribution import attribute

        return attribute(models, pair.encoding, choices)

    return work(key, STAGES, make, "Attribute", short=len(pair.encoding) * choices.steps <= SHORT) or ()


def method_bars(found: tuple[Attribution, ...], pair: TracePair, place: int) -> None:
    """The bars of the method that stands at `place`, of the models that are done."""
    parts = found[2 * place : 2 * place + 2]
    if not parts:
        st.caption("The picture comes here.")
        st.space(300)
        return
    plot(figures.bars(parts, pair.encoding), f"attribution {place}", f"What both predictions owe to each token: {parts[0].method}.")
    st.caption(literal(figures.sentence(parts, pair.encoding)))


def attribution_sums(found: tuple[Attribution, ...], pair: TracePair) -> None:
    """What the scores add up to, and the scores themselves a click away."""
    if found:
        shown_table(by_column(figures.sums(found)), "sums of the scores")
        table(figures.table(found, pair.encoding), "every score")
