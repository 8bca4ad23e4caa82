"""What a classifier tells apart, by its configuration; and whether teacher and student tell the same apart. Knows no torch."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from distilbert_viz.pairs.refusals import PairError

if TYPE_CHECKING:
    from transformers import PreTrainedConfig

UNNAMED = re.compile(r"LABEL_\d+")  # what transformers calls a class that nobody named
Classes = tuple[str, ...]


def form(config: "PreTrainedConfig") -> str:
    """ "classification" where the configuration says that the weights are a classifier's of whole texts, else "masked LM"."""
    return "classification" if "ForSequenceClassification" in str(config.architectures) else "masked LM"


def classes(label: str, config: "PreTrainedConfig") -> Classes:
    """The names of a classifier's classes in the order of its logits, none for a masked-LM model.

    Raises PairError where the logits are no distribution over classes.
    """
    if form(config) == "masked LM":
        return ()
    if (config.num_labels or 0) < 2 or config.problem_type == "regression":
        raise PairError(f"{label} predicts a number and no classes, so it has no soft labels.")
    if config.problem_type == "multi_label_classification":
        raise PairError(f"{label} gives each class a probability of its own, so it has no soft labels over classes.")
    names: Mapping[int | str, str] = {**(config.id2label or {})}
    return tuple(str(names.get(i, f"LABEL_{i}")) for i in range(config.num_labels or 0))


def unnamed(names: Classes) -> bool:
    """Whether these are but the names that transformers gives."""
    return all(map(UNNAMED.fullmatch, names))


def shared_classes(teacher: str, student: str, ours: Classes, theirs: Classes) -> Classes:
    """The classes of both models, called as the student calls them, or the teacher where the student has no names.

    Raises PairError where one model is no classifier, and where the two have other classes or the same in another order.
    """
    if bool(ours) != bool(theirs):
        classifier, other = (teacher, student) if ours else (student, teacher)
        raise PairError(f"{classifier} is a classifier and {other} a masked-LM model: what they predict can't be compared.")
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
