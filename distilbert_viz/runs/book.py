"""What is recorded of a training, in record.sqlite: steps, evaluations, probes and pictures.

SQLite in WAL mode: a reader never waits for the writer. A step's number is its key, so that a resumed run overwrites
what it trains again and no step stands twice.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from distilbert_viz.records import Evaluation, NamedLoss, Picture, Probe, Step
from distilbert_viz.runs import rows

TABLES: dict[str, type[Step] | type[Evaluation]] = {"step": Step, "evaluation": Evaluation}
NAMED = "named_loss"
Cell = int | float | str | bytes


class Book:
    """The record in a run's folder, written by one process and read by any number."""

    def __init__(self, folder: Path):
        self.folder = folder

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
            columns = "number INTEGER, name TEXT, value REAL, PRIMARY KEY (number, name)"
            connection.execute(f"CREATE TABLE IF NOT EXISTS {NAMED} ({columns})")

    # Written while it trains

    def steps(self, steps: list[Step]) -> None:
        """Keep steps."""
        self._put("step", (astuple(step) for step in steps), len(fields(Step)))

    def named_losses(self, losses: list[NamedLoss]) -> None:
        """Keep losses that have a name of their own."""
        self._put(NAMED, (astuple(loss) for loss in losses), len(fields(NamedLoss)))

    def evaluation(self, evaluation: Evaluation) -> None:
        """Keep an evaluation."""
        self._put("evaluation", [astuple(evaluation)], len(fields(Evaluation)))

    def probes(self, probes: tuple[Probe, ...]) -> None:
        """Keep the teacher's side of every probe."""
        self._put("probe", (rows.of_probe(i, probe) for i, probe in enumerate(probes)), 3)

    def picture(self, picture: Picture) -> None:
        """Keep the student's side of every probe; weights of attention as 256 steps."""
        self._put("picture", [rows.of_picture(picture)], 3)

    def forget_after(self, number: int) -> None:
        """Forget whatever was recorded after more than `number` steps: a training that is resumed there makes it anew."""
        with self._open() as connection:
            for table in (*TABLES, "picture", NAMED):
                connection.execute(f"DELETE FROM {table} WHERE number > ?", (number,))

    def _put(self, table: str, made: Iterable[tuple[Cell, ...]], columns: int) -> None:
        with self._open() as connection:
            connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * columns)})", made)

    # Read by whoever watches

    def all_steps(self, after: int = -1, every: int = 1) -> list[Step]:
        """Steps with a number above `after`; of many, every n-th."""
        return [rows.as_step(row) for row in self._rows("step", after, every)]

    def all_named_losses(self, after: int = -1, every: int = 1) -> list[NamedLoss]:
        """The same of losses that have a name of their own; a record that is older than such losses has none."""
        with self._open() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (NAMED,)).fetchone():
                return []
        return [rows.as_named_loss(row) for row in self._rows(NAMED, after, every)]

    def all_evaluations(self, after: int = -1) -> list[Evaluation]:
        """Evaluations after more than `after` steps."""
        return [rows.as_evaluation(row) for row in self._rows("evaluation", after, 1)]

    def _rows(self, table: str, after: int, every: int) -> list[Any]:
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
