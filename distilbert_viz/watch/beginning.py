"""How watching begins: what can be seen of the two models, whose training it is, and the record that is written to."""

import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import nn
from transformers import PreTrainedTokenizerBase

from distilbert_viz.runs import child, opened, watched
from distilbert_viz.runs.child import Recorder
from distilbert_viz.runs.record import RUNNING
from distilbert_viz.runs.watched import Watched
from distilbert_viz.watch.budget import Budget
from distilbert_viz.watch.harmless import warn
from distilbert_viz.watch.sight import Sight, sight
from distilbert_viz.watch.watcher import Watcher


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is to be watched, on which `texts` and held-out `lines`, and the folder `out` of the record."""

    teacher: nn.Module
    tokenizer: PreTrainedTokenizerBase
    texts: Sequence[str]
    lines: Sequence[str]
    out: Path


def watcher(wanted: Wanted, student: nn.Module, number: int, steps: int, budget: Budget) -> Watcher:
    """Who watches a student that has made `number` of `steps` steps (0 where nobody knows); nothing is looked at yet."""
    seen, alone = _seen(wanted, student)
    record = _record(wanted.out, _described(wanted, student, seen, alone, steps, budget.share), number)
    spent = max((step.seconds for step in record.all_steps()[-1:]), default=0.0)
    return Watcher(record, seen, budget, spent)


def _seen(wanted: Wanted, student: nn.Module) -> tuple[Sight | None, str]:
    """What can be seen of both models, or why nothing can."""
    try:
        return sight(wanted.teacher, student, wanted.tokenizer, wanted.texts, wanted.lines), ""
    except Exception as error:  # models of other people fail to be read in as many ways as there are people
        alone = child.sentence(error)
        warn(f"Of this training losses alone are recorded: {alone}")
        return None, alone


def _described(wanted: Wanted, student: nn.Module, seen: Sight | None, alone: str, steps: int, share: float) -> Watched:
    """Whose training it is, and what is seen of it."""
    script, host = Path(sys.argv[0]).name or "python", socket.gethostname()
    if seen is None:
        names = (type(wanted.teacher).__name__, type(student).__name__)
        return Watched(script, host, *names, max(steps, 0), 0, (), "", share, alone)
    teacher, ours = seen.teacher, seen.student()
    names = (type(teacher.network).__name__, type(ours.network).__name__)
    outcome = teacher.task.outcome if seen.held_out else ""
    return Watched(script, host, *names, max(steps, 0), len(ours.layers), seen.start, outcome, share)


def _record(out: Path, described: Watched, number: int) -> Recorder:
    """The record to write to: a training that goes on after `number` steps goes on with its own."""
    before = watched.newest(out)
    if number and before is not None and watched.read(before) is not None:
        place = before
        watched.write(place, described)
    else:
        place = watched.free(out)
        watched.create(place, described, place.name)
        if place != out:
            warn(f"{out} holds a run already: this training is recorded in {place}.")
    record = Recorder(place, lambda step: None)
    record.forget_after(number)
    record.set(status=RUNNING, reason="", pid=os.getpid(), pid_began=opened.began(os.getpid()))
    return record
