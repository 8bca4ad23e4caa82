"""What is watched takes no harm: a fault of watching is a warning, and nothing else in the process sounds otherwise."""

import functools
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

from transformers import logging


@runtime_checkable
class Breakable(Protocol):
    """What can end by a fault of its own."""

    over: bool

    def give_up(self, error: Exception) -> None: ...


Method = TypeVar("Method", bound=Callable[..., None])


def harmless(method: Method) -> Method:
    """A fault in the method ends what it belongs to, once; nothing is done after that, and nothing is raised."""

    @functools.wraps(method)
    def guarded(self: Breakable, *args: Any, **kwargs: Any) -> None:
        if self.over:
            return
        try:
            method(self, *args, **kwargs)
        except Exception as error:  # whatever it is, the training is not to fail by it
            self.over = True
            self.give_up(error)

    return cast(Method, guarded)


def warn(sentence: str) -> None:
    """A warning, also where warnings were made errors."""
    try:
        warnings.warn(sentence, RuntimeWarning, stacklevel=2)
    except RuntimeWarning:
        print(f"distilbert_viz: {sentence}", file=sys.stderr)


@contextmanager
def as_loud_as_before() -> Iterator[None]:
    """transformers says as much afterwards as before: rooms of ours that load models hush it, for a server."""
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars and not logging.is_progress_bar_enabled():
            logging.enable_progress_bar()
