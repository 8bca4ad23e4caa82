"""What is computed once: a function's answer, remembered under the function and the values that it was given, and nothing else.

A key made from the very values can't forget one of them. So a function that is computed once is given all that decides its
answer: the traces, the loaded models, the choices; it asks no session for more.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import ParamSpec, TypeVar

from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.records.identity import identity
from distilbert_viz.session.cache import Key, cache
from distilbert_viz.session.state import chosen_pair

P = ParamSpec("P")
T = TypeVar("T")


def once(make: Callable[P, T], *values: P.args, **named: P.kwargs) -> T:
    """What `make(*values)` returns, computed once under the present pair; nothing else runs on the pair's device meanwhile.

    Raises TypeError where `make` is a lambda or stands inside a function.
    """
    choice = chosen_pair()
    return cache().alone(key_of(choice, make, *values, **named), partial(make, *values, **named), device_of(choice))


def once_without_pair(make: Callable[P, T], *values: P.args, **named: P.kwargs) -> T:
    """What `make(*values)` returns, computed once whichever pair is shown, on the CPU."""
    return cache().alone(key_of(None, make, *values, **named), partial(make, *values, **named), "cpu")


def key_of(choice: PairChoice | None, make: Callable[..., object], *values: object, **named: object) -> Key:
    """What decides an answer: the pair, the function and every value that it is given."""
    return Key(choice, identity((make, values, named)))


def device_of(choice: PairChoice) -> str:
    """Where a loaded pair lies; "cpu" while it is not loaded."""
    loaded = cache().loading(choice).loaded
    return "cpu" if loaded is None else str(loaded.pair.teacher.device)


def all_known(keys: Iterable[Key]) -> bool:
    """Whether every answer is there."""
    return all(map(cache().knows, keys))
