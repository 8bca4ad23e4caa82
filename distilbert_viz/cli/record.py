"""python -m distilbert_viz record: makes the recordings that come with the package again, by real runs on this machine."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from distilbert_viz.cli import shared
from distilbert_viz.runs.record import FINISHED, Record

KINDS = ("run", "race", "measurements", "quality")
What = Annotated[list[str] | None, typer.Argument(help=f"Which of {', '.join(KINDS)}; all if none is named.")]
Out = Annotated[Path | None, typer.Option(help="A folder for them; the package's own if none is given.")]
Made = Annotated[Path | None, typer.Option("--from", metavar="RUN", help="Record this finished run instead of a new one.")]
Steps = Annotated[int | None, typer.Option(min=1, help="Steps of the run, or of each run of the race; the recipe's if none.")]
Repeats = Annotated[int | None, typer.Option(min=5, help="Timed passes of each model.")]

Remark = Annotated[str, typer.Option(help="What a reader of the recording should know.")]


def record(
    what: What = None, out: Out = None, made: Made = None, steps: Steps = None, repeats: Repeats = None, remark: Remark = ""
) -> None:
    """Record a run, a race, measurements of speed and memory, and quality, for pages where nothing was made here yet.

    The machine should be quiet: times are recorded. A recording that is there is replaced once the new one is whole.
    """
    wanted = what or list(KINDS)
    if unknown := [name for name in wanted if name not in KINDS]:
        shared.refuse(f"There is no recording called {unknown[0]!r}; there are {', '.join(KINDS)}.")
    _refuse_unused({"--from": (made, {"run"}), "--steps": (steps, {"race"} if made else {"run", "race"}),
                    "--repeats": (repeats, {"measurements"})}, wanted)  # fmt: skip
    if made is not None:
        _refuse_unfinished(made)
    from distilbert_viz.runs import recording, recordings

    place = out or recordings.FOLDER
    makers: dict[str, Callable[[Path, Callable[[str], None], str], None]] = {
        "run": partial(recording.run, made=made, steps=steps),
        "race": partial(recording.race, steps=steps),
        "measurements": partial(recording.measurements, repeats=repeats),
        "quality": recording.quality,
    }
    for name in wanted:
        makers[name](place, _say, remark)
        shared.say(Text(f"{name}: recorded in {place}"))


def _refuse_unused(given: dict[str, tuple[Path | int | None, set[str]]], wanted: list[str]) -> None:
    """An option that decides none of the recordings that are wanted is not passed over."""
    for option, (value, kinds) in given.items():
        if value is not None and not kinds & set(wanted):
            shared.refuse(f"{option} decides nothing here: {', '.join(wanted)}.")


def _refuse_unfinished(made: Path) -> None:
    whole = all((made / name).is_file() for name in ("recipe.toml", "record.sqlite"))
    if not whole or Record(made).state().get("status") != FINISHED:
        shared.refuse(f"{made} holds no run that is finished.")


def _say(text: str) -> None:
    typer.echo(text, err=True)
