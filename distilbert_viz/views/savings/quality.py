"""What a student loses: the published scores, and a measurement of the present pair that a person starts."""

import hashlib
from collections.abc import Sequence

import streamlit as st

from distilbert_viz.distillation import sentences
from distilbert_viz.distillation.held_out import LONGEST, MASKED, MOST, SEED, SENTENCES, STAGES, lines_of
from distilbert_viz.figures.savings import published
from distilbert_viz.figures.savings import quality as figures
from distilbert_viz.frame.classes import NO_WORDS
from distilbert_viz.frame.controls import metrics, plot, table, theme
from distilbert_viz.frame.waiting import traced_text
from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.records import Quality, Score
from distilbert_viz.session import jobs, present
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.state import chosen_pair
from distilbert_viz.session.uploads import text_file

OWN = "a text file of mine"


def published_scores() -> None:
    """The paper's tables as pictures."""
    metrics(figures.headline(published.MACRO))
    glue, others = st.columns([3, 2])
    with glue:
        plot(figures.bars(published.GLUE, theme()), "glue", "Published scores of teacher and student on nine GLUE tasks.")
    with others:
        plot(figures.bars(published.DOWNSTREAM, theme()), "downstream", "Published scores on IMDb and SQuAD.")
    table(figures.table(tuple(published.SCORES.values())), "published scores")


def retention() -> None:
    """What the student keeps of each task, over how many examples the task has to learn from."""
    alt = "Student's score as a share of the teacher's over the training examples of each GLUE task."
    plot(figures.retention(published.GLUE, theme()), "retention", alt)


def measure_quality() -> None:
    """The text, the start, and what is found. Stops the page where there is no pair to measure; two classifiers get a sentence."""
    _wait_for_the_pair()
    if present.classes():
        st.info(f"{NO_WORDS} What a fine-tuned student loses is a question for its own task: above are the published answers.")
        return
    names = " → ".join(literal(model.name) for model in present.models())
    st.caption(
        f"{names}. {100 * MASKED:.0f} % of every row's tokens are masked as in BERT, the same ones for both models (seed {SEED}); "
        f"a row has at most {LONGEST} tokens, and of a long text the first lines are read, until about {MOST:,} are masked. "
        "BERT-base and DistilBERT at full size with random weights can't be measured for quality: their answers are chance."
    )
    kind = st.segmented_control("Text", [SENTENCES, OWN], default=SENTENCES, required=True, key="quality_text")
    upload = text_file("quality_file", "a text a line") if kind == OWN else None
    content = upload[1] if upload else b""
    text, key = (upload[0], _key(content)) if upload else (SENTENCES, _key(None if kind == SENTENCES else content))
    st.button("Measure", type="primary", on_click=_start, args=(key, text, content if kind == OWN else None))
    if problem := st.session_state.pop("quality_problem", None):
        st.warning(literal(problem))
    jobs.watch(key, _show)


def _wait_for_the_pair() -> None:
    if not present.loading().finished.is_set():
        traced_text()  # says what is awaited, and stops
    if present.loading().error:
        st.stop()


def _key(content: bytes | None) -> tuple[str, PairChoice, str]:
    """Of a job that all visitors share: the pair and the text decide what is found."""
    return "quality", chosen_pair(), SENTENCES if content is None else hashlib.sha256(content).hexdigest()


def _start(key: tuple, text: str, content: bytes | None) -> None:
    try:
        lines = sentences.held_out() if content is None else lines_of(content)
        pair = present.models()
        jobs.start(key, STAGES, lambda: _measure(pair, lines, text))
    except ValueError as error:
        st.session_state.quality_problem = str(error)


def _measure(pair: object, lines: Sequence[str], text: str) -> object:
    from distilbert_viz.distillation import quality

    return quality.measure(pair, lines, text)


def _show(quality: Quality) -> None:
    metrics(figures.measured_headline(quality))
    alt = "Shares of masked tokens that both models find, and on which they agree, with 95 % intervals."
    plot(figures.measured_bars(quality), "quality", alt)
    st.caption(literal(figures.measured_sentence(quality)))
    table(figures.measured_table(quality), "measured quality")


def measured_score() -> Score | None:
    """The present pair's score on the built-in held-out sentences, once somebody has measured it since the server began."""
    found = jobs.job(_key(None))
    done = found is not None and found.finished.is_set() and found.latest is not None
    return figures.measured_score(found.latest) if done else None


def offer_quality() -> None:
    """A button that measures the present pair on the built-in held-out sentences, and its progress; two classifiers' can't be."""
    if present.classes():
        st.caption(NO_WORDS)
        return
    st.caption("The quality of this pair has not been measured since this server began.")
    key = _key(None)
    st.button("Measure the quality of this pair", on_click=_start, args=(key, SENTENCES, None))
    if problem := st.session_state.pop("quality_problem", None):
        st.warning(literal(problem))
    jobs.watch(key)
