"""Two steps of both trainings, the rows that they read, and what is saved and measured."""

import copy
from pathlib import Path

import datasets
import numpy as np
import pytest
import torch
from datasets import Dataset
from torch.nn import functional as F
from transformers import DistilBertForMaskedLM

from distilbert_viz.distillation import evaluation
from distilbert_viz.distillation.initialisation import student_from_teacher
from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.models import plain, trained_class
from distilbert_viz.distillation.pair import save
from distilbert_viz.distillation.recipe import PUBLISHED, Recipe
from distilbert_viz.distillation.rows import MaskedRows, order
from distilbert_viz.distillation.training import Distillation
from tests.support.learning import CLS, SEP, VOCABULARY, row_of, same, stories, weights
from tests.support.tiny import bert_config, random_model

Teacher, Student = trained_class("bert"), trained_class("distilbert")


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    """Data sets of a test are not kept."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


@pytest.fixture
def rows(built_in_tokenizer) -> MaskedRows:
    """Eight rows of different length: two steps of four."""
    return MaskedRows([row_of(8 + i, seed=i) for i in range(8)], built_in_tokenizer, 0.3, 7, 4)


def fresh_teacher(**sizes: object) -> Teacher:
    return random_model(Teacher, bert_config(2, vocab_size=VOCABULARY, hidden_dropout_prob=0.1, **sizes))


def distilled(rows: MaskedRows, out: Path, **changes: object) -> tuple[Distillation, Teacher]:
    """Two steps of distillation from a fresh teacher."""
    teacher = fresh_teacher()
    recipe = Recipe(**PUBLISHED | {"layers": 1, "steps": 2, "batch": 4, "learning_rate": 1e-2, "device": "cpu"} | changes)
    trainer = Distillation(teacher, student_from_teacher(teacher, (0,)), rows, recipe, str(out))
    trainer.train()
    return trainer, teacher


def test_distillation_leaves_the_teacher_as_it_was(rows, tmp_path):
    trainer, teacher = distilled(rows, tmp_path)
    assert trainer.state.global_step == 2
    assert same(weights(teacher), weights(fresh_teacher()))
    assert not teacher.training
    assert all(parameter.grad is None for parameter in teacher.parameters())
    assert not same(weights(trainer.model), weights(student_from_teacher(teacher, (0,))))


@pytest.mark.parametrize("ce_on", ["masked", "all"])
def test_a_step_in_whose_rows_nothing_can_be_masked_has_a_loss_all_the_same(built_in_tokenizer, tmp_path, ce_on):
    rows = MaskedRows([[CLS, built_in_tokenizer.unk_token_id, SEP], row_of(8)], built_in_tokenizer, 0.3, 7, 1)
    trainer, _ = distilled(rows, tmp_path, batch=1, ce_on=ce_on)
    for row in range(2):
        batch = rows.collate([rows[row]])
        _, counts = trainer.get_batch_samples(iter([batch]), 1, torch.device("cpu"))
        assert trainer.compute_loss(trainer.model, batch, num_items_in_batch=counts).isfinite()
        assert trainer.parts.isfinite().all()


@pytest.mark.parametrize("ce_on", ["masked", "all"])
def test_the_loss_of_distillation_is_the_weighted_sum_of_its_three_parts(rows, tmp_path, ce_on):
    trainer, teacher = distilled(rows, tmp_path, ce_on=ce_on)
    student, batch = trainer.model.eval(), rows.collate([rows[i] for i in range(8)])
    ids, read, labels = batch["input_ids"], batch["attention_mask"], batch["labels"]
    with torch.no_grad():
        _, counts = trainer.get_batch_samples(iter([batch]), 1, torch.device("cpu"))
        total = trainer.compute_loss(student, batch, num_items_in_batch=counts)
        mine, theirs = (model(ids, read, read.bool()) for model in (student, teacher))
        p, q = (F.softmax(o.logits.double() / 2, -1) for o in (theirs, mine))
        divergence, flat = (p * (p / q).log()).sum(-1), labels[read.bool()]
        parts = [
            4 * (divergence if ce_on == "all" else divergence[flat != IGNORED]).mean(),
            -F.log_softmax(mine.logits, -1)[flat != IGNORED].gather(1, flat[flat != IGNORED, None]).mean(),
            (1 - F.cosine_similarity(mine.last_hidden_state, theirs.last_hidden_state, dim=-1))[read.bool()].mean(),
        ]
    assert total.item() == pytest.approx(5 * parts[0].item() + 2 * parts[1].item() + parts[2].item(), rel=1e-5)
    assert trainer.parts.tolist() == pytest.approx([total.item(), *(part.item() for part in parts), read.sum().item()], rel=1e-5)


def test_a_part_of_weight_zero_is_measured_and_pulls_nothing(rows, tmp_path):
    trainer, _ = distilled(rows, tmp_path, alpha_cos=0.0)
    batch = rows.collate([rows[i] for i in range(4)])
    _, counts = trainer.get_batch_samples(iter([batch]), 1, torch.device("cpu"))
    loss = trainer.compute_loss(trainer.model, batch, num_items_in_batch=counts)
    parts = trainer.parts.tolist()
    assert parts[3] > 0
    assert loss.item() == pytest.approx(5 * parts[1] + 2 * parts[2], rel=1e-5)


def test_a_batch_is_padded_to_its_longest_row_and_padding_is_neither_read_nor_asked(rows):
    short, long = rows.order.tolist().index(0), rows.order.tolist().index(7)
    batch = rows.collate([rows[short], rows[long]])
    assert {name: tuple(part.shape) for name, part in batch.items()} == dict.fromkeys(batch, (2, 15))
    assert batch["attention_mask"].tolist() == [[1] * 8 + [0] * 7, [1] * 15]
    assert batch["input_ids"][0, 8:].tolist() == [0] * 7
    assert batch["labels"][0, 8:].tolist() == [IGNORED] * 7


def test_a_token_that_happens_to_be_the_padding_id_is_still_read(rows):
    row = {"input_ids": torch.tensor([CLS, 0, SEP]), "labels": torch.tensor([IGNORED, 2000, IGNORED])}
    assert rows.collate([row])["attention_mask"].tolist() == [[1, 1, 1]]


def test_rows_are_shuffled_and_masked_afresh_in_every_epoch_and_the_same_again_in_the_same(rows):
    def seen(epoch: int) -> list:
        rows.set_epoch(epoch)
        return [(rows.order.tolist()[i], rows[i]["labels"].tolist()) for i in range(8)]

    assert seen(1) != seen(0) == seen(0)
    assert dict(seen(0)).keys() == dict(seen(1)).keys() == set(range(8))


def test_batches_hold_whole_rows_of_like_length_each_once(rows):
    lengths = np.random.default_rng(0).integers(5, 64, 1003)
    found = order(lengths, 8, (7, 0))
    assert len(found) == len(set(found.tolist())) == 1000
    spreads = np.ptp(lengths[found].reshape(-1, 8), axis=1)
    assert spreads.mean() < np.ptp(lengths[np.random.default_rng(1).permutation(1000)].reshape(-1, 8), axis=1).mean() / 5


def test_text_that_does_not_fill_one_step_is_refused(built_in_tokenizer):
    with pytest.raises(ValueError, match="makes 0 rows, and one step needs 1"):
        MaskedRows([], built_in_tokenizer, 0.3, 7, 0)
    with pytest.raises(ValueError, match="makes 3 rows, and one step needs 4"):
        MaskedRows([row_of(8)] * 3, built_in_tokenizer, 0.3, 7, 4)


# What is saved and measured
def test_a_saved_student_is_a_stock_distilbert_in_half_precision(built_in_tokenizer, tmp_path):
    student = student_from_teacher(fresh_teacher(), (0,))
    save(plain(student).to(torch.float16), built_in_tokenizer, tmp_path)
    again = DistilBertForMaskedLM.from_pretrained(tmp_path)
    assert again.config.architectures == ["DistilBertForMaskedLM"]
    assert same(weights(again), {name: tensor.half() for name, tensor in weights(student).items()})


def test_a_model_agrees_with_itself_on_held_out_text(built_in_tokenizer):
    model = fresh_teacher(max_position_embeddings=128)
    twins = {"teacher": model, "student": copy.deepcopy(model)}
    found = evaluation.held_out(twins, Dataset.from_dict({"text": stories(5)}), built_in_tokenizer, 7)
    assert (found["agreement"], found["lines"]) == (1.0, 5)
    assert found["teacher_top1"] == found["student_top1"] <= found["teacher_top5"] <= 1
    assert found["masked_tokens"] > 5
