"""One distillation step on the present text: its choices, its record, and its witness."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from distilbert_viz import checking
from distilbert_viz.families import words
from distilbert_viz.figures.training import one_step as figures
from distilbert_viz.figures.training import sentences, step_flow
from distilbert_viz.frame import see as see_it
from distilbert_viz.frame.components import mount
from distilbert_viz.frame.controls import plot, table
from distilbert_viz.frame.lasting import lasting, typed
from distilbert_viz.frame.see import See
from distilbert_viz.frame.tasks import can_teach
from distilbert_viz.records import Difference, Losses, MaskedText, OneStep, StepChoices, TracePair
from distilbert_viz.session import keeper, present, told
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.once import once
from distilbert_viz.session.pages import end_page

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model, Pair

DEFAULT = StepChoices()
DRAWN = "+ draws again. [CLS], [SEP], [UNK] and typed [MASK] are never drawn."
SEED, SHARE = 2, 0.15  # this seed draws a noun of the first example
RATES = [1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3]
TARGETS = ["all", "masked"]
Alphas = tuple[float, float, float]  # the weights of L_ce, L_mlm, L_cos


def masked_text(pair: TracePair) -> MaskedText:
    """The choices of masking and what they make of the text. Stops the page with a sentence where nothing can."""
    from distilbert_viz.distillation import one_step

    if not can_teach("In such a step a student"):
        end_page()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input("Seed of the draw", 0, 2**31 - 1, SEED, width=180, **typed("step_seed"),
                               help=present.own_words(DRAWN))  # fmt: skip
        share = st.slider("Share of tokens drawn", 0.05, 0.6, SHARE, 0.05, format="percent", width=260, **lasting("step_share"),
                           help="BERT and the released DistilBERT training drew 15%. At least one token is drawn.")  # fmt: skip
    try:
        text = one_step.masked_text(present.models().tokenizer, pair.encoding, seed, share)
    except ValueError as error:
        st.info(literal(str(error)))
        end_page()
    cells = figures.masking(text, present.vocabulary(), text.positions[label_index(text)])
    mount("masking", {"tokens": cells}, "masking")
    st.caption(figures.masking_sentence(text))
    return text


def projection(pair: TracePair) -> str:
    """Whether the student's projection onto the vocabulary is a tensor of its own."""
    return words.projection(pair.student.architecture)


def label_index(text: MaskedText) -> int:
    """Which true label is looked at: the chosen token's, else the first."""
    chosen = present.position(text.encoding)
    return text.positions.index(chosen) if chosen in text.positions else 0


def taken(text: MaskedText, pair: TracePair) -> OneStep:
    """The choices of the step, and the step that a copy of the student took."""
    return told.tell(once(_step, present.models(), text, _choices(pair.one_width)))


def _step(models: "Pair", text: MaskedText, choices: StepChoices) -> OneStep:
    from distilbert_viz.distillation import one_step

    keeper.make_room(one_step.needed_bytes(models.student, len(text.encoding)))
    return one_step.one_step(models.teacher, models.student, text, choices)


def _choices(one_width: bool) -> StepChoices:
    if not one_width:
        st.caption("The models differ in width, so that their last states have no cosine: L_cos is left out, its weight is 0.")
    # What an option shows is what the address says, so that options go without longer labels.
    with st.container(horizontal=True):
        form = st.segmented_control("Combined loss", list(step_flow.FORMS), default="published", required=True,
                                    help=_sources(), **lasting("step_form"))  # fmt: skip
        target = st.segmented_control("L_ce over tokens", TARGETS, default="all", required=True, **lasting("step_on"),
                                      help="All that are no padding, as published, or the drawn ones alone (the released "
                                      "script's option --restrict_ce_to_mask).")  # fmt: skip
    columns = st.columns(5 if form == "published" else 3)
    with columns[0]:
        temperature = _slider("Temperature T", "step_temperature", 0.5, 10.0, DEFAULT.temperature, 0.1)
    alphas = _published(columns[1:4], one_width) if form == "published" else _textbook(columns[1])
    with columns[-1]:
        about = (
            "The released training warms up to 5e-4. AdamW's first step moves every weight by about this much, however small its "
            "gradient."
        )
        rate = st.select_slider("Learning rate", RATES, DEFAULT.learning_rate, format_func=step_flow.power, help=about,
                                **lasting("step_rate"))  # fmt: skip
    ce, mlm, cos = alphas
    return StepChoices(form, temperature, ce, mlm, cos, target, rate)


