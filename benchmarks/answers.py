"""How long visitors waited, from what happened to them: percentiles, errors, changes of text that were never answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from scipy import stats

SENT, PICTURE, END, ERROR = "sent", "picture", "end", "error"
PATIENCE_SECONDS = 20.0
PERCENTILES = (50, 95, 99)
SETTLING_SECONDS = 120.0  # left out of a slope of memory
FEWEST = 5  # points of a slope


@dataclass(frozen=True)
class Event:
    """What happened to a visitor's text `number`, the first being 0, at `seconds` of one process's monotonic clock."""

    kind: str
    number: int
    seconds: float
    words: str = ""


@dataclass(frozen=True)
class Answer:
    """One change of text, sent at `sent`. Seconds until the picture and until its run's end, `inf` where there was none.

    `own` is whether the picture came for this very text. Where the next text took its place, the visitor went on waiting:
    then the seconds last until a later text's picture, so that a server that falls behind doesn't look quick.
    """

    sent: float
    picture: float
    end: float
    own: bool


def answers(events: Sequence[Event], since: float, until: float) -> list[Answer]:
    """One visitor's changes that were sent in this time, in order; `events` in order too."""
    return [_answer(events, event) for event in events if event.kind == SENT and since <= event.seconds < until]


def _answer(events: Sequence[Event], sent: Event) -> Answer:
    firsts = [next((e for e in events if e.kind == kind and e.number >= sent.number), None) for kind in (PICTURE, END)]
    picture, end = (inf if first is None else first.seconds - sent.seconds for first in firsts)
    return Answer(sent.seconds, picture, end, firsts[0] is not None and firsts[0].number == sent.number)


def percentiles(seconds: Sequence[float]) -> list[float]:
    """The 50th, 95th and 99th; each is a wait that somebody had, of two neighbours the longer."""
    return np.percentile(seconds, PERCENTILES, method="higher").tolist() if seconds else []


def lost(found: Iterable[Answer]) -> int:
    """How many waited in vain: no picture within 20 s, of this text or of a later one."""
    return sum(answer.picture > PATIENCE_SECONDS for answer in found)


def errors(events: Iterable[Event]) -> list[str]:
    """What page and connection said went wrong, from the visitor's coming on."""
    return [event.words for event in events if event.kind == ERROR]


def summary(visitors: Sequence[Sequence[Event]], since: float, until: float) -> dict[str, object]:
    """These visitors together; `visitors` are their events. Changes count that were sent in this time, errors whenever."""
    found = [answer for events in visitors for answer in answers(events, since, until)]
    said = [words for events in visitors for words in errors(events)]
    own = sum(answer.own for answer in found)
    return {
        "changes": len(found),
        "picture": percentiles([answer.picture for answer in found]),
        "end": percentiles([answer.end for answer in found]),
        "answered a second": own / (until - since),
        "overtaken": len(found) - own,
        "errors": len(said) + lost(found),
        "said": sorted(set(said)),
    }


def slope(seconds: Sequence[float], mebibytes: Sequence[float]) -> tuple[float, float] | None:
    """MiB an hour after the first two minutes, and half the width of its 95% interval; None of too short a time.

    The interval takes the residuals for independent, which memory's are not quite.
    """
    late = np.asarray(seconds) >= SETTLING_SECONDS
    if late.sum() < FEWEST:
        return None
    fit = stats.linregress(np.asarray(seconds)[late] / 3600, np.asarray(mebibytes)[late])
    return float(fit.slope), float(fit.stderr * stats.t.ppf(0.975, late.sum() - 2))
