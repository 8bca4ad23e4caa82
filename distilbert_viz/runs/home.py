"""Where all runs of this machine lie, and what can be done with them by name."""

import hashlib
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Unpack

from distilbert_viz import settings
from distilbert_viz.distillation.recipe import Recipe, RecipeError
from distilbert_viz.runs import opened, recordings
from distilbert_viz.runs.record import ENDED, UNDER_WAY, WAITING, Record, State, create

# What keeps a run from being kept: a full disk, a folder that nobody may write to, a record that is locked for long.
NOT_KEPT = (OSError, sqlite3.OperationalError)
TEXTS = "texts"


def why_not_kept(error: Exception) -> str:
    """The same in one sentence, which names no path of this machine."""
    return f"This server can't keep a run now: {getattr(error, 'strerror', None) or error}."


def home() -> Path:
    """DISTILBERT_VIZ_RUNS, or a folder of the user's; made if it isn't there."""
    folder = settings.runs_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def keep_text(content: bytes) -> str:
    """The file with an uploaded text, once for equal content; it goes with the last run that reads it."""
    file = _texts() / f"{hashlib.sha256(content).hexdigest()[:16]}.txt"
    file.parent.mkdir(exist_ok=True)
    if not file.exists():
        unfinished = file.with_name(f"{file.stem}-{secrets.token_hex(5)}")
        try:
            unfinished.write_text(readable(content), encoding="utf-8")
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    return str(file)


def readable(content: bytes) -> str:
    """The text of a file that should be UTF-8; what isn't is marked, not refused."""
    return content.decode("utf-8-sig", errors="replace")


def is_uploaded(text: str) -> bool:
    """Whether a run's text is one that somebody uploaded here."""
    return Path(text).parent == settings.runs_folder().resolve() / TEXTS


def _texts() -> Path:
    return home() / TEXTS


def new_run(recipe: Recipe, called: str, **state: Unpack[State]) -> Record:
    """A run waiting for its turn, under an id that can't be guessed. Where few are kept, the oldest that has ended goes."""
    run = create(home() / f"run-{secrets.token_hex(5)}", recipe, called, **state)
    if (most := settings.limits().kept) is not None:
        make_room(most)  # only now: the text of one that goes may be the new one's too
    return run


def find(identity: str) -> Record | None:
    """The run with this id, those too that came with the package or were opened from elsewhere; whatever is no id is no run."""
    if not re.fullmatch(rf"run-[0-9a-f]{{10}}|{recordings.RUN}", identity):
        return None
    if elsewhere := next((run for run in opened.all_opened() if run.id == identity), None):
        return elsewhere
    folder = recordings.run_folder() if identity == recordings.RUN else home() / identity
    return Record(folder) if (folder / "recipe.toml").is_file() else None


def all_runs() -> list[Record]:
    """Every run, the newest first."""
    return [run for run, _ in with_states()]


def with_states() -> list[tuple[Record, State]]:
    """Every run and how it stands, the newest first; one that is deleted at this very moment is none."""
    return sorted(_with_states(), key=lambda one: one[1].get("created", 0.0), reverse=True)


def _with_states() -> Iterator[tuple[Record, State]]:
    for file in home().glob("run-*/recipe.toml"):
        run = Record(file.parent)
        try:
            state = run.state()
        except sqlite3.OperationalError:
            if file.is_file():
                raise
        else:
            yield run, state


def recipe_of(run: Record) -> Recipe | None:
    """What decides the run; None where that can't be read, as of a later version, which is to stand in no other run's way."""
    try:
        return run.recipe
    except RecipeError:
        return None


def delete(run: Record) -> None:
    """Delete a run that is not under way, with its student, all it recorded, and its text where no other run reads it."""
    if run.read_only:
        raise ValueError(opened.WATCHED_ALONE)
    if alive(run):
        raise ValueError("This run is still under way: stop it first.")
    texts = _texts_of(run)
    shutil.rmtree(run.folder.rename(run.folder.with_name(f"deleted-{run.id}")))  # from now on nobody reads it
    for text in texts.difference(*map(_texts_of, all_runs())):
        if is_uploaded(text):
            Path(text).unlink(missing_ok=True)


def _texts_of(run: Record) -> set[str]:
    recipe = recipe_of(run)
    return set() if recipe is None else set(recipe.text)


def make_room(most: int) -> None:
    """Delete the oldest runs that have ended until at most `most` runs are left, or none of the others has ended."""
    found = with_states()
    ended = [run for run, state in reversed(found) if state["status"] in ENDED and not opened.is_alive(state)]
    for run in ended[: max(0, len(found) - most)]:
        with suppress(FileNotFoundError, sqlite3.OperationalError):  # somebody else's new run has just made room by it
            delete(run)


def alive(run: Record) -> bool:
    """Whether the process that trains this run lives."""
    return opened.is_alive(run.state())


def waiting(device: str) -> list[Record]:
    """The runs in the queue of this device, the longest-waiting first."""
    queued = [(state["asked_for"], run) for run, state in _of(device) if state["status"] == WAITING and "asked_for" in state]
    return [run for _, run in sorted(queued, key=lambda one: one[0])]


def unfinished(device: str) -> list[Record]:
    """The runs of this device that are marked as under way, or whose process lives (a paused one may hold its place)."""
    return [run for run, state in _of(device) if state["status"] in UNDER_WAY or opened.is_alive(state)]


def _of(device: str) -> list[tuple[Record, State]]:
    return [(run, state) for run, state in with_states() if (recipe := recipe_of(run)) and recipe.device == device]
