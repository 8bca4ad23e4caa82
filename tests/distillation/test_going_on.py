"""A student that goes on learning: begun as the weights in a folder, and refused where they are no such student's."""

import pytest
import torch
from transformers import DistilBertConfig, DistilBertForMaskedLM

from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.engine import STUDENT, distil, gather
from distilbert_viz.distillation.models import stock_class
from distilbert_viz.distillation.recipe import RecipeError
from distilbert_viz.families import family
from distilbert_viz.runs.record import Record, create
from tests.support.learning import same

FEW = {"steps": 2, "batch": 4, "length": 24, "device": "cpu", "threads": 1, "layers": 2}


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """The student of a run of two steps."""
    folder = tmp_path_factory.mktemp("first") / "run"
    create(folder, recipes.make(FEW), "the first part")
    assert distil(Record(folder).recipe, folder, Record(folder)) is None
    return folder / STUDENT


def test_a_run_begins_with_the_weights_of_another_runs_student(learned):
    student = gather(recipes.make(FEW | {"start": str(learned)})).student
    saved = stock_class(family("distilbert")).from_pretrained(learned)
    assert same(dict(student.state_dict()), dict(saved.state_dict()))
    fresh = gather(recipes.make(FEW)).student
    assert not torch.equal(student.vocab_transform.weight, fresh.vocab_transform.weight)


@pytest.mark.parametrize("frozen", [True, False])
def test_its_word_embeddings_learn_or_stay_as_the_recipe_says(learned, frozen):
    student = gather(recipes.make(FEW | {"start": str(learned), "frozen_words": frozen})).student
    assert student.distilbert.embeddings.word_embeddings.weight.requires_grad is not frozen
    assert student.vocab_projector.weight is student.distilbert.embeddings.word_embeddings.weight


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        ("elsewhere", "start must be one of teacher, random, or the folder of a student"),
        ("no/such", "no/such holds no student: there is no config.json in it"),
    ],
)
def test_a_start_that_is_nothing_is_refused(start, sentence):
    with pytest.raises((RecipeError, ValueError), match=sentence):
        gather(recipes.make(FEW | {"start": start}))


def test_a_student_of_other_sizes_is_refused_with_what_differs(learned):
    with pytest.raises(ValueError, match="isn't what this recipe makes: layers 2 instead of 3"):
        gather(recipes.make(FEW | {"start": str(learned), "layers": 3}))


def test_a_teacher_is_no_student():
    from distilbert_viz.pairs import BUILT_IN, CATALOGUE

    with pytest.raises(ValueError, match="it is a bert model, not distilbert"):
        gather(recipes.make(FEW | {"start": CATALOGUE[BUILT_IN].teacher}))


def test_an_encoder_without_a_head_is_refused_by_the_weight_it_lacks(learned, tmp_path):
    bare = DistilBertForMaskedLM(DistilBertConfig.from_pretrained(learned)).distilbert
    bare.save_pretrained(tmp_path / "bare")
    with pytest.raises(ValueError, match="has other weights than a student with this head: vocab_"):
        gather(recipes.make(FEW | {"start": str(tmp_path / "bare")}))
