"""One distillation step on the present text: its choices, its record, and its witness."""

import streamlit as st

from distilbert_viz import checking
from distilbert_viz.figures.training import one_step as figures
from distilbert_viz.figures.training.step_flow import FORMS, SOURCES, flow, power
from distilbert_viz.frame.classes import can_teach
from distilbert_viz.frame.components import mount
from distilbert_viz.frame.controls import plot, table
from distilbert_viz.records import Difference, Losses, MaskedText, OneStep, StepChoices, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import checked
from distilbert_viz.session.markdown import literal

DEFAULT = StepChoices()
SEED, SHARE = 2, 0.15  # this seed draws a noun of the first example
RATES = [1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3]
KEPT = {"persist_state": "session", "bind": "query-params"}
TARGETS = ["all", "masked"]


def masked_text(pair: TracePair) -> MaskedText:
    """The choices of masking and what they make of the text. Stops the page with a sentence where nothing can."""
    from distilbert_viz.distillation.one_step import masked_text

    if not can_teach("In such a step a student"):
        st.stop()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input("Seed of the draw", 0, 2**31 - 1, SEED, key="step_seed", width=180, **KEPT,
                               help="+ draws again. [CLS], [SEP], [UNK] and typed [MASK] are never drawn.")  # fmt: skip
        share = st.slider("Share of tokens drawn", 0.05, 0.6, SHARE, 0.05, key="step_share", format="percent", width=260, **KEPT,
                           help="BERT and the released DistilBERT training drew 15 %. At least one token is drawn.")  # fmt: skip
    try:
        text = masked_text(present.models().teacher.tokenizer, pair.encoding, seed, share)
    except ValueError as error:
        st.info(literal(str(error)))
        st.stop()
    cells = figures.masking(text, present.vocabulary(), text.positions[label_index(text)])
    mount("masking", {"tokens": cells}, "masking")
    st.caption(figures.masking_sentence(text))
    return text


def label_index(text: MaskedText) -> int:
    """Which true label is looked at: the chosen token's, else the first."""
    chosen = present.position(text.encoding)
    return text.positions.index(chosen) if chosen in text.positions else 0


def one_step(text: MaskedText) -> OneStep:
    """The choices of the step, and the step."""
    from distilbert_viz.distillation.one_step import one_step

    choices, pair = _choices(), present.models()
    return choice.remembered(
        ("one step", text.seed, text.share, choices), lambda: one_step(pair.teacher, pair.student, text, choices)
    )


def _choices() -> StepChoices:
    # What an option shows is what the address says, so that options go without longer labels.
    with st.container(horizontal=True):
        form = st.segmented_control("Combined loss", list(FORMS), default="published", required=True, key="step_form", **KEPT,
                                    help=_sources())  # fmt: skip
        target = st.segmented_control("L_ce over tokens", TARGETS, default="all", required=True, key="step_on", **KEPT,
                                      help="All that are no padding, as published, or the drawn ones alone (the released "
                                      "script's option --restrict_ce_to_mask).")  # fmt: skip
    columns = st.columns(5 if form == "published" else 3)
    with columns[0]:
        temperature = _slider("Temperature T", "step_temperature", 0.5, 10.0, DEFAULT.temperature, 0.1)
    alphas = _published(columns[1:4]) if form == "published" else _textbook(columns[1])
    with columns[-1]:
        rate = st.select_slider("Learning rate", RATES, DEFAULT.learning_rate, key="step_rate", format_func=power, **KEPT,
                                help="The released training warms up to 5e-4. AdamW's first step moves every weight by "
                                     "about this much, however small its gradient.")  # fmt: skip
    return StepChoices(form, temperature, *alphas, target, rate)


def _sources() -> str:
    return "  \n".join(literal(f"{name}: {FORMS[name]} ({SOURCES[name]})") for name in FORMS)


def _published(columns: list) -> list[float]:
    alphas = []
    for column, (name, label) in zip(columns, figures.NAMES.items(), strict=True):
        with column:
            alphas.append(_slider(f"Weight of {label}", f"step_{name}", 0.0, 10.0, getattr(DEFAULT, f"alpha_{name}"), 0.5))
    return alphas


def _textbook(column) -> list[float]:
    with column:
        alpha = _slider("α, the weight of Hard = L_mlm", "step_alpha", 0.0, 1.0, 0.5, 0.05)
    return [1 - alpha, alpha, 0.0]


def _slider(label: str, key: str, low: float, high: float, default: float, step: float) -> float:
    return float(st.slider(label, low, high, default, step, format="%.3g", key=key, **KEPT))


def step_flow(step: OneStep, pair: TracePair) -> None:
    """The step as boxes with arrows."""
    mount("step", flow(step, pair, present.vocabulary(), label_index(step.text)), "step")


def step_labels(step: OneStep) -> None:
    """Soft labels at the chosen true label: in words, as bars, and all of them as a table."""
    index, vocabulary = label_index(step.text), present.vocabulary()
    st.caption(literal(figures.true_token_sentence(step, index, vocabulary)))
    alt = "Soft labels of the teacher, of the student before the step and after it."
    plot(figures.label_bars(step, index, vocabulary), "step labels", alt)
    table(figures.labels_table(step, vocabulary), "every true label")


def step_checked(step: OneStep) -> object:
    """The step's logits against the stock pass on the masked text, and a place for what `losses_by_hand` finds."""
    checked(f"one step {step.text.seed} {step.text.share} {step.choices}", lambda _: _witness(step)[0])
    return st.empty()


def losses_by_hand(step: OneStep, place: object) -> None:
    """The three losses against the same formulas in float64 on the stock models' logits; said in `place`."""
    found = _witness(step)[1]
    largest = max(abs(getattr(found, name) - getattr(step.before, name)) for name in figures.NAMES)
    place.caption(f"losses checked by hand, in float64 on the stock models' output: max |difference| {largest:.1e}")


def _witness(step: OneStep) -> tuple[Difference, Losses]:
    return choice.remembered(("one step's witness", step.text.seed, step.text.share, step.choices), lambda: _stock(step))


def _stock(step: OneStep) -> tuple[Difference, Losses]:
    from distilbert_viz.distillation import by_hand
    from distilbert_viz.tracing import stock_pass

    passes = [stock_pass(model, step.text.encoding) for model in present.stocks()]
    rows = list(step.text.positions)
    shown = zip((step.teacher_logits, step.student_logits), passes, strict=True)
    differences = [checking.largest_difference(logits, stock.logits[rows]) for logits, stock in shown]
    return Difference(*differences), by_hand.losses(*passes, step.text.labels, step.choices)
