"""Two models that make no pair are refused by their configurations and tokenizers, before a byte of weights is read."""

import time
from pathlib import Path

import pytest

from tests.support.folders import STUDENT, TEACHER, WORDS, refusal
from tests.support.odd import configure

pytestmark = pytest.mark.usefixtures("no_hub")


@pytest.mark.parametrize("started", [[0], [0, 9], [0, "x"], [[0], 1], 3, "ab"])
def test_a_student_that_started_from_layers_its_teacher_does_not_have_is_refused(started, folder):
    teacher, student = folder("big", layers=4), folder("small", "distilbert")
    configure(student, initial_layers=started)
    said = f"{student} says that teacher layers {started} started its 2, and {teacher} has 4."
    assert refusal(teacher=teacher, student=student) == said


def test_models_with_different_vocabularies_are_no_pair(folder):
    teacher, student = folder("one"), folder("other", "distilbert", words=[*WORDS[:-1], "d"])
    said = f"{teacher} and {student} don't share a vocabulary, so their tokens can't be compared."
    assert refusal(teacher=teacher, student=student) == said


def test_the_same_words_under_other_ids_are_a_different_vocabulary(folder):
    swapped = [*WORDS[:-2], WORDS[-1], WORDS[-2]]
    assert "don't share a vocabulary" in refusal(teacher=folder("one"), student=folder("other", words=swapped))


def test_a_pair_the_wrong_way_round_is_refused():
    said = f"{TEACHER} has 6 layers and {STUDENT} 3: is the pair the wrong way round?"
    assert refusal(teacher=STUDENT, student=TEACHER) == said


def spoil(source: str) -> str:
    """Weights that are no safetensors at all, in a folder that is otherwise as it was."""
    Path(source, "model.safetensors").write_bytes(b"\xff" * 64)
    return source


@pytest.mark.parametrize(
    ("sizes", "words", "said"),
    [
        ({"layers": 3}, WORDS, "{student} has 3 layers and {teacher} 2: is the pair the wrong way round?"),
        ({}, [*WORDS[:-1], "d"], "don't share a vocabulary, so their tokens can't be compared."),
        ({"initial_layers": [0, 9]}, WORDS, "{student} says that teacher layers [0, 9] started its 2, and {teacher} has 2."),
        ({"architectures": ["DistilBertForSequenceClassification"]}, WORDS,
         "{teacher} is a masked-LM model and {student} is a classifier: what they predict can't be compared."),
    ],
    ids=["depth", "vocabulary", "first layers", "task"],
)  # fmt: skip
def test_a_pair_that_does_not_fit_is_refused_before_its_weights_are_opened(sizes, words, said, folder, monkeypatch):
    written = {name: sizes.pop(name) for name in ("initial_layers", "architectures") if name in sizes}
    teacher, student = folder("big"), folder("small", "distilbert", words, **sizes)
    configure(student, **written)
    for opener in ("weights.weight_bytes", "loading.read_weights"):
        monkeypatch.setattr(f"distilbert_viz.pairs.{opener}", lambda *_: pytest.fail("weights were opened"))
    began = time.monotonic()
    sentence = refusal(teacher=spoil(teacher), student=spoil(student))
    assert time.monotonic() - began < 1
    assert sentence.endswith(said.format(teacher=teacher, student=student))
