"""The three losses, against their formulas."""

import pytest
import torch
from torch.nn import functional as F

from distilbert_viz.distillation import losses
from distilbert_viz.distillation.masking import IGNORED


def logits(*shape: int, seed: int) -> torch.Tensor:
    return 3 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("temperature", [1.0, 2.0, 8.0])
def test_the_distillation_loss_is_the_squared_temperature_times_the_mean_divergence(temperature):
    student, teacher = logits(6, 400, seed=0), logits(6, 400, seed=1)
    p, q = (F.softmax(x.double() / temperature, -1) for x in (teacher, student))
    expected = temperature**2 * (p * (p / q).log()).sum() / 6
    assert losses.loss_ce(student, teacher, temperature).item() == pytest.approx(expected.item(), rel=1e-5)


def test_equal_models_have_no_distillation_loss_and_it_is_not_symmetric():
    one, other = logits(5, 50, seed=0), logits(5, 50, seed=1)
    assert losses.loss_ce(one, one, 2.0).item() == pytest.approx(0, abs=1e-6)
    assert losses.loss_ce(one, other, 2.0).item() != pytest.approx(losses.loss_ce(other, one, 2.0).item(), rel=1e-3)


def test_the_squared_temperature_keeps_the_scale_of_the_gradient():
    teacher = logits(8, 100, seed=1)
    norms = []
    for temperature in (20.0, 40.0):
        student = logits(8, 100, seed=0).requires_grad_()
        losses.loss_ce(student, teacher, temperature).backward()
        norms.append(student.grad.norm().item())
    assert norms[0] == pytest.approx(norms[1], rel=0.1)


def test_the_masked_language_loss_is_the_mean_surprise_at_the_true_tokens():
    scores, labels = logits(5, 300, seed=0), torch.tensor([4, 7, IGNORED, 0, 299])
    kept = labels != IGNORED
    chances = scores[kept].double().exp() / scores[kept].double().exp().sum(-1, keepdim=True)
    expected = -chances[torch.arange(4), labels[kept]].log().mean()
    assert losses.loss_mlm(scores, labels).item() == pytest.approx(expected.item(), rel=1e-5)


def test_the_cosine_loss_is_one_minus_the_mean_cosine_of_the_tokens_that_are_no_padding():
    student, teacher = logits(2, 4, 16, seed=0), logits(2, 4, 16, seed=1)
    read = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
    pairs = zip(student[read.bool()].double(), teacher[read.bool()].double(), strict=True)
    cosines = [(a @ b) / (a.norm() * b.norm()) for a, b in pairs]
    assert len(cosines) == 6
    assert losses.loss_cos(student, teacher, read).item() == pytest.approx(1 - sum(cosines).item() / 6, rel=1e-5)


def test_the_length_of_a_hidden_state_does_not_matter_to_the_cosine_loss():
    hidden, read = logits(2, 4, 16, seed=0), torch.ones(2, 4)
    assert losses.loss_cos(hidden, 5 * hidden, read).item() == pytest.approx(0, abs=1e-5)
    assert losses.loss_cos(hidden, -hidden, read).item() == pytest.approx(2, abs=1e-5)
