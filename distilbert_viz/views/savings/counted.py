"""What is counted from the architectures alone: of which two models, as which classes, and both models in numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import streamlit as st

from distilbert_viz.cost.request import CHOICES
from distilbert_viz.drawing.tables import Table
from distilbert_viz.frame.controls import shown_table
from distilbert_viz.frame.lasting import one_of
from distilbert_viz.frame.see import See
from distilbert_viz.records import Architecture, Computation, ModelSize
from distilbert_viz.session import present
from distilbert_viz.session.once import once, once_without_pair
from distilbert_viz.views.savings import which_pair

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Network, Pair

FORMS = CHOICES["form"]
FORMS_HELP = (
    "As pre-trained: with the heads of pre-training, for BERT masked-LM and next-sentence. Encoder: without a head, for BERT "
    "with its pooler. Classification: two labels; DistilBERT puts back a layer as large as BERT's pooler. Token "
    "classification: two tags at every token. Question answering: start and end at every token."
)
Sizes = tuple[ModelSize, ModelSize]
Computations = tuple[Computation, Computation]
Shape = tuple[str, Architecture]
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Counted:
    """Which two models are counted, and as which classes: the full sizes or the present pair; `form` is one of FORMS."""

    full: bool
    form: str


def ask(form: str, done: str = "counted", rests_on: str = "what is counted here depends on the architecture alone") -> Counted:
    """What a person chooses, `form` until then; `done` says what is done with it, and a caption what that `rests_on`.

    A present pair of another task is counted as what it is. The page ends here where there is no pair.
    """
    with st.container(horizontal=True):
        full = which_pair.full_size()
        first = _first(full, form)
        chosen = one_of(f"{done.capitalize()} as", FORMS, first, _key(first), FORMS_HELP)
    names = f"{which_pair.FULL} with **random weights**" if full else which_pair.names()
    st.caption(f"{names}: {rests_on}.")
    return Counted(full, chosen)


def _first(full: bool, form: str) -> str:
    return form if full or present.task().predicts_masked else present.task().name


def _key(first: str) -> str:
    return f"cost_{first}".replace(" ", "_")


def see_as(asked: Counted, first: str, form: str) -> See:
    """What is counted as another class, on a page that begins with `first`."""
    return See(f"as {form.removeprefix('as ')}", **{_key(_first(asked.full, first)): form})


def see(asked: Counted, first: str, form: str) -> tuple[See, ...]:
    """Another class, and the present pair where it is loaded."""
    present_pair = (See(which_pair.PRESENT, cost_pair=which_pair.PRESENT),) if which_pair.is_loaded() else ()
    return see_as(asked, first, form), *present_pair


def _once(counted: Counted, make: Callable[P, T], *values: P.args, **named: P.kwargs) -> T:
    """What `make(*values)` returns, computed once: for the full sizes whichever pair is shown, else under the present pair."""
    return once_without_pair(make, *values, **named) if counted.full else once(make, *values, **named)


def models(counted: Counted) -> "tuple[Network, Network]":
    """Teacher and student as stock classes without weights: every module, every shape, no memory."""
    return _once(counted, _weightless, None if counted.full else present.models(), counted.form)


def _weightless(pair: "Pair | None", form: str) -> "tuple[Network, Network]":
    from distilbert_viz.cost.classes import FULL_SIZE, weightless

    teacher, student = FULL_SIZE if pair is None else (model.network.config for model in pair)
    return weightless(teacher, form), weightless(student, form)


def sizes(counted: Counted) -> Sizes:
    """The parameters of teacher and student, by component."""
    return _once(counted, _sizes, *models(counted))


def _sizes(teacher: "Network", student: "Network") -> Sizes:
    from distilbert_viz.cost.parameters import model_size

    return model_size(teacher), model_size(student)


def computations(counted: Counted, length: int, batch: int) -> Computations:
    """The multiply-accumulates of teacher and student in a pass over `batch` texts of `length` tokens."""
    from distilbert_viz.cost.macs import computation

    teacher, student = (computation(name, shape, length, batch) for name, shape in _once(counted, _shapes, *models(counted)))
    return teacher, student


def _shapes(teacher: "Network", student: "Network") -> tuple[Shape, Shape]:
    """The name and the architecture of both, which a model looks up among its modules."""
    return (teacher.name, teacher.architecture), (student.name, student.architecture)


def in_every_form(full: bool, length: int, batch: int) -> dict[str, Computations]:
    """The computations of the full sizes or of the present pair by form, for every one of FORMS."""
    return {form: computations(Counted(full, form), length, batch) for form in FORMS}


def operations(counted: Counted, length: int, batch: int) -> tuple[int, int]:
    """The operations that torch itself counts in the same pass of teacher and of student; none of them is carried out."""
    return _once(counted, _operations, *models(counted), length, batch)


def _operations(teacher: "Network", student: "Network", length: int, batch: int) -> tuple[int, int]:
    from distilbert_viz.cost.macs import operations_counted

    return operations_counted(teacher, length, batch), operations_counted(student, length, batch)


def longest(counted: Counted) -> int:
    """How many tokens both models have positions for."""
    return min(model.architecture.positions for model in models(counted))


def table(columns: Table, name: str, *words: str, ratio: str | None = None) -> None:
    """A table whose numbers are grouped by thousands; the columns `words` hold none, and the column `ratio` two decimals."""
    formats = {column: st.column_config.NumberColumn(format="localized") for column in columns if column not in words}
    if ratio:
        formats[ratio] = st.column_config.NumberColumn(format="%.2f")
    shown_table(columns, name, column_config=formats)
