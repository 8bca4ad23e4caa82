"""Components of our own, each a small JavaScript module; user text reaches them as data and is never read as markup."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import streamlit as st

from distilbert_viz.drawing import browser
from distilbert_viz.drawing.components import Stacks, Tile, WordByWord
from distilbert_viz.pairs.layers import started_by
from distilbert_viz.records import Canvas, Encoding
from distilbert_viz.session import present, state

# What JSON holds, or bytes, which arrive in the browser as they are.
Data: TypeAlias = "Mapping[str, Any] | bytes"
HTML = {
    "canvas": '<div class="canvas"></div>',
    "lines": '<div class="canvas"></div>',
    "cells": '<div class="cells"></div>',
    "tokens": '<div class="tokens"><div class="strip" role="group"></div><div class="said">'
    '<span class="hint"></span><button class="action"></button><button class="more" type="button" aria-label="Pair, device, '
    'examples">…</button></div></div>',
    "pieces": '<div class="pieces"></div>',
    "stages": '<div class="stages"></div>',
    "marked": '<div class="marked"></div>',
    "walk": '<div class="frame"><table class="walk"></table></div>',
    "flow": '<div class="flow"></div>',
    "run": '<div class="run"></div>',
    "follow": '<div class="follow"></div>',
    "masking": '<div class="masking"></div>',
    "agreement": '<div class="agreement"></div>',
    "stacks": '<div class="stacks"></div>',
    "step": '<div class="step"></div>',
    "strip": '<div class="tour" role="region" aria-label="Tour"></div>',
    "tiles": '<div class="tiles"></div>',
    "take": (
        '<div class="take"><button class="open" type="button">Take along</button><dialog aria-labelledby="title">'
        '<h2 id="title">Take the figures along</h2><p>Each is made here in your browser, as it stands on the page: SVG for print '
        "and drawing programs, PNG for slides, HTML for a browser without a network. Tables have a CSV under them.</p>"
        '<ul></ul><p class="link"><label>The address of what you see, with all that you chose: <input type="text" readonly>'
        '</label> <button class="copy" type="button">Copy link</button></p>'
        '<p><button class="report" type="button">Report and whole trace of this text</button></p>'
        '<form method="dialog"><button>Close</button></form></dialog></div>'
    ),
}
# Around every module's own function. The page's look knows by the mark that the component has its height, two frames after it
# has: what is shown in the frame in which it moves is seen moving.
DRAWN = """
export default (component) => {
  const data = Array.isArray(component.data) ? component.data[0] : component.data
  const end = draw({ ...component, data }), place = component.parentElement.getRootNode().host?.closest(".stBidiComponent")
  if (place && !place.dataset.drawn) requestAnimationFrame(() => requestAnimationFrame(() => { place.dataset.drawn = "yes" }))
  return end
}
"""


def mount(name: str, data: Data, key: str) -> None:
    """Show component `name` with `data` (bytes, or what JSON holds); a click lands in the session's choices."""
    js, css = browser.script(name) + DRAWN, browser.style(name)
    component = st.components.v2.component(f"distilbert_viz_{name}", html=HTML[name], css=css, js=js)
    # In the values of a mapping Streamlit (1.67) looks for data frames, for which it reads pandas and pyarrow: 100 MB.
    component(key=key, data=data if isinstance(data, bytes) else [data], on_choice_change=lambda: _chosen(key))


def _chosen(key: str) -> None:
    """What a click in a component chose, put where every page finds it."""
    made = st.session_state[key].get("choice") or {}
    if "standing" in made or "theme" in made:
        state.note_no_action()
    if "position" in made:
        st.session_state.position = made["position"]
    if "mask" in made:
        state.toggle_mask(made["mask"])
    if made.get("pick") == "token":
        st.session_state.position = made["value"][0]
    if made.get("pick") == "panel":
        _choose_head(made["voice"], *made["value"])
    if made.get("pick") == "cell":
        _choose_heads(*made["value"])
    if "tour" in made:
        state.go_to_stop(made["tour"] or None)
    if "present" in made:
        state.present_to_wall(made["present"])
    if made.get("pick") in ("mixture", "patch"):
        st.session_state[made["pick"]] = (made["voice"], *made["value"])
    if made.get("page"):  # a page by its title, or by one of its views
        st.session_state.open_page = made["page"]
        if made.get("layer") is not None:
            st.session_state.teacher_layer = made["layer"]


def _choose_head(voice: str, layer: int, head: int) -> None:
    """A click on a head; a click on the student while layers are linked moves the teacher, which the student follows."""
    if voice == "student" and st.session_state.get("linked", True):
        voice, layer = "teacher", present.models().initial_layers[layer]
    st.session_state[f"{voice}_layer"], st.session_state[f"{voice}_head"] = layer, head


def _choose_heads(row: int, column: int) -> None:
    """A click on a student head (row) and a teacher head (column); where a link would move one of them, it is undone."""
    pair = present.models()
    (teacher, head), (student, own) = divmod(column, pair.teacher.architecture.heads), divmod(row, pair.student.architecture.heads)
    if (student, own) != (started_by(pair.initial_layers, teacher), head):
        st.session_state.linked = False
    chosen = {"teacher_layer": teacher, "teacher_head": head, "student_layer": student, "student_head": own}
    st.session_state.update(chosen)


def canvas(drawing: Canvas, key: str) -> None:
    """Matrices of colour that answer to pointer and keyboard."""
    mount("canvas", drawing.data, key)


def lines(drawing: Canvas, key: str) -> None:
    """One head of each model as lines from token to token."""
    mount("lines", drawing.data, key)


def token_strip(encoding: Encoding, position: int, facts: Mapping[str, str]) -> None:
    """The tokens under the text: click to choose, press the button to mask. `facts` is what figures taken along say of it."""
    data = {
        "tokens": list(encoding.tokens),
        "ids": encoding.input_ids.tolist(),
        "segments": encoding.token_type_ids.tolist(),
        "special": list(encoding.special),
        "masked": list(st.session_state.mask),
        "masks": list(encoding.mask_positions),
        "position": position,
        "facts": facts,
    }
    mount("tokens", data, "token_strip")


def pieces(encoding: Encoding, position: int) -> None:
    """The text with its pieces tinted on it."""
    columns = (encoding.input_ids, encoding.offsets, encoding.token_type_ids)
    rows = zip(encoding.tokens, encoding.special, *(column.tolist() for column in columns), strict=True)
    found = [
        {"position": i, "token": token, "id": number, "start": start, "end": end, "segment": segment, "added": special}
        for i, (token, special, number, (start, end), segment) in enumerate(rows)
    ]
    mount("pieces", {"text": encoding.text, "pieces": found, "position": position}, "pieces")


def flow(drawing: Mapping[str, Any]) -> None:
    """The forward pass as boxes."""
    mount("flow", drawing, "flow")


def cells(drawing: Mapping[str, Any], key: str) -> None:
    """Tables of words or numbers on colour."""
    mount("cells", drawing, key)


def stacks(drawing: Stacks, key: str) -> None:
    """Both models from the words to their soft labels; a click on a layer opens it."""
    mount("stacks", drawing, key)


def agreement(drawing: WordByWord) -> None:
    """The words of the text; a click on one chooses it."""
    mount("agreement", drawing, "agreement")


def tiles(shown: Sequence[Tile], key: str) -> None:
    """Numbers, or ways on, each of which opens its page."""
    mount("tiles", {"tiles": shown}, key)
