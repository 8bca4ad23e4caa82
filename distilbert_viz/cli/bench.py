"""python -m distilbert_viz bench: time and memory of both models, measured on this machine."""

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from distilbert_viz.cli import shared
from distilbert_viz.cost.request import CHOICES, LEAST_REPEATS, LONGEST, Request
from distilbert_viz.records import Measurement, Timing

Attention = Annotated[str, typer.Option(metavar="NAME", help=f"How attention is computed: {', '.join(CHOICES['attention'])}.")]
Threads = Annotated[int | None, typer.Option(help="Threads on the CPU; all if none is given.")]
Lengths = Annotated[list[str] | None, typer.Option(metavar="N,N", help=f"Tokens a text, at most {LONGEST}; 16,128 by default.")]
Batches = Annotated[list[str] | None, typer.Option(metavar="N,N", help="Texts a pass; 1,8 by default.")]
Repeats = Annotated[int, typer.Option(help=f"Timed passes of each model at most, and at least {LEAST_REPEATS}.")]
Seconds = Annotated[float, typer.Option(help=f"No new repeat of a cell begins after so long, once there are {LEAST_REPEATS}.")]
Out = Annotated[Path | None, typer.Option(metavar="FILE.json", help="Write the JSON here too; a file that is there is replaced.")]
Stream = Annotated[bool, typer.Option("--stream", hidden=True)]


def bench(
    pair: shared.MeasuredPair = None,
    teacher: shared.Teacher = None,
    student: shared.Student = None,
    form: shared.Form = None,
    attention: Attention = Request.attention,
    dtype: shared.Dtype = Request.dtype,
    device: shared.Device = Request.device,
    threads: Threads = None,
    lengths: Lengths = None,
    batches: Batches = None,
    repeats: Repeats = Request.repeats,
    seconds: Seconds = Request.seconds,
    as_json: shared.AsJson = False,
    out: Out = None,
    stream: Stream = False,
) -> None:
    """Measure the speed and memory of both models here.

    Both are timed in turn after a warm-up, with random weights, as the time of a pass doesn't depend on them. Shown are
    medians and quartiles, and the ratio of the two with its 95% interval.
    """
    choices: dict[str, Any] = {"attention": attention, "dtype": dtype, "device": device, "repeats": repeats, "seconds": seconds}
    given = {"threads": threads, "lengths": _numbers("lengths", lengths), "batches": _numbers("batches", batches)}
    choices |= {name: value for name, value in given.items() if value is not None}
    request = shared.requested(pair, teacher, student, form=form, **choices)
    if out is not None:
        shared.refuse_folder(out)
    measurement = measured(request, stream)
    if out is not None:
        _write(out, measurement)
    if as_json:
        typer.echo(json.dumps(_as_json(measurement)))
    elif not stream:
        from distilbert_viz.cli.bench_tables import show

        show(measurement)


def _numbers(what: str, given: list[str] | None) -> tuple[int, ...] | None:
    if not given:
        return None
    words = ",".join(given).split(",")
    try:
        return tuple(map(int, words))
    except ValueError:
        shared.refuse(f"{what} must be whole numbers with commas between, not {','.join(given)!r}.")


def measured(request: Request, stream: bool) -> Measurement:
    """The whole measurement; `stream` writes every stage of it on the way, a line of JSON each."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that files and processes of its own go with it
    try:
        with _bar(stream) as bar:
            task = bar.add_task("measuring", total=request.stages)
            for measurement in _stages(request):
                bar.advance(task)
                if stream:
                    print(json.dumps(_plain(measurement)), flush=True)
    except ValueError as error:
        shared.refuse(str(error))
    return measurement


def _stages(request: Request) -> Iterator[Measurement]:
    from distilbert_viz.cost import speed

    return speed.measure(request)


def _bar(stream: bool) -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=stream or not console.is_terminal, refresh_per_second=4)


def _plain(measurement: Measurement) -> dict[str, object]:
    from distilbert_viz.cost.as_json import to_json

    return to_json(measurement)


def _as_json(measurement: Measurement) -> dict[str, object]:
    """The record, and what follows from it for each cell."""
    return _plain(measurement) | {"summary": [_summary(timing) for timing in measurement.timings]}


def _summary(timing: Timing) -> dict[str, object]:
    from distilbert_viz.cost.statistics import ratio, spread

    quartiles, interval = ("median", "first_quartile", "third_quartile"), ("of_medians", "low", "high")
    return {
        "length": timing.length,
        "batch": timing.batch,
        "teacher": dict(zip(quartiles, spread(timing.teacher), strict=True)),
        "student": dict(zip(quartiles, spread(timing.student), strict=True)),
        "ratio": dict(zip(interval, ratio(timing), strict=True)),
    }


def _write(out: Path, measurement: Measurement) -> None:
    try:
        out.write_text(json.dumps(_as_json(measurement)), encoding="utf-8")
    except OSError as error:
        shared.refuse(f"{out} can't be written: {error.strerror}.")
