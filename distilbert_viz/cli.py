"""The same rooms from a shell. Numbers go to stdout; a refusal is one line on stderr and exit status 2.

Torch is imported when a command needs a model, and not before. What a user typed is never read as markup.
"""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, get_args

import numpy as np
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from distilbert_viz import comparison
from distilbert_viz.figures.labels import visible
from distilbert_viz.pairs.catalogue import BUILT_IN, CATALOGUE, FOLDER, PairCard
from distilbert_viz.records import Encoding, SoftLabels, TracePair

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Pair

COLDEST, HOTTEST = 0.01, 20.0  # far above, rounding to float32 shows in KL x T^2
LONGEST_LINE = 10_000

TypedText = Annotated[str, typer.Argument(metavar="TEXT", help="What both models read; [MASK] masks, [SEP] starts a second part.")]
PairName = Annotated[str | None, typer.Option("--pair", metavar="NAME", help=f"A pair of the catalogue, {BUILT_IN} by default.")]
Teacher = Annotated[str | None, typer.Option(metavar="NAME_OR_FOLDER", help="A BERT of your own; needs --student.")]
Student = Annotated[str | None, typer.Option(metavar="NAME_OR_FOLDER", help="A DistilBERT of your own; needs --teacher.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout and nothing else.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.callback()
def _main() -> None:
    """See how BERT becomes DistilBERT: teacher and student, side by side, on any text."""
    sys.stdout.reconfigure(errors="backslashreplace")


@app.command()
def trace(
    text: TypedText,
    out: Annotated[Path, typer.Option(metavar="FILE.npz", help="Where to write; a file that is there is replaced.")],
    pair: PairName = None,
    teacher: Teacher = None,
    student: Student = None,
) -> None:
    """Write the whole trace of both models.

    An .npz of every array by name, such as teacher.attentions; its key axes is JSON: the axes of each array by name.
    """
    _refuse_folder(out)
    loaded, traces = _traced(text, pair, teacher, student)
    arrays, axes = _archive(traces, _logits(loaded, traces))
    try:
        with out.open("wb") as file:
            np.savez(file, **arrays, axes=np.array(json.dumps(axes)))
    except OSError as error:
        _refuse(f"{out} can't be written: {error.strerror}.")
    _say_written(out, traces.encoding, len(arrays))


@app.command("soft-labels")
def soft_labels(
    text: TypedText,
    temperature: Annotated[float, typer.Option(help=f"T, from {COLDEST} to {HOTTEST:g}; above 1 it flattens.")] = 2.0,
    position: Annotated[int | None, typer.Option(help="A token, [CLS] being 0; every [MASK] if none is given.")] = None,
    k: Annotated[int, typer.Option(min=1, max=1000, help="How many of each model's likeliest tokens.")] = 10,
    as_json: AsJson = False,
    pair: PairName = None,
    teacher: Teacher = None,
    student: Student = None,
) -> None:
    """Show what both models predict at a [MASK].

    Both distributions are softened by the temperature; entropies and KL(teacher || student) in nats, over the vocabulary.
    """
    _refuse_temperature(temperature)
    loaded, traces = _traced(text, pair, teacher, student)
    positions = _positions(loaded, traces.encoding, position)
    labels = _soft_labels(loaded, traces, positions, temperature, k)
    show = _soft_labels_as_json if as_json else _soft_labels_as_tables
    show(traces.encoding, temperature, labels)


@app.command()
def pairs(as_json: AsJson = False) -> None:
    """List the pairs that --pair knows by name."""
    cards = [_card_row(card) for card in CATALOGUE.values()]
    if as_json:
        typer.echo(json.dumps(cards))
        return
    table = Table()
    for column in cards[0]:
        table.add_column(column, no_wrap=column == "name", overflow="fold")
    for card in cards:
        table.add_row(*map(Text, card.values()))
    Console().print(table)


def _card_row(card: PairCard) -> dict[str, str]:
    teacher, student = ("built in" if Path(source).parent == FOLDER else source for source in (card.teacher, card.student))
    return {"name": card.name, "teacher": teacher, "student": student, "about": card.about}


def _refuse(sentence: str) -> NoReturn:
    typer.echo(visible(" ".join(sentence.split()), LONGEST_LINE), err=True)
    raise typer.Exit(2)


def _refuse_folder(out: Path) -> None:
    if os.path.isdir(out):
        _refuse(f"{out} can't be written: it is a folder.")
    if not os.path.isdir(out.parent):
        _refuse(f"{out} can't be written: there is no folder {out.parent}.")


def _refuse_temperature(temperature: float) -> None:
    if not COLDEST <= temperature <= HOTTEST:
        _refuse(f"The temperature must be from {COLDEST} to {HOTTEST:g}, not {temperature:g}.")


def _refuse_text(text: str) -> None:
    if not text.strip():
        _refuse("The text is empty: there is nothing to read.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        _refuse("The text is not valid UTF-8.")


def _traced(text: str, name: str | None, teacher: str | None, student: str | None) -> tuple["Pair", TracePair]:
    _refuse_text(text)
    loaded = _loaded(name, teacher, student)
    from distilbert_viz.tracing import trace_pair

    try:
        return loaded, trace_pair(loaded, text)
    except ValueError as error:
        _refuse(str(error))


def _loaded(name: str | None, teacher: str | None, student: str | None) -> "Pair":
    sources = [source for source in (teacher, student) if source is not None]
    if sources and (name is not None or len(sources) == 1):
        _refuse("Give either --pair, or both --teacher and --student.")
    from distilbert_viz.pairs import load_pair

    try:
        return load_pair(BUILT_IN if name is None else name, teacher, student)
    except ValueError as error:
        _refuse(str(error))


def _logits(loaded: "Pair", traces: TracePair) -> tuple[np.ndarray, ...]:
    from distilbert_viz import tracing

    return tuple(tracing.logits(model, trace) for model, trace in zip(loaded, traces, strict=True))


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
    _say(Text.assemble((visible(str(out), LONGEST_LINE), "bold"), sizes))


def _say(line: Text) -> None:
    """One line, however narrow the terminal."""
    Console().print(line, soft_wrap=True)


def _positions(loaded: "Pair", encoding: Encoding, position: int | None) -> list[int]:
    if position is None:
        masks = np.flatnonzero(encoding.input_ids == loaded.teacher.tokenizer.mask_token_id).tolist()
        return masks or _refuse("The text holds no [MASK]: type one, or name a token with --position.")
    if not 0 <= position < len(encoding):
        _refuse(f"There is no position {position}: the text has positions 0 to {len(encoding) - 1}.")
    return [position]


def _soft_labels(loaded: "Pair", traces: TracePair, positions: list[int], temperature: float, k: int) -> list[SoftLabels]:
    ids = loaded.teacher.tokenizer.get_vocab()
    if k > len(ids):
        _refuse(f"The vocabulary has {len(ids)} tokens, so --k can't be {k}.")
    vocabulary, logits = tuple(sorted(ids, key=ids.__getitem__)), _logits(loaded, traces)
    return [comparison.soft_labels(*logits, vocabulary, position, temperature, k) for position in positions]


def _soft_labels_as_json(encoding: Encoding, temperature: float, labels: list[SoftLabels]) -> None:
    positions = [_position_as_json(encoding.tokens[label.position], label) for label in labels]
    typer.echo(json.dumps({"text": encoding.text, "temperature": temperature, "positions": positions}))


def _position_as_json(token: str, labels: SoftLabels) -> dict[str, object]:
    names = ("token", "id", "teacher", "student", "teacher_rank", "student_rank")
    return {
        "position": labels.position,
        "token": token,
        "kl": labels.kl,
        "kl_times_t2": _times_t2(labels),
        "teacher_entropy": labels.teacher_entropy,
        "student_entropy": labels.student_entropy,
        "candidates": [dict(zip(names, row, strict=True)) for row in _candidates(labels)],
    }


def _candidates(labels: SoftLabels) -> Iterator[tuple[str, int, float, float, int, int]]:
    arrays = (labels.candidates, labels.teacher, labels.student, labels.teacher_ranks, labels.student_ranks)
    return zip(labels.tokens, *(array.tolist() for array in arrays), strict=True)


def _times_t2(labels: SoftLabels) -> float:
    """KL in nats, times T^2 so that gradients keep their scale (Hinton et al. 2015, section 2)."""
    return labels.kl * labels.temperature**2


def _soft_labels_as_tables(encoding: Encoding, temperature: float, labels: list[SoftLabels]) -> None:
    _say(Text(visible(encoding.text, LONGEST_LINE), "bold"))
    if encoding.dropped:
        _say(Text(f"The last {encoding.dropped} tokens did not fit."))
    for label in labels:
        entropies = f"{label.teacher_entropy:z.4f} nats, of the student {label.student_entropy:z.4f} nats"
        _say(Text(f"\nposition {label.position}, {visible(encoding.tokens[label.position])}, T = {temperature:g}"))
        Console().print(_soft_labels_table(label))
        _say(Text(f"KL(teacher || student) {label.kl:z.4f} nats, times T^2 {_times_t2(label):z.4f}"))
        _say(Text(f"entropy of the teacher {entropies}"))


def _soft_labels_table(labels: SoftLabels) -> Table:
    table = Table("token")
    for column in ("teacher", "student", "teacher rank", "student rank"):
        table.add_column(column, justify="right")
    for token, _, teacher, student, *ranks in _candidates(labels):
        table.add_row(Text(visible(token)), f"{teacher:#.3g}", f"{student:#.3g}", *map(str, ranks))
    return table
