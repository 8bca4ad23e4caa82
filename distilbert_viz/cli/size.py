"""python -m distilbert_viz size: parameters of both models by component, from their configurations alone."""

import json

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from distilbert_viz.cli import shared
from distilbert_viz.cost.request import Request
from distilbert_viz.records import ModelSize

FLOAT32_BYTES = 4
Sizes = tuple[ModelSize, ModelSize]


def size(
    pair: shared.MeasuredPair = None,
    teacher: shared.Teacher = None,
    student: shared.Student = None,
    form: shared.Form = None,
    as_json: shared.AsJson = False,
) -> None:
    """Count the parameters of both models by component.

    By the two configurations: of weights that are here, the names alone are read. A tensor that is used twice is counted once.
    Bytes are float32's.
    """
    both = _counted(shared.requested(pair, teacher, student, weights=False, form=form))
    if as_json:
        typer.echo(
            json.dumps({voice: _as_json(one) for voice, one in zip(("teacher", "student"), both, strict=True)}, allow_nan=False)
        )
    else:
        _show(both)


def _counted(request: Request) -> Sizes:
    from distilbert_viz.cost.models import sizes

    try:
        return sizes(request)
    except ValueError as error:
        shared.refuse(str(error))


def _as_json(one: ModelSize) -> dict[str, object]:
    return {
        "class": one.class_name,
        "parameters": one.parameters,
        "bytes": FLOAT32_BYTES * one.parameters,
        "components": {component.name: component.parameters for component in one.components},
    }


def _show(both: Sizes) -> None:
    from distilbert_viz.figures.savings.cost import parameters_table

    columns = parameters_table(both)
    table = Table("component")
    for name in list(columns)[1:]:
        table.add_column(name, justify="right")
    for component, *counts in zip(*columns.values(), strict=True):
        table.add_row(Text(component), *(f"{count:,}" for count in counts))
    shared.say(Text(f"{both[0].class_name} → {both[1].class_name}, parameters", "bold"))
    Console().print(table)
    megabytes = " → ".join(f"{FLOAT32_BYTES * one.parameters / 1e6:.1f} MB" for one in both)
    shared.say(Text(f"float32: {megabytes}"))
