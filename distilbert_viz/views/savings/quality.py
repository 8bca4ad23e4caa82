"""What a student loses: the published scores, and both models on masked words, measured here when a person asks."""

import streamlit as st

from distilbert_viz.distillation.held_out import LONGEST, MASKED, MOST, SEED, SENTENCES
from distilbert_viz.figures.savings import published as scores
from distilbert_viz.figures.savings import quality as figures
from distilbert_viz.figures.savings import sentences
from distilbert_viz.frame.controls import metrics, plot, table, theme
from distilbert_viz.frame.tasks import no_words
from distilbert_viz.records import Quality
from distilbert_viz.runs import recordings
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.pages import end_page
from distilbert_viz.session.uploads import text_file
from distilbert_viz.views.recorded import caption
from distilbert_viz.views.savings import which_pair
from distilbert_viz.views.savings.measured_quality import Text, latest, recorded, start_button

OWN = "a text file of mine"


def sentence() -> str:
    """How much of its teacher's score the student keeps, plainly."""
    return sentences.quality(scores.MACRO)


def published() -> None:
    """The paper's tables as pictures."""
    metrics(figures.headline(scores.MACRO))
    glue, others = st.columns([3, 2])
    with glue:
        plot(figures.bars(scores.GLUE, theme()), "glue", "Published scores of teacher and student on nine GLUE tasks.")
    with others:
        plot(figures.bars(scores.DOWNSTREAM, theme()), "downstream", "Published scores on IMDb and SQuAD.")
    table(figures.table(tuple(scores.SCORES.values())), "published scores")


def retention() -> None:
    """What the student keeps of each task, over how many examples the task has to learn from."""
    alt = "Student's score as a share of the teacher's over the training examples of each GLUE task."
    plot(figures.retention(scores.GLUE, theme()), "retention", alt)


def measured_here() -> None:
    """The text, the start, and what is found. The page ends here where there is no pair to measure; models
    that predict no masked word get a sentence.
    """
    if not which_pair.wait_for_pair():
        end_page()
    if not present.task().predicts_masked:
        st.info(f"{no_words()} What a fine-tuned student loses is a question for its own task: above are the published answers.")
        return
    st.caption(
        f"{which_pair.names()}. {100 * MASKED:.0f}% of every row's tokens are masked as in BERT, the same ones for both models "
        f"(seed {SEED}); a row has at most {LONGEST} tokens, and of a long text the first lines are read, until about {MOST:,} are "
        "masked. BERT-base and DistilBERT at full size with random weights can't be measured for quality: their answers are chance."
    )
    text = _chosen_text()
    start_button("Measure", text, primary=True)
    if found := latest(text):
        _show(found[0])
    elif text == Text() and (kept := recorded()) and (label := recordings.label("quality")):
        caption("the quality of this pair", label)
        _show(kept)


def _chosen_text() -> Text:
    """The built-in sentences or a person's file; while none is chosen, a file of one's own has nothing in it."""
    kind = st.segmented_control("Text", [SENTENCES, OWN], default=SENTENCES, required=True, key="quality_text")
    if kind == SENTENCES:
        return Text()
    upload = text_file("quality_file", "a text a line")
    return Text(*upload) if upload else Text(content=b"")


def _show(quality: Quality) -> None:
    metrics(figures.measured_headline(quality))
    alt = "Shares of masked tokens that both models find, and on which they agree, with 95% intervals."
    plot(figures.measured_bars(quality), "quality", alt)
    st.caption(literal(figures.measured_sentence(quality)))
    table(figures.measured_table(quality), "measured quality")
