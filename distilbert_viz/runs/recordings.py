"""What was run and measured before and comes with the package, so that no page is empty: a run, a race, measurements, quality.

`python -m distilbert_viz record` makes it again. Each lies beside a label that says on which machine and when.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from distilbert_viz.cost.as_json import from_json
from distilbert_viz.pairs.catalogue import FOLDER as BUILT_IN_FOLDER
from distilbert_viz.records import Evaluation, Measurement, Quality
from distilbert_viz.records.recording import Recording

FOLDER = Path(__file__).parent / "recorded"
RUN = "run-recorded"  # the id of the recorded run: no run of a visitor is called so
LABEL = "label.json"
T = TypeVar("T")


@dataclass(frozen=True)
class VariantRun:
    """One run of a race: its variant, its seed, and what was held against the teacher on the way."""

    variant: str
    seed: int
    evaluations: tuple[Evaluation, ...]


@dataclass(frozen=True)
class Race:
    """A whole race of runs of `steps` steps each."""

    steps: int
    runs: tuple[VariantRun, ...]

    def results(self) -> dict[str, list[Evaluation]]:
        """The last evaluation of every run, by variant."""
        found: dict[str, list[Evaluation]] = {}
        for run in self.runs:
            found.setdefault(run.variant, []).append(run.evaluations[-1])
        return found

    def courses(self) -> dict[str, list[Evaluation]]:
        """Every variant's evaluations on the way, under the first seed."""
        first = min((run.seed for run in self.runs), default=0)
        return {run.variant: list(run.evaluations) for run in self.runs if run.seed == first}


def run_folder() -> Path:
    """Where the recorded run lies."""
    return FOLDER / RUN


def label(what: str) -> Recording | None:
    """Machine and day of the recording called RUN, "race", "measurements" or "quality"; None where there is none."""
    return _read(FOLDER / what / LABEL, Recording)


def race() -> Race | None:
    """The recorded race."""
    return _read(FOLDER / "race" / "race.json", Race)


def measurements() -> dict[str, Measurement]:
    """The recorded measurements by name, those of the full size first."""
    files = [file for file in sorted((FOLDER / "measurements").glob("*.json")) if file.name != LABEL]
    found = {f"recorded {file.stem}": _read(file, Measurement) for file in files}
    return {name: measured for name, measured in found.items() if measured is not None}


def quality() -> Quality | None:
    """The recorded quality of the built-in pair on the built-in held-out sentences."""
    return _read(FOLDER / "quality" / "quality.json", Quality)


def of_present_weights(recording: Recording) -> bool:
    """Whether the built-in pair is still the one that was recorded."""
    return recording.weights == built_in_weights()


def built_in_weights() -> str:
    """What the built-in pair's list of checksums says."""
    return " ".join((BUILT_IN_FOLDER / "SHA256SUMS").read_text(encoding="utf-8").split()[::2])


def _read(file: Path, kind: type[T]) -> T | None:
    return _parsed(file, file.stat().st_mtime_ns, kind) if file.is_file() else None  # type: ignore[arg-type]


@lru_cache(32)
def _parsed(file: Path, changed: int, kind: type[T]) -> T:
    return from_json(json.loads(file.read_text(encoding="utf-8")), kind)
