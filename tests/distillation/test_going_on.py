"""A student that goes on learning: begun as the weights in a folder, and refused where they are no such student's."""

import pytest
import torch
from transformers import DistilBertConfig, DistilBertForMaskedLM

from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.engine import STUDENT, gather
from tests.support.learning import same
from tests.support.trainings import FEW, distilled


@pytest.fixture(scope="module")
def learned(tmp_path_factory, teacher):
    """The student of a run of a few steps."""
    folder = tmp_path_factory.mktemp("first") / "run"
    distilled(folder, teacher=str(teacher))
    return folder / STUDENT


@pytest.fixture(scope="module")
def begun(teacher):
    """The first student of a run of the tiny teacher, with changes."""
    return lambda **changes: gather(recipes.make(FEW | {"teacher": str(teacher)} | changes)).student


def test_a_run_begins_with_the_weights_of_another_runs_student(learned, begun):
    student, fresh = begun(start=str(learned)), begun()
    saved = DistilBertForMaskedLM.from_pretrained(learned)
    assert same(dict(student.state_dict()), dict(saved.state_dict()))
    assert not torch.equal(student.vocab_transform.weight, fresh.vocab_transform.weight)


@pytest.mark.parametrize("frozen", [True, False])
def test_its_word_embeddings_learn_or_stay_as_the_recipe_says(learned, begun, frozen):
    student = begun(start=str(learned), frozen_words=frozen)
    assert student.distilbert.embeddings.word_embeddings.weight.requires_grad is not frozen
    assert student.vocab_projector.weight is student.distilbert.embeddings.word_embeddings.weight


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        ("elsewhere", "start must be one of teacher, random, or the folder of a student"),
        ("no/such", "no/such holds no student: there is no config.json in it"),
    ],
)
def test_a_start_that_is_nothing_is_refused(begun, start, sentence):
    with pytest.raises(ValueError, match=sentence):
        begun(start=start)


def test_a_student_of_other_sizes_is_refused_with_what_differs(learned, begun):
    with pytest.raises(ValueError, match="isn't what this recipe makes: layers 2 instead of 3"):
        begun(start=str(learned), layers=3)


def test_a_teacher_is_no_student(teacher, begun):
    with pytest.raises(ValueError, match="it is a bert model, not distilbert"):
        begun(start=str(teacher))


def test_an_encoder_without_a_head_is_refused_by_the_weight_it_lacks(learned, begun, tmp_path):
    bare = DistilBertForMaskedLM(DistilBertConfig.from_pretrained(learned)).distilbert
    bare.save_pretrained(tmp_path / "bare")
    with pytest.raises(ValueError, match="has other weights than a student with this head: vocab_"):
        begun(start=str(tmp_path / "bare"))


def test_a_student_with_a_number_that_is_not_finite_does_not_go_on(learned, begun, tmp_path):
    spoilt = DistilBertForMaskedLM.from_pretrained(learned)
    with torch.no_grad():
        spoilt.vocab_transform.bias[0] = torch.nan
    spoilt.save_pretrained(tmp_path / "spoilt")
    with pytest.raises(ValueError, match=r"aren't finite, first in vocab_transform\.bias"):
        begun(start=str(tmp_path / "spoilt"))
