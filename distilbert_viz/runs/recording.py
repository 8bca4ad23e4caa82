"""Makes the recordings that come with the package, by real runs on this machine: `python -m distilbert_viz record`."""

import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import psutil

from distilbert_viz.cost import as_json
from distilbert_viz.cost.request import Request
from distilbert_viz.distillation import sentences
from distilbert_viz.distillation.held_out import SENTENCES
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs.catalogue import BUILT_IN
from distilbert_viz.records import Step
from distilbert_viz.records.recording import Recording
from distilbert_viz.runs import child, measuring, recordings
from distilbert_viz.runs.race import SEEDS, VARIANTS, varied
from distilbert_viz.runs.record import FINISHED, Record, create

MOST_STEPS, MOST_BYTES = 600, 2_800_000
RACE_STEPS = 60
REQUESTS: dict[str, dict[str, Any]] = {  # name of the file -> what is measured
    "full-size-classification": {"form": "classification"},
    "built-in-masked-lm": {"pair": BUILT_IN, "form": "masked LM"},
    "full-size-masked-lm": {"form": "masked LM"},
}
Say = Callable[[str], None]
T = TypeVar("T")


def run(out: Path, say: Say, remark: str, made: Path | None = None, steps: int | None = None) -> None:
    """The recorded run: of the finished run in the folder `made`, or else of the default recipe, trained now."""
    with tempfile.TemporaryDirectory() as folder:
        label = _label(remark)
        if made is None:
            made = Path(folder) / "run"
            default = Recipe()
            create(made, replace(default, steps=steps or default.steps), "The default recipe, recorded")
            _train(made, _each_fiftieth(say), closely=True)
        unfinished = _empty(out / f"{recordings.RUN}.unfinished")
        thin(made, unfinished)
    Record(unfinished).set(status=FINISHED, pid=0)
    _settle(unfinished)
    _write(unfinished / recordings.LABEL, label)
    shutil.rmtree(out / recordings.RUN, ignore_errors=True)
    unfinished.rename(out / recordings.RUN)


def _train(folder: Path, report: Callable[[Step], None], closely: bool = False) -> None:
    """Train to the end. Raises InterruptedError where it was asked to leave before: a part of a run is no recording."""
    if left := child.train(folder, report, closely):
        raise InterruptedError(f"The run was left before its end ({left}): nothing was recorded.")


def thin(made: Path, place: Path) -> None:
    """A run's recipe and record without its student and checkpoints, at most MOST_STEPS steps and MOST_BYTES of pictures."""
    shutil.copy(made / "recipe.toml", place / "recipe.toml")
    with closing(sqlite3.connect(made / "record.sqlite")) as source, closing(_database(place)) as target:
        source.backup(target)
        numbers = [number for (number,) in target.execute("SELECT number FROM picture ORDER BY number")]
        (size,) = target.execute("SELECT coalesce(avg(length(words) + length(maps)), 1) FROM picture").fetchone()
        kept = _evenly(numbers, max(2, int(MOST_BYTES / size)))
        with target:
            target.executemany("DELETE FROM picture WHERE number = ?", [(n,) for n in numbers if n not in kept])
            (steps,) = target.execute("SELECT count(*) FROM step").fetchone()
            every = max(1, -(-steps // MOST_STEPS))
            last = "(SELECT max(number) FROM step)"
            target.execute(f"DELETE FROM step WHERE number % ? != 0 AND number >= 10 AND number != {last}", (every,))


def _evenly(numbers: list[int], most: int) -> set[int]:
    """At most so many of the numbers, from the first to the last at even distances."""
    if len(numbers) <= most:
        return set(numbers)
    return {numbers[round(i * (len(numbers) - 1) / (most - 1))] for i in range(most)}


def _settle(place: Path) -> None:
    """One file, which can be read where nothing can be written."""
    with closing(_database(place)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
        database.execute("VACUUM")


def _database(place: Path) -> sqlite3.Connection:
    return sqlite3.connect(place / "record.sqlite")


def race(out: Path, say: Say, remark: str, steps: int | None = None) -> None:
    """The recorded race: every variant under every seed, one after another."""
    label, runs, each = _label(remark), [], steps or RACE_STEPS
    with tempfile.TemporaryDirectory() as folder:
        for seed in SEEDS:
            for variant in VARIANTS:
                made = Path(folder) / f"{seed} {variant}"
                create(made, varied(replace(Recipe(), steps=each), variant, seed), variant)
                _train(made, lambda step: None)
                runs.append(recordings.VariantRun(variant, seed, tuple(Record(made).all_evaluations())))
                shutil.rmtree(made)
                say(f"race: {len(runs)} of {len(SEEDS) * len(VARIANTS)} runs")
    place = _empty(out / "race")
    _write(place / "race.json", recordings.Race(each, tuple(runs)))
    _write(place / recordings.LABEL, label)


def measurements(out: Path, say: Say, remark: str, repeats: int | None = None) -> None:
    """Speed and memory of the full sizes and of the built-in pair, each kept when it is whole; older ones go with the first."""
    label, place = _label(remark), out / "measurements"
    for number, (name, choices) in enumerate(REQUESTS.items()):
        measured = _last(measuring.stream(_request(choices, repeats)), name, say)
        _write((place if number else _empty(place)) / f"{name}.json", measured)
        _write(place / recordings.LABEL, label)


def _request(choices: Mapping[str, Any], repeats: int | None) -> Request:
    return Request(**choices, repeats=repeats or Request.repeats)


def _last(stream: Iterable[T], name: str, say: Say) -> T:
    """The last record of a stream that grows."""
    kept = None
    for stage, record in enumerate(stream, 1):
        say(f"{name}: stage {stage}")
        kept = record
    if kept is None:
        raise ValueError(f"Nothing was measured for {name}.")
    return kept


def quality(out: Path, say: Say, remark: str) -> None:
    """Quality of the built-in pair on the built-in held-out sentences."""
    from distilbert_viz.distillation import quality as measuring_quality
    from distilbert_viz.pairs import load_pair

    label = _label(remark)
    found = _last(measuring_quality.measure(load_pair(device="cpu"), sentences.held_out(), SENTENCES), "quality", say)
    place = _empty(out / "quality")
    _write(place / "quality.json", found)
    _write(place / recordings.LABEL, label)


def _each_fiftieth(say: Say) -> Callable[[Step], None]:
    return lambda step: say(f"run: step {step.number}") if step.number % 50 < 2 else None


def _label(remark: str) -> Recording:
    from distilbert_viz.cost.machine import processor

    load, threads = float(psutil.getloadavg()[0]), os.cpu_count() or 1
    return Recording(processor(), threads, load, time.strftime("%Y-%m-%d"), recordings.built_in_weights(), remark)


def _empty(place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def _write(file: Path, record: as_json.Record) -> None:
    file.write_text(json.dumps(as_json.to_json(record)) + "\n", encoding="utf-8")
