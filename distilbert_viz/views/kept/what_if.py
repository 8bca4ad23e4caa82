"""What if: the change that is asked for, what it moves, and every head switched off in turn."""

from collections.abc import Sequence

import streamlit as st

from distilbert_viz import checking, comparison
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.drawing.labels import visible
from distilbert_viz.figures.kept import sweep as sweep_figures
from distilbert_viz.figures.kept import what_if as figures
from distilbert_viz.frame.components import canvas
from distilbert_viz.frame.controls import plot, table
from distilbert_viz.records import Encoding, Intervention, MovedLabels, Trace, TracePair, WhatIf
from distilbert_viz.session import present
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.work import work

KEPT = {"persist_state": "session", "bind": "query-params"}
SHORT = 40  # tokens: below it the sweep of the built-in pair takes about a second
LONGEST_PIECE = 60
NO_TOKEN = 0  # where [CLS] stands, which is never replaced


def what_if(pair: TracePair) -> WhatIf:
    """The change, asked, and both models' traces before and after it."""
    change = _intervention(pair)
    models = present.models()
    found = choice.remembered(("what if", change), lambda: _what_if(models, pair, change))
    st.caption(literal(figures.change_sentence(found)))
    return found


def _what_if(models: object, pair: TracePair, change: Intervention) -> WhatIf:
    from distilbert_viz import tracing

    return tracing.what_if(models, pair, change)


def _intervention(pair: TracePair) -> Intervention:
    middle = len(pair.initial_layers) // 2
    with st.container(horizontal=True, vertical_alignment="bottom"):
        teacher = _heads_off("teacher", pair.teacher, pair.initial_layers[middle])
        student = _heads_off("student", pair.student, middle)
        replaced = _replaced(pair.encoding)
        swapped = _swapped(pair.encoding)
    return Intervention(teacher, student, replaced, swapped)


def _heads_off(voice: str, trace: Trace, default: int) -> tuple[tuple[int, int], ...]:
    """Heads by name, whole layers too. The first visit finds the middle student layer off, and the layer that started it."""
    choices = {}
    for layer in range(trace.layers):
        heads = tuple((layer, head) for head in range(trace.heads))
        choices |= {f"L{layer}": heads} | {f"L{layer} H{head}": ((layer, head),) for head in range(trace.heads)}
    names = st.multiselect(f"{voice.capitalize()} heads off", list(choices), [f"L{default}"], key=f"{voice}_off", width=240, **KEPT,
                           help="A name without H is a whole layer's attention. A head that is off contributes zeros.")  # fmt: skip
    return tuple(sorted({head for name in names for head in choices[name]}))


def _replaced(encoding: Encoding) -> tuple[tuple[int, int], ...]:
    """The token to replace and the WordPiece that takes its place; a sentence where there is no such WordPiece."""
    ordinary = [i for i, special in enumerate(encoding.special) if not special]
    if st.session_state.get("replace_at", NO_TOKEN) not in (NO_TOKEN, *ordinary):
        st.session_state.replace_at = NO_TOKEN
    names = {NO_TOKEN: "no token"} | {i: f"{i} {visible(encoding.tokens[i])}" for i in ordinary}
    position = st.selectbox("Replace", list(names), key="replace_at", width=160, format_func=names.get, **KEPT)
    piece = st.text_input("by the WordPiece", key="replace_by", max_chars=LONGEST_PIECE, width=140, disabled=position == NO_TOKEN,
                          placeholder="such as [MASK]", **KEPT)  # fmt: skip
    if position == NO_TOKEN or not (piece or "").strip():
        return ()
    number = _piece(piece.strip())
    if number is None:
        st.warning(_no_piece(piece.strip()))
        return ()
    return ((position, number),)


def _piece(piece: str) -> int | None:
    """The id of a WordPiece, as it is typed or in the tokenizer's own spelling."""
    ids = present.vocabulary_ids()
    return ids.get(piece, ids.get(_spelt(piece)[0]) if len(_spelt(piece)) == 1 else None)


def _spelt(word: str) -> list[str]:
    return present.models().teacher.tokenizer.tokenize(word)


def _no_piece(piece: str) -> str:
    pieces = " ".join(_spelt(piece)) or "nothing at all"
    return literal(f"“{piece}” is no single WordPiece of this vocabulary: it would be read as {pieces}. Nothing is replaced.")


def _swapped(encoding: Encoding) -> bool:
    two = bool(encoding.token_type_ids.any())
    return st.toggle("swap sentences", key="swapped", disabled=not two, **KEPT,
                     help="[CLS] B [SEP] A [SEP]. Needs two sentences: a typed [SEP] starts the second.") and two  # fmt: skip


