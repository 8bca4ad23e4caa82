"""One distillation step, opened up: held against formulas by hand, ordinary training, and the student's own bits."""

import copy
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from distilbert_viz.distillation import by_hand, losses
from distilbert_viz.distillation import one_step as rooms
from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.one_step import gradient_sizes, one_step
from distilbert_viz.figures.training import one_step as figures
from distilbert_viz.figures.training import sentences
from distilbert_viz.records import OneStep, StepChoices
from distilbert_viz.tracing import stock_pass
from distilbert_viz.tracing.stock import stock_model
from tests.support.one_step import example

ROW = {"attention": "attention", "feed-forward": "ffn", "LayerNorms": "layer_norm"}


def test_the_pair_that_is_shown_is_bit_equal_after_a_step(built_in):
    before = [{name: p.clone() for name, p in model.network.state_dict().items()} for model in built_in]
    taken = one_step(built_in.teacher, built_in.student, example(built_in), replace(StepChoices(), learning_rate=1e-3))
    assert taken.mean_move > 1e-4
    for model, kept in zip(built_in, before, strict=True):
        assert all(torch.equal(tensor, kept[name]) for name, tensor in model.network.state_dict().items())
        assert not any(p.requires_grad or p.grad is not None for p in model.network.parameters())
        assert not model.embeddings.word_embeddings.sparse


def test_the_losses_are_the_formulas_in_float64_on_two_stock_passes(built_in, step):
    teacher, student = (stock_pass(stock_model(model), step.text.encoding) for model in built_in)
    found = by_hand.losses(teacher, student, step.text.labels, step.choices)
    for name in ("ce", "mlm", "cos"):
        assert getattr(step.before, name) == pytest.approx(getattr(found, name), rel=1e-4, abs=2e-5)


def test_the_witness_is_the_sum_over_rows_of_p_times_the_log_ratio(built_in, step):
    logits = [stock_pass(stock_model(model), step.text.encoding).logits.astype(np.float64) for model in built_in]
    rows = slice(None) if step.choices.ce_on == "all" else list(step.text.positions)
    exponents = [np.exp(part[rows] / step.choices.temperature) for part in logits]
    p, q = (part / part.sum(-1, keepdims=True) for part in exponents)
    passes = [stock_pass(stock_model(model), step.text.encoding) for model in built_in]
    found = by_hand.losses(*passes, step.text.labels, step.choices)
    assert found.ce == pytest.approx(step.choices.temperature**2 * (p * np.log(p / q)).sum(-1).mean(), rel=1e-9)


def ordinary_gradient(built_in, step: OneStep) -> torch.nn.Module:
    """The student after one backward pass through the stock forward of transformers, the combined loss written out."""
    encoding, choices = step.text.encoding, step.choices
    ids, types = (torch.from_numpy(part)[None] for part in (encoding.input_ids, encoding.token_type_ids))
    student = copy.deepcopy(built_in.student.network).requires_grad_(True)
    with torch.no_grad():
        taught = built_in.teacher.network(ids, token_type_ids=types, output_hidden_states=True)
    said = student(ids, output_hidden_states=True)
    labels = torch.from_numpy(step.text.labels)
    rows = labels != IGNORED if choices.ce_on == "masked" else torch.ones_like(labels, dtype=torch.bool)
    p, q = ((out.logits[0, rows] / choices.temperature).log_softmax(-1) for out in (taught, said))
    kl = (p.exp() * (p - q)).sum(-1).mean() * choices.temperature**2
    hard = -said.logits[0].log_softmax(-1)[labels != IGNORED, labels[labels != IGNORED]].mean()
    cosine = torch.cosine_similarity(said.hidden_states[-1][0], taught.hidden_states[-1][0], dim=-1).mean()
    (choices.alpha_ce * kl + choices.alpha_mlm * hard + choices.alpha_cos * (1 - cosine)).backward()
    return student


def component_of(name: str) -> str:
    """Where a parameter of DistilBERT belongs, read off its name."""
    if "embeddings" in name:
        part = name.split("embeddings.")[1]
        names = {"word": "word embeddings = projection", "posi": "position embeddings", "Laye": "embeddings' LayerNorm"}
        return names[part[:4]]
    if found := re.search(r"layer\.(\d+)\.(.*)", name):
        return f"L{found[1]} " + next(part for part, mark in ROW.items() if mark in found[2])
    return "masked-LM head"


def test_the_gradient_of_each_component_is_that_of_one_ordinary_backward_pass(built_in, step):
    student = ordinary_gradient(built_in, step)
    squares = dict.fromkeys(step.components, 0.0)
    for name, parameter in student.named_parameters():
        squares[component_of(name)] += 0.0 if parameter.grad is None else parameter.grad.double().square().sum().item()
    assert list(squares) == list(step.components)
    assert step.gradient_norms[:, 0] == pytest.approx(np.sqrt(list(squares.values())), rel=2e-3)


