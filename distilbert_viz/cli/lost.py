"""python -m distilbert_viz lost: where on the way the student lost what it lost, on one text."""

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from distilbert_viz.cli import shared
from distilbert_viz.drawing.labels import visible
from distilbert_viz.figures.kept import lost as figures
from distilbert_viz.figures.kept import lost_maps
from distilbert_viz.records import Answer, HandOver, SegmentCost, TracePair

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model, Pair


def lost(
    text: shared.TypedText,
    position: Annotated[
        int | None, typer.Option(help="A token, [CLS] being 0; the first [MASK] if none is given. Not for classifiers.")
    ] = None,
    as_json: shared.AsJson = False,
    pair: shared.PairName = None,
    teacher: shared.Teacher = None,
    student: shared.Student = None,
    device: shared.Device = "auto",
    dtype: shared.Dtype = "float32",
) -> None:
    """Say where on the way the student lost what it lost: the teacher reads on from the student's states, and the other way round.

    KL(teacher || mixture) in nats at T = 1, over all outcomes, of every mixture of the two models.
    """
    loaded, traces = shared.traced(text, pair, teacher, student, device, dtype)
    at = shared.masked_position(loaded, position, traces.encoding)
    found, cost = _found(loaded, traces, at)
    if as_json:
        typer.echo(json.dumps(_as_json(loaded, traces, found, cost), allow_nan=False))
    else:
        _say(loaded.teacher, traces, found, cost)


def _found(loaded: "Pair", traces: TracePair, position: int) -> tuple[HandOver, SegmentCost | None]:
    from distilbert_viz import tracing

    try:
        return tracing.hand_over(loaded, traces, position), tracing.segment_cost(loaded, traces, position)
    except ValueError as error:
        shared.refuse(str(error))


def _as_json(loaded: "Pair", traces: TracePair, found: HandOver, cost: SegmentCost | None) -> dict[str, object]:
    names, maps = ("student_then_teacher", "teacher_then_student"), (found.student_then_teacher, found.teacher_then_student)
    return {
        "text": traces.encoding.text,
        "position": found.position,
        "token": traces.encoding.tokens[found.position],
        "sentence": figures.sentence(found),
        "teacher": _answer(loaded.teacher, traces, found.teacher),
        "student": _answer(loaded.student, traces, found.student),
        "hand_over": [
            {"depth": depth, "teacher_from": start}
            | _answer(loaded.teacher, traces, found.student_then_teacher.answer(depth, start))
            for depth, start in enumerate(found.matched)
        ],
        "steps": [{"part": name, "nats": nats} for name, nats in figures.steps(found)],
        **{name: part.kl.tolist() for name, part in zip(names, maps, strict=True)},
        "segment_embedding": None if cost is None else {name: value for name, value in vars(cost).items() if name != "position"},
    }


def _answer(model: "Model", traces: TracePair, answer: Answer) -> dict[str, object]:
    likeliest = zip(model.named(answer.ids.tolist(), traces.encoding), answer.probabilities.tolist(), strict=True)
    return {"kl": answer.kl, "likeliest": [{model.task.outcome: name, "probability": p} for name, p in likeliest]}


def _say(teacher: "Model", traces: TracePair, found: HandOver, cost: SegmentCost | None) -> None:
    shared.say(Text(visible(traces.encoding.text, shared.LONGEST_LINE), "bold"))
    shared.say(Text(figures.sentence(found)))
    Console().print(_curve(teacher, traces, found))
    maps = {"student, then teacher": found.student_then_teacher.kl, "teacher, then student": found.teacher_then_student.kl}
    for title, kl in maps.items():
        table = Table("state", *(figures.start_name(start, kl.shape[1] - 1) for start in range(kl.shape[1])), title=title)
        for depth, row in enumerate(kl.tolist()):
            table.add_row(figures.depth_name(depth), *(f"{value:z.3f}" for value in row))
        Console().print(table)
    shared.say(Text(lost_maps.maps_sentence(found)))
    if cost is not None:
        own = f"{cost.student:z.4f} nats, with the teacher's segment vector folded in {cost.student_folded:z.4f}"
        shared.say(Text(f"the student {own}; a fresh copy at step 0 {cost.copy:z.4f}, folded {cost.copy_folded:z.4f}"))


def _curve(teacher: "Model", traces: TracePair, found: HandOver) -> Table:
    table = Table("the teacher reads on", "KL, nats", f"likeliest {figures.OUTCOMES[found.outcome]}")
    rows = [(figures.depth_name(d), found.student_then_teacher.answer(d, start)) for d, start in enumerate(found.matched)]
    for name, answer in [*rows, ("the student itself", found.student)]:
        words = zip(teacher.named(answer.ids.tolist(), traces.encoding), answer.probabilities.tolist(), strict=True)
        table.add_row(name, f"{answer.kl:z.4f}", Text(", ".join(f"{visible(word)} {p:.3f}" for word, p in words)))
    return table
