"""Where and when something was recorded that comes with the package."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recording:
    """`machine`, its threads in use, its load before, and the day (ISO 8601); `weights` are the SHA-256 of the built-in pair's
    files at that time: with another pair the recording is an older pair's. `remark`: what else a reader should know.
    """

    machine: str
    threads: int
    load: float
    date: str
    weights: str
    remark: str
