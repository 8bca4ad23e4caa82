"""What a run on a borrowed GPU has found so far: printed as it comes, and on the disk before the next number is begun."""

import json
import os
import time
from pathlib import Path
from typing import Any

MINUTES = 8.0


class OutOfTime(Exception):
    """The time that was asked for is over."""


class Ledger:
    """Parts by name, each a dict of what was found; a part that fails or is cut off says so and harms no other."""

    def __init__(self, file: Path, minutes: float = MINUTES):
        self.file, self.begun, self.minutes = file, time.monotonic(), minutes
        self.parts: dict[str, dict[str, Any]] = {}

    def write(self, part: str, key: str, value: Any) -> None:
        """Keep one number, or a few."""
        self.parts.setdefault(part, {})[key] = value
        print(f"{self.seconds():6.1f} s  {part}: {key}: {_short(value)}", flush=True)
        waiting = self.file.with_suffix(".part")
        waiting.write_text(json.dumps(self.parts, indent=1) + "\n", encoding="utf-8")
        os.replace(waiting, self.file)

    def seconds(self) -> float:
        """Since the run began."""
        return time.monotonic() - self.begun

    def left(self, share: float = 1.0) -> None:
        """Raises OutOfTime once this share of the minutes is over."""
        if self.seconds() > 60 * self.minutes * share:
            raise OutOfTime(f"cut off after {self.seconds():.0f} s")


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_short(one)}" for name, one in value.items())
    return str(value)
