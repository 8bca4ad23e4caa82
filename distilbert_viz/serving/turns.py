"""Who may use a device now: one thread at a time, pictures before checks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that the thread that has it may take again, and that is never given to a patient thread while another waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Two, so that a turn that ends wakes one thread and not all that wait.
        self._free, self._idle = threading.Condition(self._lock), threading.Condition(self._lock)
        self._owner: int | None = None
        self._depth = 0
        self._eager = 0

    def mine(self) -> bool:
        """Whether this very thread has the turn."""
        return self._owner == threading.get_ident()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The turn, as soon as it is free."""
        self.take()
        try:
            yield
        finally:
            self.give()

    def take(self, seconds: float | None = None) -> bool:
        """Take the turn; whether it was free in time. Who says for how long to wait is patient: all others go first."""
        with self._lock:
            if not self.mine():
                if not self._wait(seconds):
                    return False
                self._owner = threading.get_ident()
            self._depth += 1
        return True

    def _wait(self, seconds: float | None) -> bool:
        if seconds is not None:
            return self._idle.wait_for(lambda: self._owner is None and not self._eager, seconds)
        self._eager += 1
        try:
            return self._free.wait_for(lambda: self._owner is None)
        finally:
            self._eager -= 1

    def give(self) -> None:
        """Give it back, as often as it was taken."""
        with self._lock:
            self._depth -= 1
            if not self._depth:
                self._owner = None
                (self._free if self._eager else self._idle).notify()
