"""Up to four texts under the present pair, the same view of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import attention, soft_labels
from distilbert_viz.figures.forward.texts import bars_on_one_scale, head_maps
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import chosen_heads, link, plot, table, temperature
from distilbert_viz.records import SoftLabels, TracePair
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal

MOST, LONGEST, SHOWN = 4, 500, 120  # texts; characters of a text, and of its heading
FIRST_VISIT = {"text_2": "The capital of Germany is [MASK]."}
VIEWS = ("attention", "soft labels")


@dataclass(frozen=True, eq=False)
class Read:
    """A text as the present pair reads it; `position` is where one looks first."""

    key: tuple
    pair: TracePair
    position: int


def texts_read(present: TracePair) -> list[Read]:
    """The bar's text and those typed here. One that can't be read says so in its place; the others stay."""
    found = [Read(present.key(), present, present.position(present.encoding))]
    for number, column in enumerate(st.columns(MOST - 1), start=2):
        with column:
            text = _typed(f"text_{number}", number)
            found += _read(text) if text.strip() else []
    return found


def _typed(key: str, number: int) -> str:
    place = "Type another sentence." if number == 2 else "And one more."
    return st.text_input(f"Text {number}", FIRST_VISIT.get(key, ""), key=key, max_chars=LONGEST, placeholder=place,
                         label_visibility="collapsed", persist_state="session", bind="query-params") or ""  # fmt: skip


def _read(text: str) -> list[Read]:
    try:
        pair = present.traced(text)
    except ValueError as error:
        st.warning(literal(str(error)))
        return []
    return [Read(present.key_of(text), pair, present.first_position(pair.encoding))]


def texts_view() -> str:
    """What is shown of every text."""
    return st.segmented_control("View", VIEWS, default=VIEWS[0], required=True, key="texts_view", label_visibility="collapsed",
                                persist_state="session", bind="query-params")  # fmt: skip


def texts_shown(texts: Sequence[Read], view: str) -> None:
    """The same view of each text, one under the other, on one scale; above them what decides it."""
    if view == VIEWS[0]:
        link()
        heads = chosen_heads(texts[0].pair)
        for number, text in enumerate(texts):
            _heading(text)
            _attention(number, text, heads)
    else:
        _soft_labels(texts, temperature())


def _soft_labels(texts: Sequence[Read], temperature: float) -> None:
    labels = [_labels(text, temperature) for text in texts]
    for number, (text, one, figure) in enumerate(zip(texts, labels, bars_on_one_scale(labels), strict=True)):
        _heading(text, "soft label of the whole text" if present.classes() else None)
        plot(figure, f"texts {number}", "Soft labels of teacher and student.")
        checked(f"texts {text.key} {temperature}", lambda _, text=text, one=one: checking.soft_labels(one, _stock(text)))
        table(soft_labels.table(one), f"soft labels of text {number + 1}")


def _heading(text: Read, of: str | None = None) -> None:
    """The text and its tokens; and what is seen of it, its marked token if nothing else."""
    said, encoding = text.pair.encoding.text, text.pair.encoding
    short = said if len(said) <= SHOWN else f"{said[:SHOWN]} …"
    facts = literal(f"{len(encoding)} tokens, {of or f'seen from {text.position} {encoding.tokens[text.position]}'}")
    st.markdown(f"**{literal(' '.join(short.split()))}** :gray[{facts}]")


def _attention(number: int, text: Read, heads: Sequence[tuple[int, int]]) -> None:
    drawing = head_maps(text.pair, heads, text.position)
    canvas(drawing, f"texts {number}")
    checked(f"texts {text.key} {heads}", lambda _: checking.head_maps(drawing, _stock(text), heads, lambda maps: maps))
    table(attention.table(text.pair, heads, text.position), f"the marked row of text {number + 1}")


def _stock(text: Read) -> Passes:
    from distilbert_viz.tracing import stock_pass

    models = present.stocks()
    return choice.kept(("stock", *text.key), lambda: tuple(stock_pass(m, text.pair.encoding) for m in models))


def _labels(text: Read, temperature: float) -> SoftLabels:
    from distilbert_viz.tracing import logits_at

    def make() -> SoftLabels:
        models = present.models()
        both = (logits_at(m, t, text.position)[None] for m, t in zip(models, text.pair, strict=True))
        labels = comparison.soft_labels(*both, present.outcomes(), 0, temperature, k=5, outcome=models.teacher.outcome)
        return replace(labels, position=models.teacher.read_at(text.position))

    return choice.kept(("texts", text.position, temperature, *text.key), make)
