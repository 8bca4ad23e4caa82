"""A training process that has read its libraries and waits for a run, so that a run's first point comes soon after Start.

python -m distilbert_viz.runs.spare: the folder of a run comes as a line on its standard input; no line, no run.
"""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from distilbert_viz.runs import child

BEHIND_PICTURES = 10  # a run of minutes may lose seconds; who looks at a page waits for them
SHARE_OF_SESSION = Path("/proc/self/autogroup")
ROOT = Path(__file__).resolve().parents[2]


def start() -> subprocess.Popen[str]:
    """A process that gets ready."""
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    words = [sys.executable, "-m", "distilbert_viz.runs.spare"]
    return subprocess.Popen(words, cwd=ROOT, env=environment, stdin=subprocess.PIPE, text=True)


def give(process: subprocess.Popen[str], folder: Path) -> int:
    """Let the process train the run in `folder`; its exit status, negative for a signal."""
    process.communicate(f"{folder}\n")
    return process.wait()


def give_way() -> None:
    """Let the app and all else on this machine go first: Linux shares time among sessions, niceness counts within (sched(7))."""
    os.nice(BEHIND_PICTURES)
    if os.getsid(0) == os.getppid():  # the consumer's own session
        with contextlib.suppress(OSError):
            SHARE_OF_SESSION.write_text(str(BEHIND_PICTURES))


def main() -> None:
    """Wait for a run and train it."""
    from distilbert_viz.distillation import engine  # noqa: F401  read now, so that nobody waits for it later

    give_way()
    folder = Path(sys.stdin.readline().strip())
    if folder.is_absolute():
        log = os.open(folder / "log.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(log, 1)
        os.dup2(log, 2)
        child.train(folder, lambda step: None)


if __name__ == "__main__":
    main()
