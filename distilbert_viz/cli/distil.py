"""python -m distilbert_viz distil: one run from a shell, alone or under torchrun or accelerate launch."""

import os
import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from distilbert_viz.cli import shared
from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.pairs.catalogue import BUILT_IN
from distilbert_viz.pairs.choice import absolute
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.records import Step
from distilbert_viz.runs import child
from distilbert_viz.runs.record import FINISHED, Record, create

RANKS_WAIT_SECONDS = 60.0
REFUSALS = (recipes.RecipeError, PairError)


def distil(
    out: Annotated[Path | None, typer.Option(metavar="RUN", help="A folder for a new run.")] = None,
    resume: Annotated[Path | None, typer.Option(metavar="RUN", help="Go on with the run in this folder.")] = None,
    recipe: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="What decides the run; the default recipe without.")
    ] = None,
    teacher: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_FOLDER",
            help="A teacher, in place of the recipe's: a folder, a hub name or name@revision. Without a recipe the student has "
            "half its layers.",
        ),
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Steps, in place of the recipe's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, in place of the recipe's.")] = None,
) -> None:
    """Distil a student from a teacher.

    Killed at any moment, the run goes on with --resume to the same weights; a finished one stays as it is. The last line is their
    digest.
    """
    changes: dict[str, recipes.Value] = {
        name: value for name, value in (("teacher", teacher), ("steps", steps), ("seed", seed)) if value is not None
    }
    try:
        folder = _folder(out, resume, recipe, changes)
        finished = _is_finished(folder)
    except (ValueError, OSError, sqlite3.OperationalError) as error:
        shared.refuse(_why(error))
    try:
        left = None if finished else _train(folder)
    except REFUSALS as error:
        shared.refuse(str(error))
    except Exception as error:  # a training fails in as many ways as there are machines; the run keeps the sentence
        typer.echo(child.sentence(error), err=True)
        raise typer.Exit(1) from error
    if _first():
        _say_end(folder, left, finished)


def _why(error: Exception) -> str:
    """Why there can be no run in a folder, in one sentence."""
    return f"{error.filename}: {error.strerror}." if isinstance(error, OSError) and error.strerror else str(error)


def _is_finished(folder: Path) -> bool:
    """Whether the run has come to its end, and its student is there."""
    record = Record(folder)
    return record.state().get("status") == FINISHED and record.has_student


def _train(folder: Path) -> str | None:
    """The run to its end, under a bar that is closed before anything else is said."""
    with _bar() as bar:
        task = bar.add_task("loading the teacher", total=Record(folder).recipe.steps, step="")
        try:
            return child.train(
                folder, lambda step: bar.update(task, completed=step.number, description="training", step=_said(step))
            )
        except REFUSALS:
            bar.live.transient = True  # one sentence, and no bar that never moved
            raise


def _first() -> bool:
    return int(os.environ.get("RANK", "0")) == 0


def _folder(out: Path | None, resume: Path | None, recipe: Path | None, changes: dict[str, recipes.Value]) -> Path:
    """The run's folder with its recipe; the other processes of a launch wait for it."""
    if (out is None) == (resume is None):
        raise recipes.RecipeError("Give either --out RUN for a new run, or --resume RUN.")
    if resume is not None:
        if recipe or changes:
            raise recipes.RecipeError("A run goes on with its own recipe: leave --recipe, --teacher, --steps and --seed out.")
        for name in ("recipe.toml", "record.sqlite"):
            if not (resume / name).is_file():
                raise recipes.RecipeError(f"{resume} holds no run: there is no {name} in it.")
        return resume
    assert out is not None
    if not _first():
        return _wait_for(out)
    create(out, _recipe(recipe, changes), out.name)
    return out


def _recipe(file: Path | None, changes: dict[str, recipes.Value]) -> recipes.Recipe:
    """What decides the run, its teacher on this disk. Raises RecipeError or PairError."""
    made = _lasting(recipes.make(changes) if file is None else recipes.read(file, **changes))
    if made.teacher == BUILT_IN:
        return made
    from distilbert_viz.cli.fetching import fetch_missing
    from distilbert_viz.pairs.candidates import candidate
    from distilbert_viz.pairs.weights import refuse_other_tensors
    from distilbert_viz.tracing.trial import refuse_unreadable

    fetch_missing((made.teacher,))
    found = candidate(made.teacher)
    if not found.task.predicts_masked:
        raise recipes.RecipeError(f"{found.label} is {found.task.title}: {found.task.why}, so it can't teach.")
    refuse_other_tensors(found, found.task)
    refuse_unreadable(found.label, found)
    return made if file else replace(made, layers=max(1, found.layers // 2))


def _lasting(made: recipes.Recipe) -> recipes.Recipe:
    """The recipe with whole paths, so that the run goes on wherever it is resumed."""
    teacher = made.teacher if made.teacher == BUILT_IN else absolute(made.teacher)
    return replace(made, teacher=teacher, text=tuple(text if text == recipes.SENTENCES else absolute(text) for text in made.text))


def _wait_for(folder: Path) -> Path:
    began = time.monotonic()
    while not (folder / "recipe.toml").is_file():
        if time.monotonic() - began > RANKS_WAIT_SECONDS:
            raise recipes.RecipeError(f"The first process made no run in {folder}.")
        time.sleep(0.05)
    return folder


def _bar() -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[step]}"),
    )
    return Progress(*columns, console=Console(stderr=True), disable=not _first(), refresh_per_second=4)


def _said(step: Step) -> str:
    return f"loss {step.loss:.3f}  L_ce {step.loss_ce:.3f}  L_mlm {step.loss_mlm:.3f}  L_cos {step.loss_cos:.3f}"


def _say_end(folder: Path, left: str | None, finished: bool) -> None:
    from distilbert_viz.distillation import engine

    if finished:
        typer.echo(f"{folder} is finished: there is nothing to go on with.", err=True)
    if left is not None:
        typer.echo(f"left on request ({left}); go on with --resume {folder}")
    typer.echo(f"weights sha256 {engine.weights_sha256(folder)}")