def test_the_losses_after_are_those_of_the_first_step_of_adam_in_closed_form(built_in, step):
    student = ordinary_gradient(built_in, step)
    with torch.no_grad():
        for parameter in student.parameters():
            if parameter.grad is not None:
                parameter -= step.choices.learning_rate * parameter.grad / (parameter.grad.abs() + 1e-8)
    moved = replace(built_in.student, network=student.requires_grad_(False))
    teacher, after = (stock_pass(stock_model(model), step.text.encoding) for model in (built_in.teacher, moved))
    found = by_hand.losses(teacher, after, step.text.labels, step.choices)
    for name in ("ce", "mlm", "cos"):
        assert getattr(step.after, name) == pytest.approx(getattr(found, name), rel=2e-2)
    assert step.student_after == pytest.approx(after.logits[list(step.text.positions)], abs=0.05)


def test_no_weight_moves_further_than_the_learning_rate(step):
    assert 0.5 * step.choices.learning_rate < step.mean_move <= step.largest_move
    assert step.largest_move == pytest.approx(step.choices.learning_rate, rel=0.02)


def test_the_combined_loss_goes_down_at_the_default_learning_rate(step):
    assert step.after.combined(step.choices) < step.before.combined(step.choices)


def test_a_part_of_weight_zero_sends_no_gradient(step):
    alphas = (step.choices.alpha_ce, step.choices.alpha_mlm, step.choices.alpha_cos)
    assert [bool(part.any()) for part in step.gradient_norms.T[1:]] == [alpha > 0 for alpha in alphas]


def test_the_cosine_loss_does_not_reach_the_prediction_head(built_in):
    only = StepChoices(alpha_ce=0.0, alpha_mlm=0.0, alpha_cos=1.0)
    taken = one_step(built_in.teacher, built_in.student, example(built_in), only)
    assert dict(zip(taken.components, taken.gradient_norms[:, 0], strict=True))["masked-LM head"] == 0
    assert np.array_equal(taken.gradient_norms[:, 0], taken.gradient_norms[:, 3])
    assert taken.after.cos < taken.before.cos


def test_without_any_weight_nothing_moves(built_in):
    still = StepChoices(alpha_ce=0.0, alpha_mlm=0.0, alpha_cos=0.0)
    taken = one_step(built_in.teacher, built_in.student, example(built_in), still)
    assert (taken.mean_move, taken.largest_move) == (0, 0)
    assert taken.after == taken.before
    assert figures.moved_sentence(taken, 0).startswith(
        "The step moved the student neither towards its teacher nor away from it, at "
    )
    assert sentences.one_step(taken, 0, built_in.teacher.vocabulary).startswith("One step leaves the student's chance for “")


def test_a_component_list_holds_every_parameter_once(built_in):
    for model in built_in:
        listed = [id(p) for _, group in rooms.components(model) for p in group]
        assert sorted(listed) == sorted(id(p) for p in model.network.parameters())


def test_a_full_text_of_512_tokens_takes_a_step(built_in):
    taken = one_step(built_in.teacher, built_in.student, example(built_in, "word " * 5000, share=0.15), StepChoices())
    assert len(taken.text.labels) == taken.tokens == 512
    assert taken.sized == 64
    assert np.isfinite(taken.gradient_norms).all()
    assert taken.teacher_logits.shape[0] == round(0.15 * 510)


# Temperature


@pytest.mark.parametrize("temperature", [0.5, 2.0, 10.0])
def test_the_size_of_the_gradient_is_that_of_automatic_differentiation(temperature):
    random = torch.Generator().manual_seed(3)
    teacher = 4 * torch.randn(5, 400, generator=random)
    student = (4 * torch.randn(5, 400, generator=random)).requires_grad_()
    loss = 5 * losses.loss_ce(student, teacher, temperature)  # a sum over rows, so that each row has its own gradient
    expected = torch.autograd.grad(loss, student)[0].norm(dim=-1).mean().item()
    found = gradient_sizes(teacher, student.detach(), (temperature,))[0]
    assert temperature**2 * found == pytest.approx(expected, rel=1e-4)


def test_at_high_temperature_the_gradient_falls_like_one_over_t_squared(step):
    size = dict(zip(step.temperatures.tolist(), step.gradient_sizes, strict=True))
    assert 3.5 < size[5.0] / size[10.0] < 8
    assert size[8.5] / size[10.0] == pytest.approx((10 / 8.5) ** 2, rel=0.15)
