"""What a point to notice speaks of, put on the page's own controls by a click."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import streamlit as st

from distilbert_viz.records import NamedHead, TracePair
from distilbert_viz.session import heads, state

Value: TypeAlias = "str | bool | int | float | tuple[str | int, ...] | list[str]"
TEXT = "text"


@dataclass(frozen=True, eq=False, init=False)
class See:
    """A button's `label`, and by its key in the session what each control holds after a click; `text` is what both models read.

    >>> See("T = 5", temperature=5.0).choices
    {'temperature': 5.0}
    """

    label: str
    choices: Mapping[str, Value]

    def __init__(self, label: str, **choices: Value) -> None:
        vars(self).update(label=label, choices=choices)  # since a frozen record lets nothing else be set

    @property
    def chosen(self) -> bool:
        """Whether the page shows it already."""
        return all(st.session_state.get(key) == value for key, value in self.choices.items())

    def choose(self) -> None:
        """Put it on the controls; called before they are made."""
        if TEXT in self.choices:
            state.new_text(str(self.choices[TEXT]))
        st.session_state.update({key: value for key, value in self.choices.items() if key != TEXT})


def row(buttons: Sequence[See]) -> None:
    """One quiet row of small buttons; what is chosen already can't be pressed."""
    if not buttons:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("See it:", width="content")
        for one in buttons:
            st.button(one.label, key=f"see {one.label}", type="tertiary", disabled=one.chosen, on_click=one.choose)


def example(name: str) -> See:
    """The text of this name among the examples."""
    return See(f"the text “{name}”", text=state.EXAMPLES[name])


def head(one: NamedHead) -> See:
    """A head of the teacher, with the student's beside it."""
    return See(heads.called(one), **heads.choices(one))


def heads_called(pair: TracePair, *names: str) -> tuple[See, ...]:
    """The teacher's heads of these names, as far as this text has them."""
    found = {one.name: one for one in heads.named(pair)}
    return tuple(head(found[name]) for name in names if name in found)
