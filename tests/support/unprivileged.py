"""A server as a platform starts it: by a user without rights, from files that nobody can write to, with one folder of its own."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

NOBODY = 65534
IS_ROOT = os.geteuid() == 0
PLAIN = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
# Where Python itself lies in a folder that is root's alone: the right to read, and no other.
READING = (*PLAIN, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
AGAIN = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"  # as the app starts its own processes
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
    for found in (place, *place.rglob("*")) if IS_ROOT else ():
        os.chown(found, NOBODY, NOBODY)


@cache
def way(program: str) -> tuple[str, ...] | None:
    """What a command begins with, so that this Python runs without rights; None where it can't."""
    ways = (PLAIN, READING) if IS_ROOT else ((),)
    return next((words for words in ways if _runs((*words, program, "-c", AGAIN))), None)


def _runs(words: Sequence[str]) -> bool:
    try:
        return subprocess.run(words, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def started(words: Sequence[str], place: Path, environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """The process of a command in a folder with this environment and no other; all it says goes to `log`."""
    with log.open("wb") as said:
        return subprocess.Popen([*way(words[0]), *words], cwd=place, env=dict(environment), stdout=said, stderr=said)