def _sources() -> str:
    return "  \n".join(literal(f"{name}: {step_flow.FORMS[name]} ({step_flow.SOURCES[name]})") for name in step_flow.FORMS)


def _published(columns: Sequence[DeltaGenerator], one_width: bool) -> Alphas:
    alphas = []
    for column, (name, label) in zip(columns, figures.NAMES.items(), strict=True):
        with column:
            if name == "cos" and not one_width:
                alphas.append(0.0)
                continue
            alphas.append(_slider(f"Weight of {label}", f"step_{name}", 0.0, 10.0, getattr(DEFAULT, f"alpha_{name}"), 0.5))
    ce, mlm, cos = alphas
    return ce, mlm, cos


def _textbook(column: DeltaGenerator) -> Alphas:
    with column:
        alpha = _slider("α, the weight of Hard = L_mlm", "step_alpha", 0.0, 1.0, 0.5, 0.05)
    return 1 - alpha, alpha, 0.0


def _slider(label: str, key: str, low: float, high: float, default: float, step: float) -> float:
    return float(st.slider(label, low, high, default, step, format="%.3g", **lasting(key)))


def flow(step: OneStep, pair: TracePair) -> DeltaGenerator:
    """The step as boxes with arrows, checked, and its losses as a table. Returns the place for what `by_hand` finds."""
    mount("step", step_flow.flow(step, pair, present.vocabulary(), label_index(step.text)), "step")
    checked(_logits_difference, present.stocks(), step)
    place = st.empty()
    table(figures.losses_table(step), "losses")
    return place


def _logits_difference(stocks: "tuple[Model, Model]", step: OneStep, passes: Passes) -> Difference:
    """The stock passes are those over the masked text, not `passes`, which read the present text as it is typed."""
    return once(_witness, stocks, step)[0]


def sentence(step: OneStep) -> str:
    """What the step did to the looked-at word, plainly."""
    return sentences.one_step(step, label_index(step.text), present.vocabulary())


def labels(step: OneStep) -> None:
    """Soft labels at the chosen true label: where the step led the student, in words, as bars, and all of them as a table; above
    the bars a button for the largest learning rate.
    """
    index, vocabulary = label_index(step.text), present.vocabulary()
    st.markdown(f"**{literal(figures.moved_sentence(step, index))}**")
    st.caption(literal(figures.true_token_sentence(step, index, vocabulary)))
    with st.container(key="step far"):
        see_it.row((See(f"learning rate {step_flow.power(RATES[-1])}", step_rate=RATES[-1]),))
    alt = "Soft labels of the teacher, of the student before the step and after it."
    plot(figures.label_bars(step, index, vocabulary), "step labels", alt)
    table(figures.labels_table(step, vocabulary), "every true label")


def gradients(step: OneStep) -> None:
    """The length of the gradient in each component of the student, as bars and as a table."""
    plot(figures.gradient_bars(step), "step gradients", "Length of the gradient in each component of the student.")
    table(figures.gradient_table(step), "gradients")


def temperatures(step: OneStep) -> None:
    """The length of the gradient of KL against T, as curves and in words."""
    alt = "Length of the gradient of KL against T, with and without T squared."
    plot(figures.temperature_curve(step), "step temperature", alt)
    st.caption(figures.temperature_sentence(step))


def by_hand(step: OneStep, place: DeltaGenerator) -> None:
    """The three losses against the same formulas in float64 on the stock models' logits; said in `place`."""
    found = once(_witness, present.stocks(), step)[1]
    largest = max(abs(getattr(found, name) - getattr(step.before, name)) for name in figures.NAMES)
    place.caption(f"losses checked by hand, in float64 on the stock models' output: max |difference| {largest:.1e}")


def _witness(stocks: "tuple[Model, Model]", step: OneStep) -> tuple[Difference, Losses]:
    """The step's logits against the stock passes on the masked text, and the losses of these passes."""
    from distilbert_viz.distillation import by_hand
    from distilbert_viz.tracing import stock_pass

    teacher, student = (stock_pass(model, step.text.encoding) for model in stocks)
    rows = list(step.text.positions)
    shown = ((step.teacher_logits, teacher), (step.student_logits, student))
    differences = (checking.largest_difference(logits, checking.logits_of(stock)[rows]) for logits, stock in shown)
    return Difference(*differences), by_hand.losses(teacher, student, step.text.labels, step.choices)
