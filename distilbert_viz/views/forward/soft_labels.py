"""What a page asks for by name: a choice, the record it leads to, or a panel with its sentence for bad input."""

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import attention, hidden_states, tokens
from distilbert_viz.frame.classes import ONE_LABEL
from distilbert_viz.frame.components import cells, mount
from distilbert_viz.frame.controls import metrics, theme
from distilbert_viz.records import Canvas, Difference, Encoding, PositionLabels, SoftLabels, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes
from distilbert_viz.session.markdown import literal


def reading(encoding: Encoding) -> tokens.Reading:
    """The text after each stage, spelt step by step."""
    tokenizer = present.models().teacher.tokenizer
    lowercase = tokenizer.backend_tokenizer.normalizer.lowercase
    return tokens.read(encoding, present.vocabulary_ids(), lowercase, frozenset(tokenizer.all_special_tokens))


def stages(found: tokens.Reading, encoding: Encoding) -> None:
    """The text after each stage, one under the other, and whether the tokenizer agrees."""
    mount("stages", {"stages": tokens.stages(found, encoding)}, "stages")
    theirs = present.models().teacher.tokenizer.tokenize(encoding.text)
    wrong = checking.tokens(tokens.pieces(found), theirs)
    st.caption(f"checked against the models' own tokenizer: {wrong} of {len(theirs)} pieces differ")


def walk(found: tokens.Reading) -> None:
    """The longest-match walk of a chosen word."""
    longest = max(range(len(found.walks)), key=lambda i: len(found.walks[i].steps))
    index = st.selectbox(
        "Word",
        range(len(found.words)),
        index=longest,
        format_func=lambda i: found.words[i][:60],
        key=f"word {found.text}",
    )
    chosen = found.walks[index]
    mount("walk", {"steps": tokens.walk(chosen)}, "walk")
    st.caption(literal(tokens.outcome(chosen, found.vocabulary)))


def hide_special() -> bool:
    """Whether [CLS] and [SEP] are left out of the maps."""
    return st.toggle("hide [CLS] [SEP]", key="hide_special", persist_state="session", bind="query-params")


def mean_over_heads() -> bool:
    """Whether the full map is the mean over a layer's heads."""
    return st.toggle("mean over heads", key="mean", persist_state="session", bind="query-params")


def overview_difference(drawing: Canvas, stock: Passes, pair: TracePair, hidden: bool) -> Difference:
    """The overview as drawn against the stock passes, pooled and cut the same way."""
    special, side = pair.encoding.special, attention.OVERVIEW_SIDE

    def shrink(maps):
        return comparison.pooled(comparison.without_special(maps, special) if hidden else maps, side)[0]

    return checking.overview(drawing, stock, shrink)


def head_difference(drawing: Canvas, stock: Passes, chosen: list, pair: TracePair, hidden: bool) -> Difference:
    """The full maps as drawn against the stock passes."""
    special = pair.encoding.special
    return checking.head_maps(drawing, stock, chosen, lambda maps: comparison.without_special(maps, special) if hidden else maps)


def similarity(pair: TracePair, measure: str) -> None:
    """The matrix of states, or a sentence when the text is too short for the measure."""
    try:
        figure = hidden_states.similarity(pair, measure, theme())
    except ValueError as error:
        st.info(f"{error}: type a longer one, or look at the cosine.")
        return
    cells(figure, "similarity")
    if measure == "CKA":
        floor = comparison.shuffled_cka(pair.student.hidden_states, pair.teacher.hidden_states)
        st.caption(f"Debiased CKA. With the student's tokens shuffled, the largest cell is {floor:.2f}: read cells against it.")


def soft_labels(pair: TracePair, temperature: float) -> tuple[SoftLabels, int | None]:
    """Both distributions at the chosen position, and the hard label if the text gives one: the token that was masked.

    Two classifiers' are of the whole text, whose class nobody told.
    """
    position, encoding = present.read_at(pair.encoding), pair.encoding
    true = int(encoding.original_ids[position])
    typed_mask = encoding.tokens[position] == "[MASK]" and true == int(encoding.input_ids[position])
    hard_label = None if typed_mask or encoding.special[position] else true
    outcome = present.models().teacher.outcome
    labels = comparison.soft_labels(
        *present.logits(), present.outcomes(), position, temperature, hard_label=hard_label, outcome=outcome
    )
    return labels, hard_label


def position_labels(temperature: float) -> PositionLabels | None:
    """Both models at every position; of two classifiers nothing, and a sentence why."""
    if present.classes():
        st.caption(ONE_LABEL)
        return None
    return choice.remembered(("positions", temperature), lambda: comparison.position_labels(*present.logits(), temperature))


def distances(labels: SoftLabels) -> None:
    """Entropies and divergence, in nats."""
    scaled = labels.kl * labels.temperature**2
    numbers = {
        **({"soft label of": "the whole text"} if labels.outcome == "class" else {"position": str(labels.position)}),
        "entropy, teacher": f"{labels.teacher_entropy:.2f} nats",
        "entropy, student": f"{labels.student_entropy:.2f} nats",
        "KL(teacher ‖ student)": f"{labels.kl:.3g} nats",
        "KL × T²": f"{scaled:.3g} nats",
    }
    metrics(numbers)
