"""Records of the house as plain JSON and back, to the last digit."""

import json
from dataclasses import asdict, fields, is_dataclass
from itertools import repeat
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from distilbert_viz.records import Measurement

T = TypeVar("T")


def to_json(record: object) -> dict[str, Any]:
    """A record as an object of JSON: names to numbers, words, lists and objects."""
    return json.loads(json.dumps(asdict(record)))


def from_json(data: object, kind: type[T] = Measurement) -> T:
    """The record that `to_json` was given. Raises ValueError where `data` is no such record; names it doesn't know are left."""
    try:
        return _read(kind, data)
    except (KeyError, TypeError) as error:
        raise ValueError(f"This is no {kind.__name__} ({type(error).__name__}: {error}).") from error


def _read(kind: Any, data: Any) -> Any:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: _read(hints[field.name], data[field.name]) for field in fields(kind)})
    if get_origin(kind) is tuple:
        return _read_tuple(get_args(kind), data)
    if not isinstance(data, kind):
        raise TypeError(f"{data!r} is no {getattr(kind, '__name__', kind)}")
    return data


def _read_tuple(kinds: tuple, data: Any) -> tuple:
    if not isinstance(data, list):
        raise TypeError(f"{data!r} is no list")
    any_number = kinds[-1] is Ellipsis
    if not any_number and len(data) != len(kinds):
        raise TypeError(f"{data!r} has not {len(kinds)} entries")
    return tuple(_read(one, item) for one, item in zip(repeat(kinds[0]) if any_number else kinds, data, strict=False))
