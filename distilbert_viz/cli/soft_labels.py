"""python -m distilbert_viz soft-labels: what both models predict at a position."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from distilbert_viz.cli import shared
from distilbert_viz.drawing.labels import counted, visible
from distilbert_viz.records import Encoding, SoftLabels, TracePair, subject

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Pair


def soft_labels(
    text: shared.TypedText,
    temperature: shared.Temperature = 2.0,
    position: Annotated[
        int | None, typer.Option(help="A token, the first being 0; every [MASK] if none is given, of a tagger every token.")
    ] = None,
    k: Annotated[int, typer.Option(min=1, max=1000, help="How many of each model's likeliest tokens or classes.")] = 10,
    as_json: shared.AsJson = False,
    pair: shared.PairName = None,
    teacher: shared.Teacher = None,
    student: shared.Student = None,
    device: shared.Device = "auto",
    dtype: shared.Dtype = "float32",
) -> None:
    """Show what both models predict at a [MASK]; of the whole text, of every token, or of an answer, as their task has it.

    Both distributions are softened by the temperature; entropies and KL(teacher || student) in nats, over all outcomes.
    """
    shared.refuse_temperature(temperature)
    loaded, traces = shared.traced(text, pair, teacher, student, device, dtype)
    positions = _positions(loaded, traces.encoding, position)
    labels = _soft_labels(loaded, traces, positions, temperature, k)
    show = _soft_labels_as_json if as_json else _soft_labels_as_tables
    show(traces.encoding, temperature, labels)


def _positions(loaded: "Pair", encoding: Encoding, position: int | None) -> list[int]:
    if position is None and loaded.task.labels != "token":
        return [0, 1] if loaded.task.labels == "ends" else [0]
    if position is None and not loaded.task.predicts_masked:
        return [i for i, special in enumerate(encoding.special) if not special]
    if position is None:
        masks = list(encoding.mask_positions)
        return masks or shared.refuse("The text holds no [MASK]: type one, or name a token with --position.")
    shared.refuse_position(loaded, position, encoding)
    return [position]


def _soft_labels(loaded: "Pair", traces: TracePair, positions: list[int], temperature: float, k: int) -> list[SoftLabels]:
    logits = shared.logits(loaded, traces)
    if loaded.task.predicts_masked and k > logits[0].shape[1]:
        shared.refuse(f"The vocabulary has {logits[0].shape[1]} tokens, so --k can't be {k}.")
    return [shared.soft_labels(loaded, traces.encoding, logits, position, temperature, k) for position in positions]


def _soft_labels_as_json(encoding: Encoding, temperature: float, labels: list[SoftLabels]) -> None:
    positions = [_position_as_json(encoding, label) for label in labels]
    typer.echo(json.dumps({"text": encoding.text, "temperature": temperature, "positions": positions}, allow_nan=False))


def _position_as_json(encoding: Encoding, labels: SoftLabels) -> dict[str, object]:
    names = (labels.outcome, "id", "teacher", "student", "teacher_rank", "student_rank")
    return {
        "position": labels.position,
        "token": None if labels.outcome == "place" else encoding.tokens[labels.position],
        "of": subject(labels.outcome, labels.position),
        "kl": labels.kl,
        "kl_times_t2": _times_t2(labels),
        "teacher_entropy": labels.teacher_entropy,
        "student_entropy": labels.student_entropy,
        "candidates": [dict(zip(names, row, strict=True)) for row in _candidates(labels)],
    }


def _candidates(labels: SoftLabels) -> Iterator[tuple[str, int, float, float, int, int]]:
    arrays = (labels.candidates, labels.teacher, labels.student, labels.teacher_ranks, labels.student_ranks)
    return zip(labels.names, *(array.tolist() for array in arrays), strict=True)


def _times_t2(labels: SoftLabels) -> float:
    """KL in nats, times T^2 so that gradients keep their scale (Hinton et al. 2015, section 2)."""
    return labels.kl * labels.temperature**2


def _soft_labels_as_tables(encoding: Encoding, temperature: float, labels: list[SoftLabels]) -> None:
    shared.say(Text(visible(encoding.text, shared.LONGEST_LINE), "bold"))
    if encoding.dropped:
        shared.say(Text(f"{counted(encoding.dropped, 'token')} did not fit."))
    for label in labels:
        entropies = f"{label.teacher_entropy:z.4f} nats, of the student {label.student_entropy:z.4f} nats"
        at_token = label.outcome in ("token", "tag")
        token = f", {visible(encoding.tokens[label.position])}" if at_token else ""
        shared.say(Text(f"\n{subject(label.outcome, label.position)}{token}, T = {temperature:g}"))
        Console().print(_soft_labels_table(label))
        shared.say(Text(f"KL(teacher || student) {label.kl:z.4f} nats, times T^2 {_times_t2(label):z.4f}"))
        shared.say(Text(f"entropy of the teacher {entropies}"))


def _soft_labels_table(labels: SoftLabels) -> Table:
    table = Table(labels.outcome)
    for column in ("teacher", "student", "teacher rank", "student rank"):
        table.add_column(column, justify="right")
    for token, _, teacher, student, *ranks in _candidates(labels):
        table.add_row(Text(visible(token)), f"{teacher:#.3g}", f"{student:#.3g}", *map(str, ranks))
    return table
