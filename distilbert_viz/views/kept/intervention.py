"""What a visitor changes about the forward pass: heads that are off, a token that is another, two sentences that change places."""

import streamlit as st

from distilbert_viz.drawing.labels import visible
from distilbert_viz.frame.lasting import LASTING
from distilbert_viz.records import Encoding, Intervention, Trace, TracePair
from distilbert_viz.records.what_if import Heads
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal

LONGEST_PIECE = 60
NO_TOKEN = 0  # where [CLS] stands, which is never replaced


def asked(pair: TracePair) -> Intervention:
    """The change as it is chosen. The first visit finds the middle student layer off, and the teacher layer that started it."""
    middle = len(pair.initial_layers) // 2
    with st.container(horizontal=True, vertical_alignment="bottom"):
        teacher = _heads_off("teacher", pair.teacher, pair.initial_layers[middle])
        student = _heads_off("student", pair.student, middle)
        replaced = _replaced(pair.encoding)
        swapped = _swapped(pair.encoding)
    return Intervention(teacher, student, replaced, swapped)


def _heads_off(voice: str, trace: Trace, default: int) -> Heads:
    """Heads by name, or a whole layer's by the layer's."""
    choices: dict[str, Heads] = {}
    for layer in range(trace.layers):
        heads = tuple((layer, head) for head in range(trace.heads))
        choices |= {f"L{layer}": heads} | {f"L{layer} H{head}": ((layer, head),) for head in range(trace.heads)}
    about = "A name without H is a whole layer's attention. A head that is off contributes zeros."
    names = st.multiselect(f"{voice.capitalize()} heads off", list(choices), [f"L{default}"], key=f"{voice}_off", width=240,
                           help=about, **LASTING)  # fmt: skip
    return tuple(sorted({head for name in names for head in choices[name]}))


def _replaced(encoding: Encoding) -> tuple[tuple[int, int], ...]:
    """The position to replace and the id of the WordPiece that takes its place; a sentence where there is no such WordPiece."""
    ordinary = [i for i, special in enumerate(encoding.special) if not special]
    if st.session_state.get("replace_at", NO_TOKEN) not in (NO_TOKEN, *ordinary):
        st.session_state.replace_at = NO_TOKEN
    names = {NO_TOKEN: "no token"} | {i: f"{i} {visible(encoding.tokens[i])}" for i in ordinary}
    position = st.selectbox("Replace", list(names), key="replace_at", width=160, format_func=names.__getitem__, **LASTING)
    piece = st.text_input("by the WordPiece", key="replace_by", max_chars=LONGEST_PIECE, width=140, disabled=position == NO_TOKEN,
                          placeholder="such as [MASK]", **LASTING)  # fmt: skip
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
    return present.models().tokenizer.tokenize(word)


def _no_piece(piece: str) -> str:
    pieces = " ".join(_spelt(piece)) or "nothing at all"
    return literal(f"“{piece}” is no single WordPiece of this vocabulary: it would be read as {pieces}. Nothing is replaced.")


def _swapped(encoding: Encoding) -> bool:
    two = bool(encoding.token_type_ids.any())
    return st.toggle("swap sentences", key="swapped", disabled=not two, **LASTING,
                     help="[CLS] B [SEP] A [SEP]. Needs two sentences: a typed [SEP] starts the second.") and two  # fmt: skip
