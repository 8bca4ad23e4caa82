"""The families that a pair can be made of, one file each, and the tasks that models are made for.

Registering a family is one line here; nothing else knows their names.
"""

from collections.abc import Sequence

from distilbert_viz.families.bert import BERT
from distilbert_viz.families.distilbert import DISTILBERT
from distilbert_viz.families.family import Classification, Family, Product, StockClass
from distilbert_viz.families.roberta import ROBERTA, XLM_ROBERTA
from distilbert_viz.families.task import ENCODER, TASKS, Task, task_of

__all__ = [
    "ENCODER",
    "FAMILIES",
    "PUBLISHED",
    "TASKS",
    "Classification",
    "Family",
    "Product",
    "StockClass",
    "Task",
    "family",
    "is_known",
    "student_of",
    "task_of",
    "teachers",
    "titles",
]

FAMILIES = (
    BERT,
    DISTILBERT,
    ROBERTA,
    XLM_ROBERTA,
)
# Whose configurations' defaults are the published sizes: a teacher and its student (Devlin et al. 2019; Sanh et al. 2019).
PUBLISHED = (BERT, DISTILBERT)


def family(model_type: str) -> Family:
    """The family that config.json calls so. Raises KeyError where none is registered."""
    return {known.model_type: known for known in FAMILIES}[model_type]


def is_known(model_type: str) -> bool:
    """Whether models that config.json calls so can be part of a pair."""
    return any(known.model_type == model_type for known in FAMILIES)


def student_of(teacher: Family) -> Family:
    """The family that students of such a teacher belong to. Raises ValueError where none is distilled from it."""
    if teacher.student is None:
        raise ValueError(f"nothing is distilled from a {teacher.title}")
    return family(teacher.student)


def teachers() -> tuple[Family, ...]:
    """The families that a student can be distilled from."""
    return tuple(known for known in FAMILIES if known.student is not None)


def titles(known: Sequence[Family] = FAMILIES, last: str = "and") -> str:
    """The names of families for a sentence: "BERT and DistilBERT"."""
    *before, end = (one.title for one in known)
    return f"{', '.join(before)} {last} {end}" if before else end