def moved_labels(found: WhatIf, temperature: float) -> tuple[MovedLabels, MovedLabels]:
    """Both models' soft labels at the chosen position, or of the whole text, before and after, as bars with a sentence each."""
    position = present.read_at(found.before.encoding)
    labels = choice.remembered(("moved", found.change, position, temperature), lambda: _moved(found, position, temperature))
    for column, voice, part, figure in zip(st.columns(2), VOICES, labels, figures.label_bars(labels), strict=True):
        with column:
            st.markdown(f"**{literal(figures.labels_sentence(voice, part))}**")
            plot(figure, f"moved {voice}", f"Soft labels of the {voice} before and after the change.")
    return labels


def _moved(found: WhatIf, position: int, temperature: float) -> tuple[MovedLabels, MovedLabels]:
    from distilbert_viz.tracing import logits_at

    triples = zip(present.models(), found.before, found.after, strict=True)
    outcome = present.models().teacher.outcome
    ends = [(logits_at(model, before, position), logits_at(model, after, position)) for model, before, after in triples]
    return tuple(comparison.moved_labels(*both, present.outcomes(), position, temperature, outcome=outcome) for both in ends)


def labels_checked(found: WhatIf, labels: tuple[MovedLabels, MovedLabels]) -> None:
    """The bars against stock models whose output projections get zeros from heads that are off."""
    name = f"moved {found.change} {labels[0].position} {labels[0].temperature}"
    checked(name, lambda stock: checking.moved_labels(labels, stock, _witness(found)), logits=True)


def _witness(found: WhatIf) -> Passes:
    from distilbert_viz.tracing import stock_what_if

    stocks = present.stocks()
    return choice.remembered(("what if, stock", found.change), lambda: stock_what_if(stocks, found))


def changed_attention(found: WhatIf, heads: Sequence[tuple[int, int]]) -> None:
    """A chosen head of each model: the difference, or before, or after; checked, with its table."""
    view = st.segmented_control("Shown", list(figures.VIEWS), default="difference", required=True, key="what_if_view",
                                label_visibility="collapsed", **KEPT)  # fmt: skip
    position = present.position(found.before.encoding)
    drawing = figures.attention_maps(found, heads, view, position)
    same = figures.unmoved(found, heads)
    if same:
        st.info(figures.unmoved_sentence(found, same))
    if len(same) < len(heads) or view != "difference":  # two empty maps would be large and say nothing
        canvas(drawing, "changed attention")
    drawn = [lambda before, after, head=head: figures.changed_map(before, after, head, view) for head in heads]
    name = f"changed attention {found.change} {heads} {view}"
    checked(name, lambda stock: checking.before_and_after(drawing, stock, _witness(found), drawn))
    table(figures.attention_table(found, heads, position), "the chosen token's row before and after")


def spread(found: WhatIf) -> None:
    """How far every hidden state moved; checked, with its table."""
    measure = st.segmented_control("Measure", list(figures.MEASURES), default="relative distance", required=True,
                                   key="what_if_measure", label_visibility="collapsed", **KEPT)  # fmt: skip
    drawing = figures.spread(found, measure)
    canvas(drawing, "spread")
    drawn = [lambda before, after: figures.moved_states(before, after, measure)] * 2
    checked(f"spread {found.change} {measure}", lambda stock: checking.before_and_after(drawing, stock, _witness(found), drawn))
    table(figures.spread_table(found, present.position(found.before.encoding)), "how far the states moved")


def sweep(pair: TracePair, heads: Sequence[tuple[int, int]], linked: bool, temperature: float) -> None:
    """Every head of the unchanged models off in turn, at the chosen position, or for a classifier's whole text."""
    position, models = present.read_at(pair.encoding), present.models()
    key = ("sweep", *present.key(), position, temperature)
    stages = pair.teacher.layers + pair.student.layers
    label = f"Switch off {pair.teacher.layers * pair.teacher.heads + pair.student.layers * pair.student.heads} heads in turn"

    def make():
        from distilbert_viz import tracing

        return tracing.sweep(models, pair.encoding, position, temperature)

    if found := work(key, stages, make, label, short=len(pair.encoding) <= SHORT):
        canvas(sweep_figures.head_map(pair, found, heads, linked), "sweep")
        where = "For the whole text" if present.classes() else f"At position {position}"
        st.caption(f"{where}, T = {temperature:g}. {sweep_figures.sentence(found)}")
        table(sweep_figures.table(found), "every head switched off")
