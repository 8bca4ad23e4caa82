"""Checkpoints that are whole or don't count: a folder is resumed from only once a marker says that it is on the disk."""

import os
import shutil
from pathlib import Path

MARKER = "COMPLETE"
TRAINED_STEPS = "trained_steps"  # in a saved student's config.json: after how many steps it was saved


def seal(folder: Path) -> None:
    """Bring every file of a checkpoint to the disk, then mark it."""
    for file in sorted(folder.rglob("*")):
        sync(file)
    (folder / MARKER).touch()
    sync(folder / MARKER)
    sync(folder)


def sync(path: Path) -> None:
    """Bring a file, or a folder's list of files, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def newest(folder: Path) -> Path | None:
    """The marked checkpoint with the most steps."""
    marked = [found.parent for found in folder.glob(f"checkpoint-*/{MARKER}")]
    return max(marked, key=number, default=None)


def number(checkpoint: Path) -> int:
    """After how many steps a checkpoint was made."""
    return int(checkpoint.name.split("-")[1])


def sweep(folder: Path, keep: Path | None) -> None:
    """Delete every checkpoint but `keep`: the marker first, so that a half-deleted one never counts."""
    for found in folder.glob("checkpoint-*"):
        if found != keep:
            (found / MARKER).unlink(missing_ok=True)
            shutil.rmtree(found)
