"""Runs in folders of somebody's own, which a server shows and leaves alone: `distil` makes them in a shell, `Watch` anywhere."""

import hashlib
import os
import socket
import sqlite3
from pathlib import Path
from typing import Unpack

import psutil

from distilbert_viz import settings
from distilbert_viz.runs import watched
from distilbert_viz.runs.record import STOPPED, UNDER_WAY, Outline, Record, State
from distilbert_viz.runs.watched import Watched

WATCHED_ALONE = "This training is somebody else's: here it is watched alone."
GONE = "the process that trained is gone, without a word"


class Opened(Record):
    """Such a run. It is told from others by its folder, and never written."""

    read_only = True

    @property
    def id(self) -> str:
        """As those of other runs; out of the folder's path, so that a link holds."""
        return identity(self.folder)

    @property
    def watched(self) -> Watched | None:
        """Whose training it is; None where it is a run of `distil`, which has a recipe."""
        return watched.read(self.folder)

    @property
    def has_student(self) -> bool:
        """Whether it has saved a student; a watched training keeps its own where it likes."""
        return self.watched is None and super().has_student

    def outline(self) -> Outline:
        """How many steps it is to make, and of which layers its student is."""
        found = self.watched
        return super().outline() if found is None else found.outline

    def state(self) -> State:
        """Whatever was set; a training that is under way and whose process is gone has stopped."""
        state, found = super().state(), self.watched
        here = found is None or found.host == socket.gethostname()
        if state["status"] in UNDER_WAY and here and not is_alive(state):
            return state | {"status": STOPPED, "reason": GONE}
        return state

    def _connected(self) -> sqlite3.Connection:
        """Where nobody here may write, SQLite can't make the log that it reads too; once a training has ended, there is none."""
        file = self.folder / "record.sqlite"
        try:
            connection = super()._connected()
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            return connection
        except sqlite3.OperationalError:
            if not file.is_file() or file.with_name(f"{file.name}-wal").exists():
                raise
            return sqlite3.connect(f"{file.absolute().as_uri()}?immutable=1", uri=True)

    def set(self, **values: Unpack[State]) -> None:
        """Refuses: nothing here pauses, stops or deletes what somebody else trains."""
        raise ValueError(WATCHED_ALONE)


def began(pid: int) -> float:
    """When a process began, in seconds after the machine did: a clock that is set anew moves all times since 1970."""
    return float(psutil.Process(pid).create_time() - psutil.boot_time())


def is_alive(state: State) -> bool:
    """Whether the process that trains lives: the same number and the same start, since numbers come again.

    One that has ended and that nobody has asked how (a zombie, as in a container without an init) is gone.
    """
    pid = state.get("pid", 0)
    try:
        ended = psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        return not ended and abs(began(pid) - state.get("pid_began", 0.0)) < 1
    except psutil.NoSuchProcess:
        return False


def identity(folder: Path) -> str:
    """The id of the run in a folder."""
    return f"run-{hashlib.sha256(os.fsencode(os.path.realpath(folder))).hexdigest()[:10]}"


def holds_run(folder: Path) -> bool:
    """Whether there is a run in the folder that can be shown."""
    return (folder / "record.sqlite").is_file() and ((folder / "recipe.toml").is_file() or watched.read(folder) is not None)


def all_opened() -> list[Record]:
    """The runs whose folders this server was given."""
    return [Opened(folder) for folder in settings.opened() if holds_run(folder)]
