"""Controls and furniture that more than one page uses."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from distilbert_viz.drawing.tables import Table, as_csv
from distilbert_viz.frame.lasting import lasting, plain
from distilbert_viz.pairs.layers import started_by
from distilbert_viz.records import NamedHead, TracePair
from distilbert_viz.session import heads

if TYPE_CHECKING:
    from distilbert_viz.drawing.plots import Plot


def theme() -> str:
    """ "light" or "dark", as the browser shows the page."""
    return st.context.theme.type or "light"


def plot(figure: "Plot", key: str, alt: str) -> None:
    """A plotly figure in the page's own type, without plotly's logo; `alt` says it in words."""
    camera = {"filename": f"distilbert_viz {key}", "scale": 2}
    st.plotly_chart(figure, key=key, alt=alt, config={"displaylogo": False, "toImageButtonOptions": camera})


def metrics(numbers: Mapping[str, str]) -> None:
    """Numbers beside each other, each under its name."""
    with st.container(horizontal=True, gap="medium"):
        for name, value in numbers.items():
            st.metric(name, value, width="content")


def table(columns: Table, name: str) -> None:
    """A picture's numbers as a table, a click away."""
    if st.toggle(f"Show {name} as a table", **lasting(f"table_{plain(name)}")):
        shown_table(columns, name)


def shown_table(
    columns: Table, name: str, height: int | Literal["auto"] = "auto", column_config: Mapping[str, ColumnConfig] | None = None
) -> None:
    """A table, and under it the way to take its numbers along; `height` is in CSS pixels."""
    st.dataframe(columns, hide_index=True, height=height, column_config=column_config)
    csv_button(columns, name)


def csv_button(columns: Table, name: str) -> None:
    """A table's numbers as a file, made when it is asked for; with the mark by which spreadsheets know UTF-8."""
    st.download_button(
        "CSV", lambda: as_csv(columns).encode("utf-8-sig"), f"{name}.csv", "text/csv", key=f"csv_{name}", type="tertiary",
        on_click="ignore", help=f"Take {name} along, with all digits.",
    )  # fmt: skip


NAMES = {"L": "layer", "H": "head"}


def _select(label: str, key: str, letter: str, count: int, disabled: bool = False) -> int:
    """A selector of layer or head that keeps its value over pages, in the address, and inside what the model has."""
    st.session_state[key] = min(st.session_state.get(key, 0) or 0, count - 1)
    return st.selectbox(
        label,
        list(range(count)),
        format_func=lambda i: f"{letter}{i}",
        disabled=disabled,
        help=f"{letter}0 is {NAMES[letter]} 0: layers and heads are counted from 0." if key.startswith("teacher") else None,
        width=118,
        **lasting(key),
    )


def chosen_layers(pair: TracePair) -> tuple[int, int]:
    """A layer of each model; linked, the student's is the one beside the teacher's."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        teacher = _select("Teacher layer", "teacher_layer", "L", pair.teacher.layers)
        student = _student_layer(pair, teacher, st.session_state.get("linked", True))
        link()
    return teacher, student


def chosen_heads(pair: TracePair) -> tuple[tuple[int, int], tuple[int, int]]:
    """Layer and head of each model, under the heads that have a name on this text; linked, the student's follow the teacher's."""
    chips = st.container()
    with st.container(horizontal=True):
        chosen = selected_heads(pair)
    with chips:  # what a link chose is known once its selectors are made
        named_heads(pair)
    return chosen


def selected_heads(pair: TracePair) -> tuple[tuple[int, int], tuple[int, int]]:
    """The four selectors of layer and head alone."""
    linked = st.session_state.get("linked", True)
    layer = _select("Teacher layer", "teacher_layer", "L", pair.teacher.layers)
    head = _select("Teacher head", "teacher_head", "H", pair.teacher.heads)
    student_layer = _student_layer(pair, layer, linked)
    if linked:
        st.session_state.student_head = min(head, pair.student.heads - 1)
    student_head = _select("Student head", "student_head", "H", pair.student.heads, disabled=linked)
    return (layer, head), (student_layer, student_head)


def named_heads(pair: TracePair) -> None:
    """Chips of heads worth a look; the one that is looked at is pressed."""
    found = {one.name: one for one in heads.named(pair)}
    st.session_state.named_head = next((one.name for one in found.values() if (one.layer, one.head) == heads.chosen()), None)
    st.pills("Heads worth a look", list(found), key="named_head", on_change=_look_at, args=(found,),
             format_func=lambda name: heads.called(found[name]))  # fmt: skip


def _look_at(found: Mapping[str, NamedHead]) -> None:
    if one := found.get(st.session_state.get("named_head") or ""):  # gone with its page, it is still asked once
        heads.choose(one)


def _student_layer(pair: TracePair, teacher: int, linked: bool) -> int:
    if linked:
        st.session_state.student_layer = started_by(pair.initial_layers, teacher)
    return _select("Student layer", "student_layer", "L", pair.student.layers, disabled=linked)


def link() -> bool:
    """Whether the student's layer follows the teacher's."""
    return st.toggle(
        "linked layers",
        True,
        help="The student's layer beside the teacher's, or beside the nearest one below it that has one; else its first.",
        **lasting("linked"),
    )


def temperature() -> float:
    """T, from 0.5 to 10."""
    return st.slider(
        "Temperature T", 0.5, 10.0, 2.0, 0.1, **lasting("temperature"),
        help="Both models' logits are divided by T before the softmax. The released training used T = 2.",
    )  # fmt: skip
