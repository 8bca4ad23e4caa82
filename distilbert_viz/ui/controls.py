"""Controls and furniture that more than one page uses."""

from collections.abc import Mapping

import streamlit as st

from distilbert_viz.records import TracePair


def theme() -> str:
    """ "light" or "dark", as the browser shows the page."""
    return st.context.theme.type or "light"


def notice(text: str) -> None:
    """What to notice, under the picture."""
    st.markdown(f"**What to notice.** {text}")


def plot(figure: object, key: str, alt: str) -> None:
    """A plotly figure in the page's own type, without plotly's logo; `alt` says it in words."""
    st.plotly_chart(figure, key=key, alt=alt, config={"displaylogo": False})


def metrics(numbers: Mapping[str, str]) -> None:
    """Numbers beside each other, each under its name."""
    with st.container(horizontal=True, gap="medium"):
        for name, value in numbers.items():
            st.metric(name, value, width="content")


def table(columns: Mapping[str, object], name: str) -> None:
    """A picture's numbers as a table, a click away."""
    if st.toggle(f"Show {name} as a table", key=f"table_{name}"):
        st.dataframe(columns, hide_index=True)


def _select(label: str, key: str, letter: str, count: int, disabled: bool = False) -> int:
    """A selector of layer or head that keeps its value over pages, in the address, and inside what the model has."""
    st.session_state[key] = min(st.session_state.get(key, 0) or 0, count - 1)
    return st.selectbox(
        label,
        list(range(count)),
        key=key,
        format_func=lambda i: f"{letter}{i}",
        disabled=disabled,
        width=130,
        persist_state="session",
        bind="query-params",
    )


def chosen_layers(pair: TracePair) -> tuple[int, int]:
    """A layer of each model; linked, the student's follows the teacher's by the initialisation map."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        teacher = _select("Teacher layer", "teacher_layer", "L", pair.teacher.layers)
        student = _student_layer(pair, teacher, st.session_state.get("linked", True))
        link()
    return teacher, student


def chosen_heads(pair: TracePair) -> tuple[tuple[int, int], tuple[int, int]]:
    """Layer and head of each model; linked, the student's follow the teacher's."""
    linked = st.session_state.get("linked", True)
    with st.container(horizontal=True):
        layer = _select("Teacher layer", "teacher_layer", "L", pair.teacher.layers)
        head = _select("Teacher head", "teacher_head", "H", pair.teacher.heads)
        student_layer = _student_layer(pair, layer, linked)
        if linked:
            st.session_state.student_head = min(head, pair.student.heads - 1)
        student_head = _select("Student head", "student_head", "H", pair.student.heads, disabled=linked)
    return (layer, head), (student_layer, student_head)


def _student_layer(pair: TracePair, teacher: int, linked: bool) -> int:
    if linked:
        st.session_state.student_layer = linked_layer(pair.initial_layers, teacher)
    return _select("Student layer", "student_layer", "L", pair.student.layers, disabled=linked)


def link() -> bool:
    """Whether the student's layer follows the teacher's."""
    st.session_state.setdefault("linked", True)
    return st.toggle(
        "linked layers",
        key="linked",
        persist_state="session",
        bind="query-params",
        help="The student layer that the teacher layer, or the nearest one below it, started.",
    )


def linked_layer(initial_layers: tuple[int, ...], teacher: int) -> int:
    """The student layer started by the nearest teacher layer at or below `teacher`."""
    return max(i for i, layer in enumerate(initial_layers) if layer <= teacher)
