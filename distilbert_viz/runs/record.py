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

import numpy as np

from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.records import Evaluation, Picture, Probe, ProbePicture, Step

WAITING, STARTING, RUNNING, PAUSED, STOPPED, FINISHED, FAILED = (
    "waiting", "starting", "running", "paused", "stopped", "finished", "failed",
)  # fmt: skip
UNDER_WAY = (STARTING, RUNNING)
ENDED = (STOPPED, FINISHED, FAILED)
STUDENT = "student"
TABLES = {"step": Step, "evaluation": Evaluation}
WORDS = ("student", "own", "own_probabilities", "kl")


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
        return recipes.read(self.folder / "recipe.toml")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.folder / "record.sqlite", timeout=10)
        try:
            connection.execute("PRAGMA synchronous=NORMAL")
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

    def state(self) -> dict[str, object]:
        """name, status, reason, control, pid, pid_began, created, session, group: whatever was set."""
        with self._open() as connection:
            return {name: json.loads(value) for name, value in connection.execute("SELECT name, value FROM state")}

    def student_step(self) -> int | None:
        """After how many steps the student in this folder was saved; None where none was."""
        done = self.all_steps() if (self.folder / STUDENT).is_dir() else []
        return done[-1].number if done else None

    def set(self, **values: object) -> None:
        """Write parts of the state."""
        rows = [(name, json.dumps(value)) for name, value in values.items()]
        with self._open() as connection:
            connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", rows)

    def asked(self) -> str:
        """What a person asks of the run now: "go", "pause" or "stop"."""
        with self._open() as connection:
            row = connection.execute("SELECT value FROM state WHERE name = 'control'").fetchone()
        return json.loads(row[0]) if row else "go"

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
        self._put("probe", ((i, *_probe(probe)) for i, probe in enumerate(probes)), 3)

    def picture(self, picture: Picture) -> None:
        """Keep the student's side of every probe; weights of attention as 256 steps."""
        words = [{name: _plain(getattr(probe, name)) for name in WORDS} for probe in picture.probes]
        maps = b"".join(_bytes(probe.attentions) for probe in picture.probes)
        self._put("picture", [(picture.number, json.dumps(words), maps)], 3)

    def _put(self, table: str, rows: Iterable[tuple], columns: int) -> None:
        with self._open() as connection:
            connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * columns)})", rows)

    # Read by whoever watches

    def all_steps(self, after: int = -1, every: int = 1) -> list[Step]:
        """Steps with a number above `after`; of many, every n-th."""
        return [Step(*row[:7], int(row[7]), row[8]) for row in self._rows("step", after, every)]

    def all_evaluations(self, after: int = -1) -> list[Evaluation]:
        """Evaluations after more than `after` steps."""
        return [Evaluation(*row) for row in self._rows("evaluation", after, 1)]

    def _rows(self, table: str, after: int, every: int) -> list[tuple]:
        query = f"SELECT * FROM {table} WHERE number > ? AND (number % ? = 0 OR number < 10) ORDER BY number"
        with self._open() as connection:
            return connection.execute(query, (after, every)).fetchall()

    def newest(self) -> tuple[int, int, int]:
        """The highest number of a step, an evaluation and a picture; -1 where there is none."""
        with self._open() as connection:
            query = "SELECT " + ", ".join(f"(SELECT max(number) FROM {table})" for table in ("step", "evaluation", "picture"))
            return tuple(-1 if number is None else number for number in connection.execute(query).fetchone())

    def pictures(self) -> list[int]:
        """After how many steps pictures were kept."""
        with self._open() as connection:
            return [number for (number,) in connection.execute("SELECT number FROM picture ORDER BY number")]

    def kept_probes(self) -> list[tuple[dict, bytes]]:
        """The teacher's side of every probe, as (words, maps)."""
        with self._open() as connection:
            rows = connection.execute("SELECT words, maps FROM probe ORDER BY number").fetchall()
        return [(json.loads(words), maps) for words, maps in rows]

    def kept_picture(self, number: int) -> tuple[list[dict], bytes] | None:
        """The student's side of every probe after `number` steps, as (words, maps one after the other); None if not kept."""
        with self._open() as connection:
            row = connection.execute("SELECT words, maps FROM picture WHERE number = ?", (number,)).fetchone()
        return None if row is None else (json.loads(row[0]), row[1])


def _probe(probe: Probe) -> tuple[str, bytes]:
    names = ("text", "tokens", "position", "candidates", "teacher")
    words = {name: _plain(getattr(probe, name)) for name in names} | {"shape": list(probe.attentions.shape)}
    return json.dumps(words), _bytes(probe.attentions)


def _plain(value: object) -> object:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _bytes(maps: np.ndarray) -> bytes:
    return np.rint(255 * maps).astype(np.uint8).tobytes()


def create(folder: Path, recipe: Recipe, name: str, **state: object) -> Record:
    """A new run in `folder`, which must not hold one. Raises FileExistsError."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "recipe.toml").exists():
        raise FileExistsError(f"{folder} already holds a run: go on with --resume, or choose another folder.")
    record = Record(folder)
    record.make_tables()
    record.set(name=name, status=WAITING, control="go", created=time.time(), **state)
    recipes.write(recipe, folder / "recipe.toml")
    return record


def pictured(words: dict, probe: dict, maps: bytes) -> ProbePicture:
    """A probe's picture as a record again, from a row's words and its part of the row's maps; `probe` gives tokens."""
    tokens = len(probe["tokens"])
    layers_heads = np.frombuffer(maps, np.uint8).reshape(-1, probe["shape"][1], tokens, tokens)
    attentions = (layers_heads / np.float32(255)).astype(np.float32)
    numbers = (np.array(words[n], np.float32) for n in ("student", "own_probabilities"))
    student, own_probabilities = numbers
    return ProbePicture(student, tuple(words["own"]), own_probabilities, words["kl"], attentions)
