"""What a classifier tells apart, by its configuration; and whether teacher and student tell the same apart. Knows no torch."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from distilbert_viz.families import ENCODER, Task, task_of
from distilbert_viz.pairs.refusals import PairError

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

FEWEST = 2
UNNAMED = re.compile(r"LABEL_\d+")  # what transformers calls a class that nobody named
Classes = tuple[str, ...]


@dataclass(frozen=True)
class Shared:
    """The classes that two classifiers both tell apart, and where each of them has their logits; nothing where they are none."""

    names: Classes = ()
    teacher: tuple[int, ...] = ()
    student: tuple[int, ...] = ()


def task(config: "PreTrainedConfig") -> Task:
    """What the configuration says that the weights are made for; masked LM where it says nothing."""
    return task_of(str((config.architectures or [""])[0]))


def classes(label: str, config: "PreTrainedConfig") -> Classes:
    """The names of a classifier's classes, or a tagger's tags, in the order of its logits; none where outcomes have no names.

    Raises PairError where the logits are no distribution over classes.
    """
    if not task(config).named:
        return ()
    if (config.num_labels or 0) < 2 or config.problem_type == "regression":
        raise PairError(f"{label} predicts a number and no classes, so it has no soft labels.")
    if config.problem_type == "multi_label_classification":
        raise PairError(f"{label} gives each class a probability of its own, so it has no soft labels over classes.")
    names = {str(number): name for number, name in (config.id2label or {}).items()}
    return tuple(str(names.get(str(i), f"LABEL_{i}")) for i in range(config.num_labels or 0))


def shared_task(teacher: str, student: str, ours: Task, theirs: Task) -> Task:
    """What both models are shown as: their task, or where one has no head, encoders. Raises PairError where they have two heads."""
    if ENCODER in (ours, theirs):
        return ENCODER
    if ours != theirs:
        raise PairError(f"{teacher} is {ours.title} and {student} is {theirs.title}: what they predict can't be compared.")
    return ours


def unnamed(names: Classes) -> bool:
    """Whether these are but the names that transformers gives."""
    return all(map(UNNAMED.fullmatch, names))


def shared_classes(teacher: str, student: str, ours: Classes, theirs: Classes) -> Shared:
    """The classes that both models tell apart, by name and in the student's order.

    Where one model has no names its classes are the other's in their order. Raises PairError where fewer than FEWEST classes are
    the same.
    """
    if unnamed(ours) or unnamed(theirs):
        return _in_order(teacher, student, ours, theirs)
    mine, its = ([name.casefold() for name in names] for names in (ours, theirs))
    if mine == its:
        return Shared(theirs, tuple(range(len(ours))), tuple(range(len(theirs))))
    both = [name for name in its if mine.count(name) == its.count(name) == 1]
    if len(both) < FEWEST:
        has = f"{teacher} has the classes {_listed(ours)} and {student} {_listed(theirs)}"
        raise PairError(f"{has}, of which fewer than {FEWEST} are the same: their soft labels can't be compared.")
    places = tuple(tuple(map(names.index, both)) for names in (mine, its))
    return Shared(tuple(theirs[i] for i in places[1]), *places)


def _in_order(teacher: str, student: str, ours: Classes, theirs: Classes) -> Shared:
    """The classes where at most one model has names for them, so that nothing but their order says which are the same."""
    if len(ours) != len(theirs):
        raise PairError(
            f"{teacher} has {len(ours)} classes and {student} {len(theirs)}, not both with names: their soft labels can't be "
            "compared."
        )
    return Shared(theirs if unnamed(ours) else ours, tuple(range(len(ours))), tuple(range(len(theirs))))


def _listed(names: Classes, most: int = 5) -> str:
    return ", ".join(" ".join(name.split())[:40] for name in names[:most]) + (" …" if len(names) > most else "")
