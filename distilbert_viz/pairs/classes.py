"""What a classifier tells apart, by its configuration; and whether teacher and student tell the same apart. Knows no torch."""

import re
from typing import TYPE_CHECKING

from distilbert_viz.families import ENCODER, Task, task_of
from distilbert_viz.pairs.refusals import PairError

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

UNNAMED = re.compile(r"LABEL_\d+")  # what transformers calls a class that nobody named
Classes = tuple[str, ...]


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


def shared_classes(teacher: str, student: str, ours: Classes, theirs: Classes) -> Classes:
    """The classes of both models, called as the student calls them, or the teacher where the student has no names.

    Raises PairError where the two have other classes or the same in another order.
    """
    if len(ours) != len(theirs):
        raise PairError(f"{teacher} has {len(ours)} classes and {student} {len(theirs)}: their soft labels can't be compared.")
    if unnamed(ours):
        return theirs
    if unnamed(theirs):
        return ours
    if [name.casefold() for name in ours] != [name.casefold() for name in theirs]:
        both = f"{teacher} has the classes {_listed(ours)} and {student} {_listed(theirs)}"
        raise PairError(f"{both}, not the same in one order: their soft labels can't be compared.")
    return theirs


def _listed(names: Classes, most: int = 5) -> str:
    return ", ".join(" ".join(name.split())[:40] for name in names[:most]) + (" …" if len(names) > most else "")
