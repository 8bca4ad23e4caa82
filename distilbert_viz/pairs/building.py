"""One network is built at a time: while transformers builds one, it puts other functions in the place of its own and torch's.

Two that are built in two threads put them back in the wrong order, and from then on this process ties no weights any more, so
that no pair can be loaded until the server is started again.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.RLock()


@contextmanager
def building() -> Iterator[None]:
    """Nobody else in this process builds a network meanwhile."""
    with _lock:
        yield
