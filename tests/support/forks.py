"""Processes that begin with torch, transformers and the package imported: forked from one that imported them and did no work."""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory
from types import ModuleType
from unittest.mock import patch

from tests.support.browsers import free_port
from tests.support.paths import ROOT

IMPORTED = [
    "distilbert_viz.cli.fetching", "distilbert_viz.distillation.engine", "distilbert_viz.pairs.reading", "tests.support.forks",
    "transformers.models.bert.modeling_bert", "transformers.models.distilbert.modeling_distilbert", "tests.support.frozen",
]  # fmt: skip
ENVIRONMENT = {"OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(ROOT)}
SECONDS = 300
SUFFIXES = ".out", ".err"

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(IMPORTED)


def begin(work: Callable[..., None], *words: object, log: Path, **environment: str) -> BaseProcess:
    """A process that does work(*words), `work` being found by its module and name; what it says goes to `log`.out and `log`.err."""
    for suffix in SUFFIXES:
        log.with_suffix(suffix).write_bytes(b"")  # also of a process that fails before it can say a word
    process = _forks.Process(target=_do, args=(work, words, log, environment))
    with _no_script(), patch.dict(os.environ, ENVIRONMENT):  # the first of them starts the process that all are forked from
        process.start()
    return process


def end(process: BaseProcess, log: Path) -> CompletedProcess:
    """How the process ended, once it has."""
    process.join(SECONDS)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError(f"{process} takes more than {SECONDS} s")
    said = [log.with_suffix(suffix).read_text(errors="replace") for suffix in SUFFIXES]
    return CompletedProcess(process.name, process.exitcode, *said)


def done(work: Callable[..., None], *words: object, log: Path) -> CompletedProcess:
    """How a process ended that did work(*words)."""
    return end(begin(work, *words, log=log), log)


def done_by_two(work: Callable[..., None], *words: object, log: Path) -> list[CompletedProcess]:
    """The same by two processes that know of each other, as torchrun tells them."""
    shared = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    logs = [log.with_name(f"{log.name}-{rank}") for rank in range(2)]
    ranks = [begin(work, *words, log=one, RANK=str(rank), LOCAL_RANK=str(rank), **shared) for rank, one in enumerate(logs)]
    return [end(process, one) for process, one in zip(ranks, logs, strict=True)]


def lines(*words: str) -> Iterator[str]:
    """What `python -m` with these words writes, as `distilbert_viz.cost.child.Lines` yields it, but once the process has ended."""
    with TemporaryDirectory() as folder:
        ended = done(python, *words, log=Path(folder, "log"))
    assert ended.returncode == 0, ended.stderr[-2000:]
    yield from ended.stdout.splitlines()


def shell(*words: object) -> None:
    """`python -m distilbert_viz` with these words."""
    python("-m", "distilbert_viz", *map(str, words))


def python(option: str, module: str, *words: str) -> None:
    """`python -m` with these words."""
    assert option == "-m"
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


@contextmanager
def _no_script() -> Iterator[None]:
    """A new process first runs the main module's file again, and Streamlit's AppTest leaves the page it tested in that place."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _do(work: Callable[..., None], words: tuple[object, ...], log: Path, environment: dict[str, str]) -> None:
    for stream, suffix in enumerate(SUFFIXES, 1):
        os.dup2(os.open(log.with_suffix(suffix), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    os.environ |= environment
    work(*words)
