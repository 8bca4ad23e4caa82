"""The three numbers that everybody quotes, with their sources, and beside each what was counted or measured here."""

from collections.abc import Sequence

import streamlit as st

from distilbert_viz.cost.request import BASE_ARCHITECTURE
from distilbert_viz.figures.savings import published
from distilbert_viz.figures.savings.sentences import between, fewer
from distilbert_viz.figures.savings.timings import leading, texts_of
from distilbert_viz.records import Timing
from distilbert_viz.runs import measurements
from distilbert_viz.session import present, timing
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once_without_pair
from distilbert_viz.views.savings import counted, measured_quality
from distilbert_viz.views.savings.counted import Counted


def show() -> None:
    """The three numbers that everybody quotes, with their source, and beside each what was counted or measured here."""
    for column, said in zip(st.columns(3), _quoted(), strict=True):
        column.markdown(said)


def _quoted() -> Sequence[str]:
    teacher, student = (size.parameters for size in counted.sizes(Counted(True, "as pre-trained")))
    own = counted.sizes(Counted(False, form()))
    size = (
        f"**“40% smaller”** Sanh et al. 2019, abstract (110 M → 66 M, rounded). Counted here: BERT-base → DistilBERT as "
        f"pre-trained {fewer(teacher, student, 1)}; the pair above {fewer(own[0].parameters, own[1].parameters, 1)}."
    )
    return size, _faster(), _kept_in_general()


def form() -> str:
    """As what the present pair is counted."""
    return present.task().name


def _faster() -> str:
    said = ["**“60% faster”** Sanh et al. 2019, table 3: 668 s over 410 s, 1.63 times as fast, which is 39% less time."]
    job = timing.begun()
    if job is not None and job.latest is not None:
        said.append(f"Measured here: the pair above {times(job.latest)} on {job.latest.length} tokens.")
    for identity, one in measurements.to_show().items():
        if one.setting.pair == BASE_ARCHITECTURE and one.setting.form == "classification" and one.timings:
            where = f"on {literal(one.setting.device_name)}, {one.setting.began[:10]}"
            how = "recorded" if measurements.is_recorded(identity) else "measured here"
            cell = leading(one)
            said.append(f"BERT-base → DistilBERT as classifiers {times(cell)} on {texts_of(cell)}, {how} {where}.")
            break
    return " ".join(said)


def times(found: Timing) -> str:
    """How many times as fast the student is, with the ends of the 95% interval."""
    from distilbert_viz.cost.statistics import ratio

    interval = once_without_pair(ratio, found)
    return f"{interval[0]:.2f} times ({between(interval)})"


def _kept_in_general() -> str:
    glue, score = published.MACRO, measured_quality.score() if present.task().predicts_masked else None
    said = f"**“97% kept”** Sanh et al. 2019, table 1: GLUE {glue.student:g} of {glue.teacher:g}. Nine tasks, each fine-tuned."
    if score is None or score.retained is None:
        return f"{said} Here: what both say alike above is this text's alone; the page Quality measures many sentences."
    where = f"{score.measure} on {score.task}, {literal(score.source)}"
    return f"{said} The pair above keeps {100 * score.retained:.1f}% of its teacher's {where}."
