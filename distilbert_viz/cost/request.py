"""What is to be measured, refused at the door where it can't be. Knows nothing of weights: it is read before torch is."""

import math
import os
import re
from dataclasses import dataclass, field
from itertools import product

from distilbert_viz.pairs.catalogue import CATALOGUE

BASE_ARCHITECTURE = "base-architecture"
LEAST_REPEATS = 5
LONGEST = 512
CHOICES = {
    "form": ("as pre-trained", "encoder", "masked LM", "classification", "token classification", "question answering"),
    "attention": ("sdpa", "eager"),
    "dtype": ("float32", "bfloat16", "float16"),
    "device": ("auto", "cpu", "cuda", "mps"),
}


def named(pair: str = "", teacher: str | None = None, student: str | None = None) -> str:
    """A pair for a person, as a measurement keeps it: its name, or its two models. There need be no such pair."""
    return f"{teacher} → {student}" if teacher else pair


class RequestError(ValueError):
    """A measurement that can't be made, said in one sentence for a person."""


@dataclass(frozen=True)
class Request:
    """A pair, the classes it is measured as, on what, and the grid of lengths (tokens a text) and batches (texts a pass).

    `pair` is a name of the catalogue or "base-architecture": BERT-base and DistilBERT at full size; a pair of one's own is
    given by `teacher` and `student`, hub names or folders. Each cell is timed at least 5 and at most `repeats` times; no new
    repeat begins after `seconds`. `device` may be numbered, "cuda:1".
    """

    pair: str = BASE_ARCHITECTURE
    teacher: str | None = None
    student: str | None = None
    form: str = "masked LM"
    attention: str = "sdpa"
    dtype: str = "float32"
    device: str = "cpu"
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    lengths: tuple[int, ...] = (16, 128)
    batches: tuple[int, ...] = (1, 8)
    repeats: int = 20
    seconds: float = 20.0

    def __post_init__(self) -> None:
        _refuse_pair(self)
        for what, known in CHOICES.items():
            _refuse_unknown(what, re.sub(r"^cuda:\d+$", "cuda", getattr(self, what)), known)
        _refuse_outside("threads", self.threads, 1, os.cpu_count() or 1)
        _refuse_grid("lengths", self.lengths, LONGEST)
        _refuse_grid("batches", self.batches, None)
        _refuse_outside("repeats", self.repeats, LEAST_REPEATS, None)
        if not 0 <= self.seconds < math.inf:
            raise RequestError(f"seconds must be 0 or more, not {self.seconds:g}.")

    @property
    def name(self) -> str:
        """The pair, for a person."""
        return named(self.pair, self.teacher, self.student)

    @property
    def full_size(self) -> bool:
        """Whether the published architectures are measured, for which no file is read."""
        return self.teacher is None and self.pair == BASE_ARCHITECTURE

    @property
    def cells(self) -> list[tuple[int, int]]:
        """(length, batch) from the fewest tokens to the most, each once."""
        return sorted(set(product(self.lengths, self.batches)), key=lambda cell: (cell[0] * cell[1], cell))

    @property
    def stages(self) -> int:
        """How many records `measure` yields: loading, the time of every cell, the parts, the memory of both in every cell."""
        return 2 + 3 * len(self.cells)


def _refuse_pair(request: Request) -> None:
    own = (request.teacher, request.student)
    if any(own) != all(own) or "" in own:
        raise RequestError("A pair of your own needs both a teacher and a student.")
    if own == (None, None):
        _refuse_unknown("pair", request.pair, (*CATALOGUE, BASE_ARCHITECTURE))


def _refuse_unknown(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise RequestError(f"There is no {what} called {value!r}; there are {', '.join(known)}.")


def _refuse_outside(what: str, value: int, least: int, most: int | None) -> None:
    if value < least or (most is not None and value > most):
        limits = f"from {least} to {most}" if most is not None else f"{least} or more"
        raise RequestError(f"{what} must be {limits}, not {value}.")


def _refuse_grid(what: str, values: tuple[int, ...], most: int | None) -> None:
    if not values:
        raise RequestError(f"{what} must hold at least one number.")
    for value in values:
        _refuse_outside(what, value, 1, most)
