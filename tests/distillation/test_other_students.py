"""Students that are no DistilBERT of their teacher's width: a RoBERTa's, and narrower ones."""

import pytest
import torch
from transformers import AutoModelForMaskedLM, RobertaForMaskedLM

from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.engine import gather
from distilbert_viz.distillation.initialisation import random_student, student_config, student_from_teacher
from distilbert_viz.distillation.models import trained_class
from distilbert_viz.distillation.recipe import RecipeError
from distilbert_viz.pairs import load_pair
from tests.support.tiny import bert_config, byte_level_tokenizer, random_model, roberta_config, save
from tests.support.trainings import distilled


def roberta(layers: int, **sizes: object):
    """A RoBERTa as training sees it."""
    return random_model(trained_class("roberta"), roberta_config(layers, **sizes))


def test_a_student_of_all_layers_of_a_roberta_is_its_teacher():
    teacher = roberta(3)
    student = student_from_teacher(teacher, (0, 1, 2)).eval()
    ours, theirs = student.state_dict(), teacher.state_dict()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert (student.config.layer_norm_eps, student.config.pad_token_id, student.config.type_vocab_size) == (1e-5, 1, 1)
    assert student.lm_head.decoder.weight is student.roberta.embeddings.word_embeddings.weight


def test_a_padded_row_is_read_as_by_the_stock_roberta():
    teacher = roberta(2)
    plain = RobertaForMaskedLM(teacher.config).eval()
    plain.load_state_dict(teacher.state_dict())
    ids = torch.randint(5, 60, (2, 9), generator=torch.Generator().manual_seed(2))
    read = torch.ones_like(ids)
    ids[1, -3:], read[1, -3:] = 1, 0
    with torch.no_grad():
        found, expected = teacher(ids, read, read.bool()), plain(input_ids=ids, attention_mask=read).logits
        alone = plain(input_ids=ids[1:, :6]).logits
    assert torch.allclose(found.logits, expected[read.bool()], rtol=0, atol=1e-5)
    assert torch.allclose(found.logits[9:], alone[0], rtol=0, atol=1e-5)


def test_a_narrower_student_keeps_the_width_of_a_head_and_the_shape_of_its_feed_forward():
    teacher = random_model(trained_class("bert"), bert_config(4))
    config = student_config(teacher, 2, 16)
    assert (config.dim, config.n_heads, config.hidden_dim, config.n_layers) == (16, 2, 26, 2)
    assert random_student(teacher, 2, 8).config.dim == 8
    assert student_config(teacher, 2).dim == student_config(teacher, 2, 24).dim == 24


@pytest.mark.parametrize("hidden", [12, 32])
def test_a_width_that_is_no_number_of_heads_or_more_than_the_teachers_is_refused(hidden):
    with pytest.raises(ValueError, match="a multiple of 8 up to 24"):
        student_config(random_model(trained_class("bert"), bert_config(2)), 1, hidden)


@pytest.fixture(scope="module")
def roberta_teacher(tmp_path_factory) -> str:
    """A teacher of three layers that spells by bytes."""
    tokenizer = byte_level_tokenizer()
    config = roberta_config(3, vocab_size=len(tokenizer), max_position_embeddings=66)
    return save(tmp_path_factory.mktemp("roberta"), RobertaForMaskedLM, config, tokenizer)


def test_a_roberta_is_distilled_into_a_roberta_that_anybody_can_load_and_every_page_can_show(roberta_teacher, tmp_path):
    record = distilled(tmp_path / "run", teacher=roberta_teacher, alpha_mlm=1.0)
    steps = record.all_steps()
    assert [step.number for step in steps] == [1, 2, 3, 4]
    assert all(0 < loss < 20 for step in steps for loss in (step.loss_ce, step.loss_mlm, step.loss_cos))
    student = AutoModelForMaskedLM.from_pretrained(tmp_path / "run" / "student")
    assert (type(student).__name__, student.config.num_hidden_layers) == ("RobertaForMaskedLM", 2)
    pair = load_pair(teacher=roberta_teacher, student=str(tmp_path / "run" / "student"), device="cpu")
    assert pair.initial_layers == (0, 2)


def test_a_narrower_student_learns_without_a_cosine(roberta_teacher, tmp_path):
    narrow = {"teacher": roberta_teacher, "hidden": 16, "start": "random", "alpha_cos": 0.0}
    record = distilled(tmp_path / "run", **narrow)
    assert all(step.loss_ce > 0 and step.loss_cos == 0 for step in record.all_steps())
    pair = load_pair(teacher=roberta_teacher, student=str(tmp_path / "run" / "student"), device="cpu")
    assert (pair.student.architecture.hidden, pair.student.architecture.heads) == (16, 2)


@pytest.mark.parametrize("changes", [{"start": "teacher"}, {"alpha_cos": 1.0}])
def test_a_narrower_student_that_would_start_from_its_teacher_or_have_a_cosine_is_refused(changes, roberta_teacher):
    choices = {"teacher": roberta_teacher, "hidden": 16, "start": "random", "alpha_cos": 0.0, "layers": 2} | changes
    with pytest.raises(RecipeError, match="can't start from layers of a teacher with 24, nor have a cosine"):
        gather(recipes.make(choices))
