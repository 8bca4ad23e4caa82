"""A measurement in a process of its own, so that neither the app nor its other visitors stand in its way, or it in theirs."""

import json
from collections.abc import Iterator
from dataclasses import fields

from distilbert_viz.cost import child
from distilbert_viz.cost.as_json import from_json
from distilbert_viz.cost.request import Request
from distilbert_viz.records import Measurement


class Stream:
    """What `cost.measure` yields, from a child. `close`, which any thread may call, ends it and leaves no process behind."""

    def __init__(self, request: Request):
        self._lines = child.Lines("-m", "distilbert_viz", "bench", *words(request), "--stream")

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> Measurement:
        return from_json(json.loads(next(self._lines)), Measurement)

    def close(self) -> None:
        """End it now."""
        self._lines.close()


def stream(request: Request) -> Iterator[Measurement]:
    """A measurement of this request, begun. Raises ValueError, one sentence, where it fails."""
    return Stream(request)


def words(request: Request) -> list[str]:
    """The request as the options of `bench`."""
    given = {field.name: getattr(request, field.name) for field in fields(request)}
    given |= {"pair": None} if request.teacher else {}
    return [f"--{name}={_word(value)}" for name, value in given.items() if value is not None]


def _word(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
