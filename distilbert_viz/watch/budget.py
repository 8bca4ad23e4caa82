"""How much time watching may take, and how much it took."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter as now


class Budget:
    """At most `share` of the time that the steps themselves take goes into watching them. In seconds.

    `spent` inside the training, `steps` by the steps without it, `around` before the first step and after the last, which stop
    no step and aren't counted against the share.
    """

    def __init__(self, share: float):
        if not 0 < share < 1:
            raise ValueError(f"The share of a step's time that watching may take lies between 0 and 1, and is not {share:g}.")
        self.share = share
        self.spent = self.steps = self.around = 0.0
        self.mark = now()
        self.aside = False

    def mark_now(self) -> None:
        """Count from here on."""
        self.mark, self.aside = now(), False

    def step_begins(self) -> None:
        """The same where the time since the last step went into something that is no step, such as an evaluation."""
        if self.aside:
            self.mark_now()

    def step_ends(self) -> None:
        """Count the time since the last step as this step's."""
        self.steps += now() - self.mark
        self.mark = now()

    @contextmanager
    def working(self, inside: bool = True) -> Iterator[None]:
        """What is done in here is watching, `inside` the training or around it."""
        began = now()
        try:
            yield
        finally:
            took = now() - began
            if inside:
                self.spent += took
            else:
                self.around += took
            self.mark += took

    def allows(self, seconds: float, part: float = 1.0) -> bool:
        """Whether so much more would still be within this part of the share, of the steps so far and of the one under way."""
        return self.spent + seconds <= part * self.share * (self.steps + now() - self.mark)

    @property
    def taken(self) -> float:
        """The share that watching took so far."""
        return self.spent / self.steps if self.steps else 0.0

    def sentence(self) -> str:
        """The same for a person."""
        took = f"watching took {100 * self.taken:.1f}% of the steps' time (at most {100 * self.share:g}%)"
        return f"{took} and {self.around:.1f} s before the first and after the last"
