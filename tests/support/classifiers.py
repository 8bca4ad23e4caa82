"""A tiny pair of two classifiers, and texts for it."""

from pathlib import Path

from tests.support.tiny import save_classifier

TEXTS = ["A [MASK] film, and a long one.", "I liked it. [SEP] My brother did not.", "x"]
NAMES = ["NEGATIVE", "POSITIVE"]


def save_classifiers(folder: Path, tokenizer) -> tuple[str, str]:
    """The folders of a teacher whose classes nobody named, and of a student whose are."""
    teacher = save_classifier(folder / "teacher", "bert", tokenizer, ["LABEL_0", "LABEL_1"])
    return teacher, save_classifier(folder / "student", "distilbert", tokenizer, NAMES, seed=1)
