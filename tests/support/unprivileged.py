"""A server as a platform starts it: by a user without rights, from files that nobody can write to, with one folder of its own."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534
AS_NOBODY = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
EVERYBODY_READS, NOBODY_WRITES = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH, ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that everybody may enter, gone at the end whatever may not be written to in it."""
    found = Path(tempfile.mkdtemp(prefix="distilbert_viz_public_"))
    found.chmod(0o755)
    try:
        yield found
    finally:
        for directory, _, _ in os.walk(found):
            os.chmod(directory, 0o700)
        shutil.rmtree(found)


def seal(place: Path) -> None:
    """From now on everybody may read what lies in a folder, and nobody may write there."""
    for directory, _, files in os.walk(place, topdown=False):
        for name in files:
            file = Path(directory, name)
            file.chmod((file.stat().st_mode | EVERYBODY_READS) & NOBODY_WRITES)
        os.chmod(directory, 0o555)


def give(place: Path) -> None:
    """Let the user without rights own a folder and all that lies in it."""
    if AS_NOBODY:
        for found in (place, *place.rglob("*")):
            os.chown(found, NOBODY, NOBODY)


def can_run(program: str) -> bool:
    """Whether the user without rights may run a program where it lies."""
    try:
        return subprocess.run([program, "-c", ""], **AS_NOBODY, check=False, cwd="/", env={}).returncode == 0
    except PermissionError:
        return False


def started(words: Sequence[str], place: Path, environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """The process of a command in a folder with this environment and no other; all it says goes to `log`."""
    with log.open("wb") as said:
        return subprocess.Popen(words, cwd=place, env=dict(environment), stdout=said, stderr=said, **AS_NOBODY)
