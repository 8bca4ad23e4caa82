"""What a server is told by its environment, read whenever it is asked for, and how much of it a visitor may have.

| name | meaning | unset |
|---|---|---|
| DISTILBERT_VIZ_PUBLIC | 1: demo mode, for a server that strangers visit; 0: a private server | 0 |
| DISTILBERT_VIZ_FOLDERS | absolute folders, separated as in PATH: folders of models are opened only below one of them | private: any; public: none |
| DISTILBERT_VIZ_RUNS | the folder in which runs, uploaded texts and measurements lie | ~/.local/share/distilbert_viz/runs |
| DISTILBERT_VIZ_OPENED | absolute folders, separated as in PATH, of runs made elsewhere: shown to every visitor, never written | none |
| DISTILBERT_VIZ_SERVE | http://host:port of a tracing server (deploy/README.md), which then runs the traced passes | traced here |
| DISTILBERT_VIZ_MEMORY | what the server and its children may hold together, such as 900 MB or 4 GB | nine tenths of the machine's |
"""  # noqa: E501

import os
import re
from dataclasses import dataclass
from pathlib import Path

PUBLIC, FOLDERS, RUNS = "DISTILBERT_VIZ_PUBLIC", "DISTILBERT_VIZ_FOLDERS", "DISTILBERT_VIZ_RUNS"
OPENED, SERVE = "DISTILBERT_VIZ_OPENED", "DISTILBERT_VIZ_SERVE"
MEMORY = "DISTILBERT_VIZ_MEMORY"
UNITS = {"MB": 10**6, "GB": 10**9}


class SettingsError(ValueError):
    """A setting that can't be followed, said in one sentence for the person who runs the server."""


@dataclass(frozen=True)
class Limits:
    """How much there is of what costs a server time, memory or disk; None is no limit.

    Of one visitor: `text`, characters of a text; `upload`, bytes of a text file; `lines` of it on which heads are compared;
    `steps`, `batch` (sentences a step) and `length` (tokens a sentence) of a run; `own_runs` under way or waiting; `cells` of a
    measurement of time, and `tokens` of the largest.
    Of all visitors together: `runs` under way or waiting; `kept` runs, and as many measurements, on the disk, the oldest that
    have ended going first; `jobs`, calculations at one time.
    """

    text: int
    upload: int
    lines: int
    steps: int
    batch: int
    length: int
    own_runs: int
    cells: int
    tokens: int
    runs: int
    kept: int | None
    jobs: int


PRIVATE = Limits(text=50_000, upload=5_000_000, lines=100, steps=20_000, batch=512, length=512, own_runs=3, cells=42,
                 tokens=16_384, runs=100, kept=None, jobs=64)  # fmt: skip
DEMO = Limits(text=2_000, upload=200_000, lines=20, steps=1_000, batch=32, length=128, own_runs=1, cells=4,
              tokens=1_024, runs=5, kept=20, jobs=4)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """`public`: demo mode, in which visitors see the catalogue's pairs alone, fetch nothing and own their runs alone.

    `roots`: the real paths below which folders of models are opened, the runs' own among them; None means anywhere.
    `serve`: the address of the server that traces for this one; None means that it traces itself. `memory`: bytes that it and its
    children may hold; None means that the machine decides.
    """

    public: bool
    roots: tuple[Path, ...] | None
    serve: str | None = None
    memory: int | None = None

    @property
    def limits(self) -> Limits:
        """What a visitor of this server has."""
        return DEMO if self.public else PRIVATE

    def opens(self, folder: str | Path) -> bool:
        """Whether a folder of models may be opened, there or not."""
        return self.roots is None or is_below(folder, self.roots)


def is_below(folder: str | Path, roots: tuple[Path, ...]) -> bool:
    """Whether a path lies below one of the real paths `roots`, once `..` and symbolic links in it are followed."""
    try:
        real = Path(os.path.realpath(folder))
    except ValueError:  # a NUL, or a lone surrogate
        return False
    return any(real.is_relative_to(root) for root in roots)


def read() -> Settings:
    """The settings as the environment has them now. Raises SettingsError."""
    opened()
    public, named = _switch(PUBLIC), _folders()
    roots = (*named, Path(os.path.realpath(runs_folder()))) if public or named else None
    return Settings(public, roots, _address(SERVE), _size(MEMORY))


def limits() -> Limits:
    """What a visitor has now."""
    return read().limits


def problem() -> str | None:
    """What is wrong with the settings, in one sentence."""
    try:
        read()
    except SettingsError as error:
        return str(error)
    return None


def runs_folder() -> Path:
    """Where runs lie; whether or not it is there."""
    return Path(os.environ.get(RUNS) or Path.home() / ".local" / "share" / "distilbert_viz" / "runs")


def _switch(name: str) -> bool:
    value = os.environ.get(name, "").strip() or "0"
    if value not in ("0", "1"):
        raise SettingsError(f"{name} must be 1 or 0, not {value!r}.")
    return value == "1"


def opened() -> tuple[Path, ...]:
    """The folders of runs made elsewhere that this server shows, there or not. Raises SettingsError."""
    names = _listed(OPENED)
    for name in names:
        if not os.path.isabs(name):
            raise SettingsError(f"{OPENED} names {name!r}, which is no absolute path.")
    return tuple(map(Path, names))


def _folders() -> tuple[Path, ...]:
    names = _listed(FOLDERS)
    for name in names:
        if not os.path.isabs(name) or not os.path.isdir(name):
            raise SettingsError(f"{FOLDERS} names {name!r}, which is no absolute path of a folder that is there.")
    return tuple(Path(os.path.realpath(name)) for name in names)


def _listed(setting: str) -> list[str]:
    return [name for name in os.environ.get(setting, "").split(os.pathsep) if name.strip()]


def _address(name: str) -> str | None:
    address = os.environ.get(name, "").strip()
    if address and not re.fullmatch(r"https?://([\w.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?/?", address):
        raise SettingsError(f"{name} must be an address such as http://tracing:8000, not {address!r}.")
    return address.rstrip("/") or None


def _size(name: str) -> int | None:
    said = os.environ.get(name, "").strip()
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?) ?([MG]B)", said, re.IGNORECASE | re.ASCII)
    if said and not found:
        raise SettingsError(f"{name} must be a size such as 900 MB or 4 GB, not {said!r}.")
    return int(float(found[1]) * UNITS[found[2].upper()]) if found else None
