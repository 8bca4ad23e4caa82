"""What makes a value that value: a small key by which results are remembered, so that equal values share one result.

Numbers, texts and choices are their own identity; arrays and bytes are known by their content (BLAKE2b, 128 bits); records by
their fields; a function by its name; whatever else there is (a loaded model) by being that very object.
"""

import hashlib
import itertools
import weakref
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from types import FunctionType

import numpy as np

_serials: "weakref.WeakKeyDictionary[object, int]" = weakref.WeakKeyDictionary()
_counter = itertools.count()


def identity(value: object) -> Hashable:
    """A hashable that is equal for equal values, and holds none of them: at most some words for an array of any size.

    A record may say its own, as a property `identity`. Raises TypeError for a function that no name leads to (a lambda, or one
    made inside another): what it has taken along would be forgotten.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, bytes | np.ndarray):
        return _of_content(value)
    if isinstance(value, tuple | list | frozenset | set):
        return (type(value).__name__, *map(identity, value))
    if isinstance(value, Mapping):
        return ("mapping", *((identity(key), identity(part)) for key, part in value.items()))
    if isinstance(value, FunctionType | type):
        return _of_name(value)
    return _of_record(value)


def _of_record(value: object) -> Hashable:
    own: Hashable = getattr(value, "identity", None)
    if own is not None:
        return own
    if is_dataclass(value) and type(value).__module__.startswith(__package__):
        return (type(value).__qualname__, *(identity(getattr(value, part.name)) for part in fields(value)))
    if isinstance(value, Hashable) and type(value).__hash__ is not object.__hash__:
        return value  # it is equal to others by what it holds
    return (type(value).__qualname__, _serial(value))


def _serial(value: object) -> int:
    """A number of this very object, never given to another; the object is not kept alive."""
    return _serials.setdefault(value, next(_counter))


def _of_content(value: bytes | np.ndarray) -> Hashable:
    shape = (len(value),) if isinstance(value, bytes) else (value.dtype.str, *value.shape)
    content = value if isinstance(value, bytes) else np.ascontiguousarray(value).data.cast("B") if value.size else b""
    return (*shape, hashlib.blake2b(content, digest_size=16).digest())


def _of_name(value: Callable[..., object] | type) -> Hashable:
    if "<" in value.__qualname__:
        raise TypeError(f"{value.__qualname__} has no name of its own, so that what it holds can't be part of a key")
    return f"{value.__module__}.{value.__qualname__}"
