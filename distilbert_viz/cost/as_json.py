"""Records of the house as plain JSON and back, to the last digit."""

import json
from dataclasses import Field, asdict, fields, is_dataclass
from itertools import repeat
from typing import Any, ClassVar, Protocol, TypeVar, get_args, get_origin, get_type_hints, runtime_checkable

T = TypeVar("T")


@runtime_checkable
class Record(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def to_json(record: Record) -> dict[str, Any]:
    """A record as an object of JSON: names to numbers, words, lists and objects."""
    made: dict[str, Any] = json.loads(json.dumps(asdict(record)))
    return made


def from_json(data: Any, kind: type[T]) -> T:
    """The record of this kind that `to_json` was given; names that it doesn't know are left.

    Raises ValueError where `data` is no such record.
    """
    try:
        made: T = _read(kind, data)
        return made
    except (KeyError, TypeError) as error:
        raise ValueError(f"This is no {kind.__name__} ({type(error).__name__}: {error}).") from error


def _read(kind: Any, data: Any) -> Any:
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{field.name: _read(hints[field.name], data[field.name]) for field in fields(kind)})
    if get_origin(kind) is tuple:
        return _read_tuple(get_args(kind), data)
    if not isinstance(data, kind):
        raise TypeError(f"{data!r} is no {getattr(kind, '__name__', kind)}")
    return data


def _read_tuple(kinds: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
    if not isinstance(data, list):
        raise TypeError(f"{data!r} is no list")
    any_number = kinds[-1] is Ellipsis
    if not any_number and len(data) != len(kinds):
        raise TypeError(f"{data!r} has not {len(kinds)} entries")
    return tuple(_read(one, item) for one, item in zip(repeat(kinds[0]) if any_number else kinds, data, strict=False))
