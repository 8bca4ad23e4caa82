"""What the commands share: their options, the pair that is meant, one line to a person, and refusals."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import numpy as np
import typer
from rich.console import Console
from rich.text import Text

from distilbert_viz import comparison
from distilbert_viz.cost.request import BASE_ARCHITECTURE, CHOICES, Request
from distilbert_viz.drawing.labels import visible
from distilbert_viz.pairs.catalogue import BUILT_IN, CATALOGUE, PairCard, chosen
from distilbert_viz.records import Encoding, HandOver, SoftLabels, TracePair
from distilbert_viz.records.finite import NotFinite

if TYPE_CHECKING:
    from distilbert_viz.families import Task
    from distilbert_viz.pairs.models import Pair

LONGEST_LINE = 10_000
COLDEST, HOTTEST = 0.01, 20.0  # far above, rounding to float32 shows in KL x T^2

TypedText = Annotated[str, typer.Argument(metavar="TEXT", help="What both models read; [MASK] masks, [SEP] starts a second part.")]
PairName = Annotated[
    str | None,
    typer.Option(
        "--pair", metavar="NAME", help=f"A pair of the catalogue, {BUILT_IN} by default.", autocompletion=lambda: list(CATALOGUE)
    ),
]
MeasuredPair = Annotated[
    str | None,
    typer.Option(
        "--pair",
        metavar="NAME",
        help=f"{BASE_ARCHITECTURE} (the default: BERT-base and DistilBERT at full size, random weights) or a catalogue name.",
        autocompletion=lambda: [BASE_ARCHITECTURE, *CATALOGUE],
    ),
]
Teacher = Annotated[
    str | None,
    typer.Option(metavar="NAME_OR_FOLDER", help="A teacher of your own: a folder, a hub name or name@revision; needs --student."),
]
Student = Annotated[
    str | None, typer.Option(metavar="NAME_OR_FOLDER", help="Its student: a folder, a hub name or name@revision; needs --teacher.")
]
Form = Annotated[
    str | None,
    typer.Option(
        metavar="CLASS",
        help=f"Which class of each family: {', '.join(CHOICES['form'])}; {Request.form} by default, but the models' own task.",
    ),
]
Dtype = Annotated[str, typer.Option(metavar="NAME", help=f"Of weights and arithmetic: {', '.join(CHOICES['dtype'])}.")]
Device = Annotated[
    str,
    typer.Option(
        metavar="NAME", help=f"Where: {', '.join(CHOICES['device'])}; auto is the fastest here, cuda:1 the second of several GPUs."
    ),
]
Temperature = Annotated[float, typer.Option(help=f"T, from {COLDEST} to {HOTTEST:g}; above 1 it flattens.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout and nothing else.")]


def refuse(sentence: str) -> NoReturn:
    """One line on stderr, whatever the sentence holds, and exit status 2."""
    typer.echo(visible(" ".join(sentence.split()), LONGEST_LINE), err=True)
    raise typer.Exit(2)


def refuse_folder(out: Path) -> None:
    """Refuse a file that can't be made where it is wanted."""
    if os.path.isdir(out):
        refuse(f"{out} can't be written: it is a folder.")
    if not os.path.isdir(out.parent):
        refuse(f"{out} can't be written: there is no folder {out.parent}.")


def refuse_temperature(temperature: float) -> None:
    """Refuse a T that no distribution should be softened by."""
    if not COLDEST <= temperature <= HOTTEST:
        refuse(f"The temperature must be from {COLDEST} to {HOTTEST:g}, not {temperature:g}.")


def refuse_position(loaded: "Pair", position: int, encoding: Encoding) -> None:
    """Refuse a position that the text doesn't have, and any where soft labels are of the text as a whole."""
    if loaded.task.labels == "text":
        refuse("Two classifiers have one soft label for the whole text: leave --position out.")
    if loaded.task.labels == "ends":
        refuse("An answer has two soft labels, of its start and of its end: leave --position out.")
    if not 0 <= position < len(encoding):
        refuse(f"There is no position {position}: the text has positions 0 to {len(encoding) - 1}.")


def masked_position(loaded: "Pair", position: int | None, encoding: Encoding) -> int:
    """The position that is asked for, else the first [MASK]; of two classifiers 0, where the whole text is read."""
    if position is not None:
        refuse_position(loaded, position, encoding)
        return position
    if loaded.task.labels != "token":
        return 0
    if not encoding.mask_positions and not loaded.task.predicts_masked:
        refuse("Every token has a soft label of its own: name one with --position.")
    if not encoding.mask_positions:
        refuse("The text holds no [MASK]: type one, or name a token with --position.")
    return encoding.mask_positions[0]


