"""The folder of a training that is somebody else's and is watched alone: watched.json says whose it is and what is seen of it."""

import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from distilbert_viz.runs.record import RUNNING, Outline, Record

FILE = "watched.json"


@dataclass(frozen=True)
class Watched:
    """Whose training it is, and what is seen of it.

    `script` and `host`: what trains, and where. `teacher` and `student`: their classes. `steps`, `layers` and `start` as in an
    Outline. `outcome`: what a soft label is over ("token", "class", "tag"), "" where none is read. `share`: how much of the steps'
    time watching may take. `alone`: why losses alone are recorded; "" where more is.
    """

    script: str
    host: str
    teacher: str
    student: str
    steps: int
    layers: int
    start: tuple[int, ...]
    outcome: str
    share: float
    alone: str = ""

    @property
    def outline(self) -> Outline:
        """What it is drawn on."""
        return Outline(self.steps, self.layers, self.start)


def read(folder: Path) -> Watched | None:
    """What stands in the folder; None where it is no watched training's, or of another version."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.keys() != {field.name for field in fields(Watched)}:
        return None
    return Watched(**found | {"start": tuple(found["start"])})


def write(folder: Path, watched: Watched) -> None:
    """Write it, whole."""
    unfinished = folder / f"{FILE}.unfinished"
    unfinished.write_text(json.dumps(asdict(watched), indent=1) + "\n", encoding="utf-8")
    unfinished.replace(folder / FILE)


def newest(folder: Path) -> Path | None:
    """The last of folder, folder-2, folder-3, ... that holds something; None where `folder` itself is free."""
    taken = list(itertools.takewhile(_is_taken, _places(folder)))
    return taken[-1] if taken else None


def free(folder: Path) -> Path:
    """The first of folder, folder-2, folder-3, ... that holds no run."""
    return next(place for place in _places(folder) if not _is_taken(place))


def _places(folder: Path) -> Iterator[Path]:
    yield folder
    yield from (folder.with_name(f"{folder.name}-{number}") for number in itertools.count(2))


def _is_taken(place: Path) -> bool:
    return any((place / name).exists() for name in (FILE, "recipe.toml", "record.sqlite"))


def create(folder: Path, watched: Watched, called: str) -> None:
    """A new record in `folder`, which holds none."""
    folder.mkdir(parents=True, exist_ok=True)
    record = Record(folder)
    record.make_tables()
    record.set(name=called, status=RUNNING, created=time.time())
    write(folder, watched)
