"""python -m distilbert_viz trace: every array of both models' passes, in one file."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Annotated, get_args

import numpy as np
import typer
from rich.text import Text

from distilbert_viz.cli import shared
from distilbert_viz.figures.labels import visible
from distilbert_viz.records import Encoding, TracePair


def trace(
    text: shared.TypedText,
    out: Annotated[Path, typer.Option(metavar="FILE.npz", help="Where to write; a file that is there is replaced.")],
    pair: shared.PairName = None,
    teacher: shared.Teacher = None,
    student: shared.Student = None,
) -> None:
    """Write the whole trace of both models.

    An .npz of every array by name, such as teacher.attentions; its key axes is JSON: the axes of each array by name.
    """
    shared.refuse_folder(out)
    loaded, traces = shared.traced(text, pair, teacher, student)
    arrays, axes = _archive(traces, shared.logits(loaded, traces))
    try:
        with out.open("wb") as file:
            np.savez(file, **arrays, axes=np.array(json.dumps(axes)))
    except OSError as error:
        shared.refuse(f"{out} can't be written: {error.strerror}.")
    _say_written(out, traces.encoding, len(arrays))


def _archive(traces: TracePair, logits: tuple[np.ndarray, ...]) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    encoding = traces.encoding
    named = [
        ("text", np.array(encoding.text), ""),
        ("tokens", np.array(encoding.tokens), "token"),
        ("special", np.array(encoding.special), "token"),
        ("initial_layers", np.array(traces.initial_layers), "layer"),
        *_arrays(encoding),
    ]
    for voice, trace, read in zip(("teacher", "student"), traces, logits, strict=True):
        named += [(f"{voice}.model_name", np.array(trace.model_name), ""), (f"{voice}.logits", read, "token vocab")]
        named += [(f"{voice}.{name}", array, axes) for name, array, axes in _arrays(trace) if not name.startswith("encoding.")]
    return {name: array for name, array, _ in named}, {name: axes.split() for name, _, axes in named}


def _arrays(record: object, prefix: str = "") -> Iterator[tuple[str, np.ndarray, str]]:
    """Every array of a record and of the records inside it: its dotted name, itself, its axes as the record declares them."""
    for field in fields(record):
        value = getattr(record, field.name)
        if is_dataclass(value):
            yield from _arrays(value, f"{prefix}{field.name}.")
        elif isinstance(value, np.ndarray):
            declared = get_args(field.type) or (field.type,)
            yield prefix + field.name, value, declared[0].dim_str


def _say_written(out: Path, encoding: Encoding, arrays: int) -> None:
    dropped = f" ({encoding.dropped} more did not fit)" if encoding.dropped else ""
    sizes = f": {len(encoding)} tokens{dropped}, {arrays} arrays, {out.stat().st_size:,} bytes"
    shared.say(Text.assemble((visible(str(out), shared.LONGEST_LINE), "bold"), sizes))