def _refuse_text(text: str) -> None:
    if not text.strip():
        refuse("The text is empty: there is nothing to read.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        refuse("The text is not valid UTF-8.")


def traced(
    text: str, name: str | None, teacher: str | None, student: str | None, device: str, dtype: str
) -> tuple["Pair", TracePair]:
    """The pair that is meant, and both its traces of the text."""
    _refuse_text(text)
    loaded = _loaded(name, teacher, student, device, dtype)
    from distilbert_viz.tracing import trace_pair

    try:
        return loaded, trace_pair(loaded, text)
    except ValueError as error:
        refuse(str(error))
    except Exception as error:  # a tokenizer that was built by hand fails in as many ways as there are hands
        if teacher is None:
            raise
        refuse(f"This pair can't read this text ({type(error).__name__}: {str(error)[:200]}).")


def refuse_two_pairs(name: str | None, teacher: str | None, student: str | None) -> None:
    """Refuse a name beside two sources, and half a pair."""
    sources = [source for source in (teacher, student) if source is not None]
    if sources and (name is not None or len(sources) == 1):
        refuse("Give either --pair, or both --teacher and --student.")


def fetched(name: str | None, teacher: str | None, student: str | None, weights: bool = True) -> PairCard:
    """The pair that is meant, both its models, or without `weights` their configurations, on this disk."""
    refuse_two_pairs(name, teacher, student)
    from distilbert_viz.cli.fetching import fetch_missing

    try:
        card = chosen(BUILT_IN if name is None else name, teacher, student)
        fetch_missing((card.teacher, card.student), weights)
    except ValueError as error:
        refuse(str(error))
    return card


def _loaded(name: str | None, teacher: str | None, student: str | None, device: str, dtype: str) -> "Pair":
    fetched(name, teacher, student)
    from distilbert_viz.pairs import load_pair
    from distilbert_viz.tracing.trial import tried

    try:
        return tried(load_pair(BUILT_IN if name is None else name, teacher, student, None if device == "auto" else device, dtype))
    except ValueError as error:
        refuse(str(error))


def logits(loaded: "Pair", traces: TracePair) -> tuple[np.ndarray, ...]:
    """Both models' logits (row, outcome). Refuses where the models have no head, and numbers that aren't finite."""
    from distilbert_viz import tracing

    if not loaded.task.labels:
        refuse("A model of this pair is an encoder without a head: it predicts nothing, so there are no soft labels.")
    try:
        return tuple(tracing.logits(model, trace) for model, trace in zip(loaded, traces, strict=True))
    except NotFinite as error:
        refuse(str(error))


def hand_over(loaded: "Pair", traces: TracePair, position: int) -> HandOver | None:
    """Every mixture of the two models; None where neither can read the other's states."""
    from distilbert_viz import tracing

    try:
        return tracing.hand_over(loaded, traces, position)
    except ValueError:
        return None


def outcomes(loaded: "Pair", encoding: Encoding) -> tuple[str, ...]:
    """The name of every outcome that a soft label is over, by id."""
    return loaded.outcomes(encoding)


def soft_labels(
    loaded: "Pair", encoding: Encoding, logits: tuple[np.ndarray, ...], position: int, temperature: float, k: int = 10
) -> SoftLabels:
    """At a position, of the whole text, or of the answer's start (0) or end (1)."""
    task, (teacher, student) = loaded.task, logits
    names = outcomes(loaded, encoding)
    return comparison.soft_labels(teacher, student, names, task.row(position), temperature, k, outcome=task.outcome)


def requested(
    name: str | None, teacher: str | None, student: str | None, weights: bool = True, form: str | None = None, **choices: Any
) -> Request:
    """What is to be counted or measured, of the pair that is meant, which is fetched if need be."""
    refuse_two_pairs(name, teacher, student)
    choices |= {} if form is None else {"form": form}
    try:
        request = Request(pair=BASE_ARCHITECTURE if name is None else name, teacher=teacher, student=student, **choices)
    except ValueError as error:
        refuse(str(error))
    if request.full_size:
        return request
    shown_as = judged(fetched(name, teacher, student, weights), weights)
    return request if form or shown_as.predicts_masked else replace(request, form=shown_as.name)


def judged(card: PairCard, weights: bool = True) -> "Task":
    """What pages show the two models as. Refuses what they refuse, before a weight is read.

    Without `weights`, where weights of one of the models aren't here, the configurations alone are judged.
    """
    from distilbert_viz.pairs.judging import have_weights, shown_by_configuration
    from distilbert_viz.tracing import trial

    try:
        return trial.judged(card).task if weights or have_weights(card) else shown_by_configuration(card)
    except ValueError as error:
        refuse(str(error))


def say(line: Text) -> None:
    """One line, however narrow the terminal."""
    Console().print(line, soft_wrap=True)
