"""One run's folder: recipe.toml, record.sqlite (written by one process, read by any number), checkpoints, student.

SQLite in WAL mode: a reader never waits for the writer. A step's number is its key, so that a resumed run overwrites
what it trains again and no step stands twice.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from typing import TypedDict, Unpack, cast

from distilbert_viz.distillation import checkpoints
from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.records import Evaluation, Picture, Probe, Step
from distilbert_viz.runs import rows

WAITING, STARTING, RUNNING, PAUSED, STOPPED, FINISHED, FAILED = (
    "waiting", "starting", "running", "paused", "stopped", "finished", "failed",
)  # fmt: skip
UNDER_WAY = (STARTING, RUNNING)
ENDED = (STOPPED, FINISHED, FAILED)
STUDENT = "student"
TABLES: dict[str, type[Step] | type[Evaluation]] = {"step": Step, "evaluation": Evaluation}
Cell = int | float | str | bytes


class State(TypedDict, total=False):
    """What a run is called, how it stands and what is asked of it; times in seconds since 1970, `pid` 0 for no process."""

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


class Record:
    """A run's folder, open for reading; whoever trains in it writes through the same methods."""

    def __init__(self, folder: Path):
        self.folder = folder

    @property
    def id(self) -> str:
        """The folder's name: what a link holds."""
        return self.folder.name

    @property
    def recipe(self) -> Recipe:
        """What decides the run."""
        return recipes.read_run(self.folder / "recipe.toml")

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.folder / "record.sqlite", timeout=10)
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = self._connected()
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def make_tables(self) -> None:
        """Empty tables; those that are there stay as they are."""
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT)")
            for table, kind in TABLES.items():
                columns = ", ".join(f"{f.name} {'INTEGER PRIMARY KEY' if f.name == 'number' else 'REAL'}" for f in fields(kind))
                connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({columns})")
            for table in ("probe", "picture"):
                connection.execute(f"CREATE TABLE IF NOT EXISTS {table} (number INTEGER PRIMARY KEY, words TEXT, maps BLOB)")

    # What the run is about, and how it stands

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

    # Written while it trains

    def steps(self, steps: list[Step]) -> None:
        """Keep steps."""
        self._put("step", (astuple(step) for step in steps), len(fields(Step)))

    def evaluation(self, evaluation: Evaluation) -> None:
        """Keep an evaluation."""
        self._put("evaluation", [astuple(evaluation)], len(fields(Evaluation)))

    def probes(self, probes: tuple[Probe, ...]) -> None:
        """Keep the teacher's side of every probe."""
        self._put("probe", (rows.of_probe(i, probe) for i, probe in enumerate(probes)), 3)

    def picture(self, picture: Picture) -> None:
        """Keep the student's side of every probe; weights of attention as 256 steps."""
        self._put("picture", [rows.of_picture(picture)], 3)

    def _put(self, table: str, made: Iterable[tuple[Cell, ...]], columns: int) -> None:
        with self._open() as connection:
            connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * columns)})", made)

    # Read by whoever watches

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

    def all_steps(self, after: int = -1, every: int = 1) -> list[Step]:
        """Steps with a number above `after`; of many, every n-th."""
        return [rows.as_step(row) for row in self._rows("step", after, every)]

    def all_evaluations(self, after: int = -1) -> list[Evaluation]:
        """Evaluations after more than `after` steps."""
        return [rows.as_evaluation(row) for row in self._rows("evaluation", after, 1)]

    def _rows(self, table: str, after: int, every: int) -> list[rows.Row]:
        query = f"SELECT * FROM {table} WHERE number > ? AND (number % ? = 0 OR number < 10) ORDER BY number"
        with self._open() as connection:
            return connection.execute(query, (after, every)).fetchall()

    def newest(self) -> tuple[int, int, int]:
        """The highest number of a step, an evaluation and a picture; -1 where there is none."""
        with self._open() as connection:
            tables = ("step", "evaluation", "picture")
            query = "SELECT " + ", ".join(f"coalesce((SELECT max(number) FROM {table}), -1)" for table in tables)
            step, evaluation, picture = connection.execute(query).fetchone()
        return step, evaluation, picture

    def pictures(self) -> list[int]:
        """After how many steps pictures were kept."""
        with self._open() as connection:
            return [number for (number,) in connection.execute("SELECT number FROM picture ORDER BY number")]

    def kept_probes(self) -> list[tuple[rows.ProbeWords, bytes]]:
        """The teacher's side of every probe, as (words, maps)."""
        with self._open() as connection:
            found = connection.execute("SELECT words, maps FROM probe ORDER BY number").fetchall()
        return [(json.loads(words), maps) for words, maps in found]

    def kept_picture(self, number: int) -> tuple[list[rows.PictureWords], bytes] | None:
        """The student's side of every probe after `number` steps, as (words, maps one after the other); None if there is none."""
        with self._open() as connection:
            row = connection.execute("SELECT words, maps FROM picture WHERE number = ?", (number,)).fetchone()
        return None if row is None else (json.loads(row[0]), row[1])


def create(folder: Path, recipe: Recipe, called: str, **state: Unpack[State]) -> Record:
    """A new run in `folder`, which must not hold one. Raises FileExistsError."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "recipe.toml").exists():
        raise FileExistsError(f"{folder} already holds a run: go on with --resume, or choose another folder.")
    record = Record(folder)
    record.make_tables()
    record.set(**state)
    record.set(name=called, status=WAITING, control="go", created=time.time())
    recipes.write(recipe, folder / "recipe.toml")
    return record
