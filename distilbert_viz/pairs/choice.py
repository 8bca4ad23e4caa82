"""Which pair is asked for, where and in which numbers: the one place that spells a pair in an address or a shell, and reads it."""

import os
import re
from dataclasses import dataclass

from distilbert_viz.pairs.catalogue import BUILT_IN, CATALOGUE

RUN = re.compile(r"(run-[0-9a-f]{10})(?:@(\d{1,9}))?")
BETWEEN = "|"


@dataclass(frozen=True)
class Named:
    """A pair of the catalogue, by its name; a name that the catalogue lacks is refused when the pair is looked up."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class RunStudent:
    """A run's teacher, and the student that the run had saved after `step` steps; None: whichever it has saved by now."""

    run: str
    step: int | None = None

    def __str__(self) -> str:
        return self.run if self.step is None else f"{self.run}@{self.step}"


@dataclass(frozen=True)
class TwoSources:
    """A pair of one's own: two hub names, each perhaps with @revision, or two folders."""

    teacher: str
    student: str

    def __str__(self) -> str:
        return f"{self.teacher}{BETWEEN}{self.student}"


def absolute(source: str) -> str:
    """A file or folder by its whole path, by which another process finds it too; a name of the hub as it is."""
    return os.path.abspath(source) if os.path.exists(source) else source


Models = Named | RunStudent | TwoSources


@dataclass(frozen=True)
class PairChoice:
    """Which two models, on which device ("" is the fastest there is) and in which dtype.

    Equal choices are one loaded pair: a run's student of another step is another choice.
    """

    models: Models = Named(BUILT_IN)
    device: str = ""
    dtype: str = "float32"

    @classmethod
    def read(cls, spelling: str, device: str = "", dtype: str = "float32") -> "PairChoice":
        """The choice that an address or a shell spells: a name, `run-…`, `run-…@step`, or `teacher|student`. Refuses nothing."""
        return cls(read_models(spelling), device, dtype)

    @property
    def spelling(self) -> str:
        """What `read` reads, for the address and the shell; device and dtype are parameters of their own."""
        return str(self.models)

    @property
    def in_catalogue(self) -> bool:
        """Whether it is a pair of the catalogue."""
        return self.spelling in CATALOGUE


def read_models(spelling: str) -> Models:
    """Which two models a spelling names."""
    if run := RUN.fullmatch(spelling):
        return RunStudent(run[1], None if run[2] is None else int(run[2]))
    teacher, between, student = spelling.partition(BETWEEN)
    return TwoSources(teacher, student) if between else Named(spelling)
