"""Who may use a device now: one thread at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that the thread that has it may take again, and that a thread may ask whether it has it."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._owner: int | None = None
        self._depth = 0

    def mine(self) -> bool:
        """Whether this very thread has the turn."""
        return self._owner == threading.get_ident()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The turn, as soon as it is free."""
        with self._free:
            if not self.mine():
                self._free.wait_for(lambda: self._owner is None)
                self._owner = threading.get_ident()
            self._depth += 1
        try:
            yield
        finally:
            self._give()

    def _give(self) -> None:
        with self._free:
            self._depth -= 1
            if not self._depth:
                self._owner = None
                self._free.notify()
