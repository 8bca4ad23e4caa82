"""Distillations of other tasks: classifiers by their classes, sentence encoders and numbers by their heads alone."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from transformers import (
    BertForSequenceClassification,
    BertForTokenClassification,
    BertModel,
    DistilBertForSequenceClassification,
    DistilBertForTokenClassification,
    DistilBertModel,
)

from distilbert_viz import Watch
from distilbert_viz.runs.opened import Opened
from distilbert_viz.watch.shells import Shell, Unreadable
from distilbert_viz.watch.sight import sight
from tests.support.others import LINES
from tests.support.tiny import WORDS, bert_config, distilbert_config, random_model

NAMES = {0: "negative", 1: "neutral", 2: "positive"}
CLASSES = {"id2label": NAMES, "label2id": {name: i for i, name in NAMES.items()}}
KINDS = {
    "class": (BertForSequenceClassification, DistilBertForSequenceClassification),
    "tag": (BertForTokenClassification, DistilBertForTokenClassification),
}
TEXTS = ("A good film. [SEP] Or is it?", "Not a good one.")


def pair(kinds: tuple[type, type], **values: object) -> list[nn.Module]:
    """A teacher of three layers and a student of two."""
    teacher, student = kinds
    return [
        random_model(teacher, bert_config(3, vocab_size=WORDS, **values)),
        random_model(student, distilbert_config(2, vocab_size=WORDS, **values)),
    ]


@pytest.mark.parametrize("outcome", KINDS)
def test_classifiers_and_taggers_are_held_against_each_other_by_their_classes(outcome, learned_from):
    tokenizer = learned_from[1]
    teacher, student = pair(KINDS[outcome], **CLASSES)
    seen = sight(teacher, student, tokenizer, TEXTS, LINES)
    assert seen.teacher.task.outcome == outcome
    assert seen.probes.probes[0].candidates != ()
    assert set(seen.probes.probes[0].candidates) == set(NAMES.values())
    found = seen.held_out.evaluate(seen.student(), 3, 1.0)
    assert math.isnan(found.student_accuracy)
    kl = []
    for line in LINES:
        inputs = tokenizer(line, return_tensors="pt")
        with torch.no_grad():
            theirs = teacher(**inputs).logits.log_softmax(-1)
            ours = student(input_ids=inputs["input_ids"]).logits.log_softmax(-1)
        rows = F.kl_div(ours, theirs, reduction="none", log_target=True).sum(-1)
        kl.append(rows if outcome == "class" else rows[0, 1:-1])
    assert found.kl == pytest.approx(torch.cat(kl).mean().item(), rel=1e-4)


def test_a_text_of_two_sentences_is_read_as_two(learned_from):
    tokenizer = learned_from[1]
    teacher, student = pair(KINDS["class"], **CLASSES)
    seen = sight(teacher, student, tokenizer, TEXTS, LINES)
    with torch.no_grad():
        says = teacher(**tokenizer("A good film.", "Or is it?", return_tensors="pt")).logits[0].softmax(-1)
    shown = dict(zip(seen.probes.probes[0].candidates, seen.probes.probes[0].teacher.tolist(), strict=True))
    assert [shown[name] for name in NAMES.values()] == pytest.approx(says.tolist(), rel=1e-4)


@pytest.mark.parametrize(
    ("kinds", "values"),
    [
        ((BertModel, DistilBertModel), {}),
        (KINDS["class"], {"num_labels": 1, "problem_type": "regression"}),
        ((BertForSequenceClassification, DistilBertForTokenClassification), CLASSES),
    ],
)
def test_of_models_whose_answers_cannot_be_compared_the_heads_are_seen(kinds, values, learned_from, tmp_path, always):
    teacher, student = pair(kinds, **values)
    watch = Watch(teacher, learned_from[1], TEXTS, tmp_path / "run", LINES)
    watch.begin(student)
    watch.step(loss=1.0)
    watch.end()
    record = Opened(tmp_path / "run")
    assert record.all_evaluations() == []
    (first, _), maps = record.kept_picture(1)
    assert (first["own"], first["kl"], "hand_over" in first) == ([], None, False)
    tokens = [len(words["tokens"]) for words, _ in record.kept_probes()]
    assert len(maps) == 2 * 3 * sum(n * n for n in tokens)
    assert (record.watched.outcome, record.watched.alone, record.watched.layers) == ("", "", 2)


def test_tensors_that_lie_elsewhere_are_not_read():
    student = random_model(DistilBertModel, distilbert_config(1))
    student.embeddings.word_embeddings.weight.ds_id = 7  # as DeepSpeed marks what other processes hold
    with pytest.raises(Unreadable, match="its weight lies elsewhere, in whole or in part"):
        Shell(student)
