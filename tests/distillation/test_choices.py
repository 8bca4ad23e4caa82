"""Folding and freezing: what they change about a student, and what a run keeps of it."""

import pytest
import torch
from transformers import BertForMaskedLM

from distilbert_viz import tracing
from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.engine import gather, load_teacher
from distilbert_viz.distillation.initialisation import student_from_teacher
from distilbert_viz.distillation.models import as_read, plain
from distilbert_viz.distillation.probes import Probes
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs.attention import NAME
from distilbert_viz.pairs.layers import initial_layers
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.runs.record import create
from tests.support.paths import ROOT

TEACHER = ROOT / "distilbert_viz" / "builtin" / "teacher"


@pytest.fixture(scope="module")
def built_in_teacher():
    return load_teacher(str(TEACHER))


def test_a_folded_copy_of_all_layers_is_its_teacher_on_one_sentence(built_in_teacher, built_in_tokenizer):
    """The claim of the option: the two sums are then equal, and so is all that follows."""
    student = student_from_teacher(built_in_teacher, tuple(range(6)), fold=True).eval()
    stock = BertForMaskedLM.from_pretrained(TEACHER, dtype=torch.float32).eval()
    ids = built_in_tokenizer("The capital of France is [MASK].", return_tensors="pt")["input_ids"]
    with torch.no_grad():
        expected, got = stock(ids).logits, plain(student).eval()(ids).logits
        without = plain(student_from_teacher(built_in_teacher, tuple(range(6)))).eval()(ids).logits
    assert torch.allclose(got, expected, atol=1e-4)
    assert not torch.allclose(without, expected, atol=0.1)


def frozen(recipe: Recipe) -> list[str]:
    """The names of a fresh student's parameters that don't learn."""
    return [name for name, parameter in gather(recipe).student.named_parameters() if not parameter.requires_grad]


def test_word_embeddings_that_came_from_the_teacher_stay_unless_they_are_to_learn():
    base = {"device": "cpu", "steps": 1}
    assert frozen(Recipe(**base)) == ["distilbert.embeddings.word_embeddings.weight"]
    assert frozen(Recipe(frozen_words=False, **base)) == []
    assert frozen(Recipe(start="random", **base)) == []


def test_a_run_from_before_a_choice_goes_on_as_it_began(tmp_path):
    run = create(tmp_path / "run", Recipe(device="cpu"), "new")
    assert run.recipe.frozen_words
    file = tmp_path / "run" / "recipe.toml"
    older = [line for line in file.read_text().splitlines() if not line.startswith(("frozen_words", "fold"))]
    file.write_text("\n".join(older))
    assert not run.recipe.frozen_words
    assert not run.recipe.fold
    assert recipes.read(file).frozen_words  # a recipe that somebody wrote by hand leaves a choice to the default


@pytest.mark.parametrize("layers", [(0, 2, 5), (0,), (0, 1, 2)])
def test_the_watched_hand_over_is_that_of_the_page(built_in_teacher, built_in_tokenizer, layers):
    student = student_from_teacher(built_in_teacher, layers)
    read = [as_read(name, network, built_in_tokenizer) for name, network in (("t", built_in_teacher), ("s", student))]
    picture = Probes(read[0], ("He drank a cup of [MASK].", "The opposite of hot is [MASK].")).picture(read[1], 3)
    models = [Model(name, plain(model).eval(), built_in_tokenizer) for name, model in (("t", built_in_teacher), ("s", student))]
    for model in models:
        model.network.set_attn_implementation(NAME)
    pair = Pair("watched", *models, layers)
    traces = tracing.trace_pair(pair, "He drank a cup of [MASK].")
    found = tracing.hand_over(pair, traces, traces.encoding.mask_positions[0])
    assert picture.hand_over == pytest.approx(found.curve, abs=1e-4)
    assert picture.probes[0].kl == pytest.approx(found.student.kl, abs=1e-4)
    assert student.training
    assert initial_layers(6, 3) == (0, 2, 5)


def test_a_picture_keeps_its_hand_over_in_the_record(tmp_path, built_in_teacher, built_in_tokenizer):
    networks = built_in_teacher, student_from_teacher(built_in_teacher, (0, 2, 5))
    teacher, student = (as_read(name, network, built_in_tokenizer) for name, network in zip("ts", networks, strict=True))
    picture = Probes(teacher, ("He drank a cup of [MASK].", "The opposite of hot is [MASK].")).picture(student, 0)
    run = create(tmp_path / "run", Recipe(device="cpu"), "new")
    run.picture(picture)
    (first, second), _ = run.kept_picture(0)
    assert first["hand_over"] == list(picture.hand_over)
    assert len(picture.hand_over) == 4
    assert "hand_over" not in second
