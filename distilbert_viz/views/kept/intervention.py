"""What a visitor changes about the forward pass: heads that are off, a token that is another, two sentences that change places."""

import streamlit as st

from distilbert_viz.drawing.labels import visible
from distilbert_viz.frame.lasting import lasting, typed
from distilbert_viz.records import Encoding, Intervention, Trace, TracePair
from distilbert_viz.records.what_if import Heads
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal

LONGEST_PIECE = 60
PARTS = {"cls": "[CLS]", "sep": "[SEP]", "A": "B", "B": "A"}  # of a framed text whose sentences have changed places
NO_TOKEN = 0  # where [CLS] stands, which is never replaced


def asked(pair: TracePair) -> Intervention:
    """The change as it is chosen; until then an example, which the page names as one."""
    first = example_layers(pair)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        teacher = _heads_off("teacher", pair.teacher, first[0])
        student = _heads_off("student", pair.student, first[1])
        replaced = _replaced(pair.encoding)
        swapped = _swapped(pair.encoding)
    found = Intervention(teacher, student, replaced, swapped)
    if found == Intervention(_layer(pair.teacher, first[0]), _layer(pair.student, first[1]), (), False):
        _say_example(*first)
    return found


def example_layers(pair: TracePair) -> tuple[int, int]:
    """The layers whose attention is off on a first visit: the student's middle one, and the teacher's beside it."""
    middle = len(pair.initial_layers) // 2
    return pair.initial_layers[middle], middle


def _say_example(teacher: int, student: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**An example to begin with**: all attention of the student's layer L{student} is off, and that of the teacher's "
            f"layer L{teacher} beside it. Choose other heads above, or begin from nothing."
        )
        st.button("Change nothing", type="tertiary", on_click=_change_nothing)


def _change_nothing() -> None:
    st.session_state.teacher_off, st.session_state.student_off = [], []


def _layer(trace: Trace, layer: int) -> Heads:
    return tuple((layer, head) for head in range(trace.heads))


def _heads_off(voice: str, trace: Trace, default: int) -> Heads:
    """Heads by name, or a whole layer's by the layer's."""
    choices: dict[str, Heads] = {}
    for layer in range(trace.layers):
        choices |= {f"L{layer}": _layer(trace, layer)} | {f"L{layer} H{head}": ((layer, head),) for head in range(trace.heads)}
    about = "A name without H is a whole layer's attention. A head that is off contributes zeros."
    names = st.multiselect(f"{voice.capitalize()} heads off", list(choices), [f"L{default}"], width=240,
                           help=about, **lasting(f"{voice}_off"))  # fmt: skip
    return tuple(sorted({head for name in names for head in choices[name]}))


def _replaced(encoding: Encoding) -> tuple[tuple[int, int], ...]:
    """The position to replace and the id of the token that takes its place; a sentence where the vocabulary has no such token."""
    ordinary = [i for i, special in enumerate(encoding.special) if not special]
    if st.session_state.get("replace_at", NO_TOKEN) not in (NO_TOKEN, *ordinary):
        st.session_state.replace_at = NO_TOKEN
    names = {NO_TOKEN: "no token"} | {i: f"{i} {visible(encoding.tokens[i])}" for i in ordinary}
    position = st.selectbox("Replace", list(names), width=160, format_func=names.__getitem__, **lasting("replace_at"))
    piece = st.text_input("by the token", max_chars=LONGEST_PIECE, width=140, disabled=position == NO_TOKEN,
                          placeholder="such as [MASK]", **typed("replace_by"))  # fmt: skip
    if position == NO_TOKEN or not (piece or "").strip():
        return ()
    number = _piece(piece.strip())
    if number is None:
        st.warning(_no_piece(piece.strip()))
        return ()
    return ((position, number),)


def _piece(piece: str) -> int | None:
    """The id of a token of the vocabulary, as it is typed or in the tokenizer's own spelling."""
    ids = present.vocabulary_ids()
    piece = present.models().teacher.tokenizer.mask_token if piece == "[MASK]" else piece
    return ids.get(piece, ids.get(_spelt(piece)[0]) if len(_spelt(piece)) == 1 else None)


def _spelt(word: str) -> list[str]:
    return present.models().tokenizer.tokenize(word)


def _no_piece(piece: str) -> str:
    pieces = " ".join(_spelt(piece)) or "nothing at all"
    return literal(f"“{piece}” is no single token of this vocabulary: it would be read as {pieces}. Nothing is replaced.")


def _swapped(encoding: Encoding) -> bool:
    two = bool(encoding.token_type_ids.any())
    framed = " ".join(PARTS[part] for part in present.models().teacher.family.two_texts)
    said = present.own_words(f"{framed}. Needs two sentences: a typed [SEP] starts the second.")
    return st.toggle("swap sentences", disabled=not two, **lasting("swapped"), help=said) and two
