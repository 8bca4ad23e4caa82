"""One run's folder: recipe.toml, record.sqlite (written by one process, read by any number), checkpoints, student.

In the folder of somebody else's training, which is watched alone, watched.json stands in place of the recipe.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack, cast

from distilbert_viz.distillation import checkpoints
from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs.layers import initial_layers
from distilbert_viz.runs.book import Book

WAITING, STARTING, RUNNING, PAUSED, STOPPED, FINISHED, FAILED = (
    "waiting", "starting", "running", "paused", "stopped", "finished", "failed",
)  # fmt: skip
UNDER_WAY = (STARTING, RUNNING)
ENDED = (STOPPED, FINISHED, FAILED)
STUDENT = "student"


class State(TypedDict, total=False):
    """What a run is called, how it stands and what is asked of it; times in seconds since 1970, `pid` 0 for no process.

    `pid_began`: when the process began, in seconds after the machine did.
    `watching`: what watching somebody else's training took of its time, as a sentence says it.
    """

    name: str
    status: str
    reason: str
    control: str
    pid: int
    pid_began: float
    created: float
    asked_for: float
    session: str
    race: str
    variant: str
    seed: int
    watching: str


@dataclass(frozen=True)
class Outline:
    """What a run is drawn on: the `steps` it is to make, 0 where nobody knows, and the student's `layers`.

    `start`: the teacher layers that started them, () where nobody knows.
    """

    steps: int
    layers: int
    start: tuple[int, ...]


class Record(Book):
    """A run's folder, open for reading; whoever trains in it writes through the same methods."""

    read_only = False

    @property
    def id(self) -> str:
        """The folder's name: what a link holds."""
        return self.folder.name

    @property
    def recipe(self) -> Recipe:
        """What decides the run."""
        return recipes.read_run(self.folder / "recipe.toml")

    def outline(self) -> Outline:
        """How many steps it is to make, and of which layers its student is."""
        recipe, probes = self.recipe, self.kept_probes()
        depth = probes[0][0]["shape"][0] if probes else 0
        by_rule = initial_layers(depth, recipe.layers) if recipe.layers <= depth else ()
        return Outline(recipe.steps, recipe.layers, recipe.initial_layers or by_rule)

    def state(self) -> State:
        """Whatever was set."""
        with self._open() as connection:
            found = {name: json.loads(value) for name, value in connection.execute("SELECT name, value FROM state")}
        return cast(State, found)

    def set(self, **values: Unpack[State]) -> None:
        """Write parts of the state."""
        written = [(name, json.dumps(value)) for name, value in values.items()]
        with self._open() as connection:
            connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", written)

    def asked(self) -> str:
        """What a person asks of the run now: "go", "pause" or "stop"."""
        with self._open() as connection:
            row = connection.execute("SELECT value FROM state WHERE name = 'control'").fetchone()
        return str(json.loads(row[0])) if row else "go"

    def held(self, held: bool) -> None:
        """Say that the run waits in its place, or no longer does."""
        self.set(status=PAUSED if held else RUNNING)

    @property
    def has_student(self) -> bool:
        """Whether it has saved a student."""
        return (self.folder / STUDENT).is_dir()

    def student_step(self) -> int | None:
        """After how many steps the student was saved that lies in the folder; None where none does.

        A student of an older version doesn't say so: then the newest checkpoint's step, else the newest recorded one.
        """
        try:
            config = json.loads((self.folder / STUDENT / "config.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        if checkpoints.TRAINED_STEPS in config:
            return int(config[checkpoints.TRAINED_STEPS])
        checkpoint = checkpoints.newest(self.folder)
        return self.newest()[0] if checkpoint is None else checkpoints.number(checkpoint)


def create(folder: Path, recipe: Recipe, called: str, **state: Unpack[State]) -> Record:
    """A new run in `folder`, which must not hold one. Raises FileExistsError."""
    folder.mkdir(parents=True, exist_ok=True)
    if any((folder / name).exists() for name in ("recipe.toml", "watched.json")):
        raise FileExistsError(f"{folder} already holds a run: go on with --resume, or choose another folder.")
    record = Record(folder)
    record.make_tables()
    record.set(**state)
    record.set(name=called, status=WAITING, control="go", created=time.time())
    recipes.write(recipe, folder / "recipe.toml")
    return record
