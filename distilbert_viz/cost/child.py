"""A fresh interpreter, heard line by line."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

from distilbert_viz import memory, settings
from distilbert_viz.cost.request import RequestError

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_LEAVE = 5
# The app lets its own threads wait asleep; what is measured from a page and from a shell waits as the library's default is.
LEFT_OUT = ("OMP_WAIT_POLICY",)


class Lines:
    """What `python` with these words writes, a line at a time, as it is written.

    Raises RequestError with its last words on stderr where it fails. `close`, which any thread may call, ends it and all that
    it started, and the lines with it.
    """

    def __init__(self, *words: str):
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115  as long as the process lives
        self._closed = False
        self._process = subprocess.Popen(
            [sys.executable, *words], env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._said,
            text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        self._lines = self._process.stdout

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        if not self._closed and (line := self._lines.readline()):
            return line.rstrip("\n")
        if (status := self._process.wait()) and not self._closed:
            self._said.seek(0)
            raise RequestError(_why(status, self._said.read().strip()))
        raise StopIteration

    def close(self) -> None:
        """Ask the process to leave, as it may have files to delete; if it doesn't, end it and its children."""
        self._closed = True
        self._process.terminate()
        try:
            self._process.wait(SECONDS_TO_LEAVE)
        except subprocess.TimeoutExpired:
            for one in [*psutil.Process(self._process.pid).children(recursive=True), self._process]:
                one.kill()
            self._process.wait()


def _environment() -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    left = f"{memory.left_bytes() // 10**6} MB"  # of what this process and all its children may hold
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    return kept | {"PYTHONPATH": path, settings.MEMORY: left}


def _why(status: int, said: str) -> str:
    if status < 0:
        return f"The measuring process was killed (signal {-status}): most likely there was not enough memory."
    return said.splitlines()[-1][:300] if said else f"The measuring process ended with status {status}."
