"""Teachers of odd kinds: an untied one, one whose vocabulary is padded, one without [PAD], and those that can't teach."""

import pytest
import torch
from transformers import AutoModelForMaskedLM, BertForTokenClassification
from typer.testing import CliRunner

from distilbert_viz.cli import app
from distilbert_viz.distillation import engine
from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.engine import gather
from distilbert_viz.distillation.models import as_read, plain
from distilbert_viz.distillation.probes import Probes
from tests.support import odd

NAME = "bert.encoder.layer.1.output.dense.bias"


def recipe(folder, tmp_path, **changes: object) -> recipes.Recipe:
    """One step of two rows from a teacher's folder, on text of its own words."""
    text = tmp_path / "text.txt"
    text.write_text("the cat sat on the mat .\nthe capital of france is paris .\n" * 60)
    base = {"teacher": str(folder), "layers": 2, "steps": 1, "batch": 2, "length": 12, "device": "cpu", "text": (str(text),)}
    return recipes.make(base | recipes.PUBLISHED | changes)


def test_a_student_of_an_untied_teacher_is_untied_and_starts_as_its_teacher(tmp_path):
    made = gather(recipe(odd.teacher(tmp_path / "untied", tie_word_embeddings=False), tmp_path))
    ours, theirs = made.student.state_dict(), made.teacher.state_dict()
    assert not torch.equal(theirs["bert.embeddings.word_embeddings.weight"], theirs["cls.predictions.decoder.weight"])
    assert torch.equal(ours["distilbert.embeddings.word_embeddings.weight"], theirs["bert.embeddings.word_embeddings.weight"])
    assert torch.equal(ours["vocab_projector.weight"], theirs["cls.predictions.decoder.weight"])
    plain(made.student).save_pretrained(tmp_path / "saved")
    saved = AutoModelForMaskedLM.from_pretrained(tmp_path / "saved").state_dict()
    assert all(torch.equal(saved[name], tensor) for name, tensor in ours.items())


def test_a_teacher_whose_own_decoder_its_configuration_denies_has_an_untied_student_too(tmp_path):
    own = {"cls.predictions.decoder.weight": torch.randn(20, 24)}
    made = gather(recipe(odd.change(odd.teacher(tmp_path / "own"), lambda tensors: tensors | own), tmp_path))
    assert torch.equal(made.student.state_dict()["vocab_projector.weight"], own["cls.predictions.decoder.weight"])


def test_padding_rows_are_no_outcome_of_teacher_or_student(tmp_path):
    made = gather(recipe(odd.teacher(tmp_path / "padded", vocab_size=24), tmp_path))
    batch = made.rows.collate([made.rows[0], made.rows[1]])
    kept = batch["attention_mask"].bool()
    for model in (made.teacher, made.student):
        assert model(batch["input_ids"], batch["attention_mask"], kept).logits.shape[1] == 20
    teacher, student = (as_read(name, getattr(made, name), made.tokenizer) for name in ("teacher", "student"))
    assert len(Probes(teacher, ("the cat [MASK]",)).picture(student, 0).hand_over) == 3  # the embeddings and both layers


def test_a_teacher_without_padding_teaches(tmp_path):
    tokenizer = odd.wordpiece()
    tokenizer.pad_token = None
    made = gather(recipe(odd.teacher(tmp_path / "no-pad", tokenizer), tmp_path))
    batch = made.rows.collate([{"input_ids": torch.tensor([2, 3]), "labels": torch.tensor([1, 1])}, made.rows[0]])
    assert batch["attention_mask"][0].tolist()[:3] == [1, 1, 0]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: odd.spoil(folder, NAME), f"holds numbers that aren't finite, first in {NAME}, so it can't teach."),
        (lambda folder: odd.configure(folder, position_embedding_type="relative_key"), "its positions are relative"),
        (
            lambda folder: odd.change(folder, lambda t: t | {"bert.encoder.bias.weight": torch.ones(2)}),
            "such as bert.encoder.bias.weight",
        ),
    ],
)
def test_a_teacher_that_a_page_would_refuse_teaches_nobody(spoil, said, tmp_path):
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        engine.gather(recipe(spoil(odd.teacher(tmp_path / "odd")), tmp_path))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda folder: odd.teacher(folder, kind=BertForTokenClassification),
            "is a tagger of tokens: its soft labels are over tags",
        ),
        (lambda folder: odd.spoil(odd.teacher(folder), NAME), "holds numbers that aren't finite"),
        (odd.student, "is a distilbert model; a teacher is a BERT, "),
    ],
)
def test_a_shell_refuses_a_teacher_that_cannot_teach_with_status_2_and_one_sentence(make, said, tmp_path):
    words = ["distil", "--teacher", make(tmp_path / "odd"), "--steps", 1, "--out", tmp_path / "run"]
    answer = CliRunner().invoke(app, list(map(str, words)))
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
