"""What a prediction owes to each token: whose prediction, against what, and how finely."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.drawing.labels import visible
from distilbert_viz.drawing.tables import by_column
from distilbert_viz.figures.kept import attribution as figures
from distilbert_viz.figures.kept import sentences
from distilbert_viz.frame.controls import plot, shown_table, table
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.frame.see import See
from distilbert_viz.frame.tasks import answer_end, need_soft_labels
from distilbert_viz.records import Attribution, AttributionChoices, Difference, Encoding, TracePair, subject
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once
from distilbert_viz.session.work import work

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Pair

SHORT = 2_000  # tokens x steps: the built-in pair takes about two seconds
STAGES = 4
CANDIDATES = 8
Found = tuple[Attribution, ...]  # by integrated gradients of teacher and student, then by ablation of both


def choices(pair: TracePair) -> AttributionChoices:
    """Which token or class is explained, against which baseline, in how many steps; and how likely both models find it."""
    need_soft_labels()
    answer_end()
    position = present.row(pair.encoding)
    logits = once(_logits, present.models(), pair, position)
    baselines = _baselines()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        candidate = _candidate(pair, position, logits)
        baseline = st.segmented_control("Baseline", baselines, default=baselines[0], required=True, **lasting("baseline"),
                                        help="What stands at every ordinary token where the path begins, at the same "
                                        "positions; the tokens that frame the text stay as they are.")  # fmt: skip
        steps = st.slider("Steps of the integral", 10, 200, 50, 10, width=260, **lasting("attribution_steps"),
                          help="More steps, a smaller convergence delta, a longer wait.")  # fmt: skip
    _predicted(pair.encoding, position, candidate, [float(comparison.soften(part, 1.0)[candidate]) for part in logits])
    return AttributionChoices(position, candidate, present.vocabulary_ids()[baseline], steps)


def _baselines() -> list[str]:
    tokenizer = present.models().tokenizer
    return [piece for piece in (tokenizer.mask_token, tokenizer.pad_token) if piece]


def see() -> tuple[See, ...]:
    """The other baselines than the first."""
    return tuple(See(literal(f"baseline {piece}"), baseline=piece) for piece in _baselines()[1:])


def _logits(models: "Pair", pair: TracePair, position: int) -> tuple[np.ndarray, ...]:
    from distilbert_viz.tracing import logits_at

    return tuple(logits_at(model, trace, position) for model, trace in zip(models, pair, strict=True))


def _candidate(pair: TracePair, position: int, logits: tuple[np.ndarray, ...]) -> int:
    """What either model finds likely there, the teacher's likeliest first, or the token that stands there."""
    likely = [number for part in logits for number in comparison.top(part, CANDIDATES).tolist()]
    task, names = present.task(), present.outcomes(pair.encoding)
    there = [int(pair.encoding.original_ids[position])] if task.predicts_masked else []
    rows = list(dict.fromkeys([*likely, *there]))
    if st.session_state.get("candidate", rows[0]) not in rows:
        st.session_state.candidate = rows[0]
    label = f"{task.outcome.capitalize()} that is predicted"
    chosen: int = st.selectbox(label, rows, width=240, **lasting("candidate"), format_func=names.__getitem__)
    return chosen


def _predicted(encoding: Encoding, position: int, candidate: int, shown: Sequence[float]) -> None:
    values = ", ".join(f"{voice} {p:.3g} (ln p = {np.log(p):.3f} nats)" for voice, p in zip(VOICES, shown, strict=True))
    name, outcome = visible(present.outcomes(encoding)[candidate]), present.task().outcome
    st.caption(literal(f"Explained: ln p of the {outcome} “{name}” for {subject(outcome, position)}, T = 1. p: {values}."))
    checked(_predicted_difference, shown, position, candidate, logits=True)


def _predicted_difference(shown: Sequence[float], position: int, candidate: int, passes: Passes) -> Difference:
    theirs = [float(checking.softened(checking.logits_of(part)[position], 1.0)[candidate]) for part in passes]
    return checking.numbers(shown, theirs)


def scores(pair: TracePair, choices: AttributionChoices) -> Found:
    """What was found so far: nothing, or one record a model and method."""
    short = len(pair.encoding) * choices.steps <= SHORT
    return work("Attribute", STAGES, _attributed, present.models(), pair.encoding, choices, short=short) or ()


def _attributed(models: "Pair", encoding: Encoding, choices: AttributionChoices) -> Iterator[Found]:
    from distilbert_viz.attribution import attribute

    return attribute(models, encoding, choices)


def sentence(found: Found, pair: TracePair, choices: AttributionChoices) -> str:
    """What both models owe their answer to, plainly; until it is found, what is asked."""
    name = present.outcomes(pair.encoding)[choices.candidate]
    if len(found) < len(VOICES):
        return f"Which words of your text make the two models say “{visible(name)}”? Press the button, and the bars come."
    return sentences.attribution(found[: len(VOICES)], pair.encoding, name)


def gradients(found: Found, pair: TracePair) -> None:
    """The bars of integrated gradients, of the models that are done."""
    _bars(found, pair, 0)


def ablation(found: Found, pair: TracePair) -> None:
    """The bars of feature ablation, of the models that are done."""
    _bars(found, pair, 1)


def _bars(found: Found, pair: TracePair, place: int) -> None:
    """The bars of the method that stands at `place`, or words where they will be."""
    parts = found[2 * place : 2 * place + 2]
    if not parts:
        st.caption("The picture comes here.")
        st.space(300)
        return
    plot(figures.bars(parts, pair.encoding), f"attribution {place}", f"What both predictions owe to each token: {parts[0].method}.")
    st.caption(literal(figures.sentence(parts, pair.encoding)))


def sums(found: Found, pair: TracePair) -> None:
    """What the scores add up to, and the scores themselves a click away."""
    if found:
        shown_table(by_column(figures.sums(found)), "sums of the scores")
        table(figures.table(found, pair.encoding), "every score")
