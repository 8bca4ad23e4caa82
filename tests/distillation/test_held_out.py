"""The held-out numbers of a run against torch's own formulas over all logits at once."""

import pytest
import torch
from torch.nn import functional as F

from distilbert_viz.distillation.engine import gather
from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.models import as_read
from distilbert_viz.distillation.probes import HeldOut, masked, reading, watched_heads
from distilbert_viz.distillation.recipe import Recipe


def test_an_evaluation_is_what_torch_says_of_all_logits_at_once():
    made = gather(Recipe(device="cpu", steps=1))
    held_out = HeldOut(as_read("teacher", made.teacher, made.tokenizer), masked(made.held_out))
    found = held_out.evaluate(as_read("student", made.student.train(), made.tokenizer), 5, 2.0)
    labels = torch.cat([batch["labels"][batch["labels"] != IGNORED] for batch in held_out.batches])
    with torch.no_grad():
        teacher, student = (
            torch.cat([model(b["input_ids"], b["attention_mask"], b["labels"] != IGNORED).logits for b in held_out.batches])
            for model in (made.teacher.eval(), made.student.eval())
        )
    kl = F.kl_div(student.log_softmax(-1), teacher.log_softmax(-1), reduction="batchmean", log_target=True)
    assert len(labels) >= 512
    assert found.kl == pytest.approx(kl.item(), rel=1e-4)
    assert found.agreement == pytest.approx((student.argmax(-1) == teacher.argmax(-1)).float().mean().item())
    assert found.student_accuracy == pytest.approx((student.argmax(-1) == labels).float().mean().item())
    assert found.teacher_accuracy == pytest.approx((teacher.argmax(-1) == labels).float().mean().item())
    assert (found.number, found.seconds) == (5, 2.0)


def test_a_student_that_learns_goes_on_learning_after_an_evaluation_each_part_as_before():
    made = gather(Recipe(device="cpu", steps=1))
    student = made.student.train()
    student.distilbert.embeddings.eval()
    before = [part.training for part in student.modules()]
    with reading(student):
        assert not any(part.training for part in student.modules())
        assert not torch.is_grad_enabled()
    assert [part.training for part in student.modules()] == before
    assert len(set(before)) == 2
    assert torch.is_grad_enabled()


def test_a_pass_that_fails_leaves_the_student_learning():
    student = gather(Recipe(device="cpu", steps=1)).student.train()
    attention = student.config._attn_implementation
    with pytest.raises(KeyError), reading(student), watched_heads(student):
        raise KeyError
    assert student.training
    assert student.config._attn_implementation == attention
