"""What a prediction owes to each token: by hand where it is linear, by numpy's own quadrature and a stock model where not."""

import numpy as np
import pytest
import torch

from distilbert_viz.attribution import (
    ABLATION,
    GRADIENTS,
    attribute,
    baseline_ids,
    feature_ablation,
    integrated_gradients,
    log_probability,
)
from distilbert_viz.figures.kept import attribution as figures
from distilbert_viz.records import AttributionChoices
from distilbert_viz.tracing import trace_pair
from distilbert_viz.tracing.stock import stock_model

TEXT = "The capital of France is [MASK]. [SEP] I was there."
POSITION = 6
WORDS = torch.tensor([[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]])
BASELINE = torch.tensor([[[1.0, 2.0], [0.0, 0.0], [1.0, 1.0]]])


@pytest.fixture(scope="module")
def encoding(built_in):
    return trace_pair(built_in, TEXT).encoding


@pytest.fixture(scope="module")
def choices(built_in):
    ids = built_in.teacher.tokenizer.get_vocab()
    return AttributionChoices(POSITION, ids["paris"], ids["[MASK]"], 16)


@pytest.fixture(scope="module")
def stages(built_in, encoding, choices):
    return list(attribute(built_in, encoding, choices))


@pytest.fixture(params=[0, 1, 2, 3], ids=["teacher, gradients", "student, gradients", "teacher, ablation", "student, ablation"])
def part(request, stages):
    return stages[-1][request.param]


def stock_log_probability(model, choices, **inputs):
    """ln p of the candidate by the stock eager model, its vocabulary projection and all."""
    logits = stock_model(model).network(**inputs).logits
    return torch.log_softmax(logits[:, choices.position], -1)[:, choices.candidate]


def segments(model, encoding):
    return {"token_type_ids": torch.from_numpy(encoding.token_type_ids)[None]} if model.family.segments else {}


def test_of_a_linear_function_each_token_is_owed_its_own_summand():
    def linear(words):
        return (words * torch.tensor([2.0, -1.0])).sum((1, 2)) + 7

    scores, delta = integrated_gradients(linear, WORDS, BASELINE, 5)
    ablated, none = feature_ablation(linear, WORDS, BASELINE)
    assert scores == pytest.approx([0, 2 * 3 - 4, 2 * 4 - 5])
    assert ablated == pytest.approx(scores)
    assert delta == pytest.approx(0, abs=1e-5)
    assert none is None


def test_of_a_product_integrated_gradients_halve_what_ablation_counts_twice():
    def product(words):
        return words[:, 1, 0] * words[:, 2, 0]

    scores, _ = integrated_gradients(product, WORDS, torch.zeros_like(WORDS), 5)
    ablated, _ = feature_ablation(product, WORDS, torch.zeros_like(WORDS))
    assert scores == pytest.approx([0, 7.5, 7.5], abs=1e-4)
    assert ablated == pytest.approx([0, 15, 15])


def test_the_stream_brings_teacher_and_student_by_one_method_and_then_by_the_other(stages):
    found = [(one.voice, one.method) for one in stages[-1]]
    assert found == [("teacher", GRADIENTS), ("student", GRADIENTS), ("teacher", ABLATION), ("student", ABLATION)]
    assert [len(one) for one in stages] == [1, 2, 3, 4]


@pytest.mark.parametrize("voice", ["teacher", "student"])
def test_integrated_gradients_are_those_of_numpys_quadrature_on_a_stock_model(voice, built_in, encoding, choices, stages):
    model = getattr(built_in, voice)
    embed = model.embeddings.word_embeddings
    words, baseline = (embed(torch.from_numpy(ids)[None]) for ids in (encoding.input_ids, baseline_ids(encoding, choices.baseline)))
    nodes, weights = (torch.tensor(part, dtype=torch.float32) for part in np.polynomial.legendre.leggauss(choices.steps))
    path = baseline + (nodes[:, None, None] + 1) / 2 * (words - baseline)
    path = path.detach().requires_grad_()
    more = {name: ids.expand(len(path), -1) for name, ids in segments(model, encoding).items()}
    stock_log_probability(model, choices, inputs_embeds=path, **more).sum().backward()
    total = (weights[:, None, None] / 2 * path.grad).sum(0)
    expected = ((words - baseline) * total).sum(-1)[0].numpy()
    found = next(one for one in stages[-1] if (one.voice, one.method) == (voice, GRADIENTS))
    assert np.allclose(found.scores, expected, rtol=0, atol=2e-4)


@pytest.mark.parametrize("voice", ["teacher", "student"])
def test_ablation_is_what_a_stock_model_loses_when_one_token_is_typed_as_mask(voice, built_in, encoding, choices, stages):
    model = getattr(built_in, voice)
    found = next(one for one in stages[-1] if (one.voice, one.method) == (voice, ABLATION))
    rows = np.tile(encoding.input_ids, (1 + len(encoding), 1))
    for i in range(len(encoding)):
        rows[1 + i, i] = baseline_ids(encoding, choices.baseline)[i]
    more = {name: ids.expand(len(rows), -1) for name, ids in segments(model, encoding).items()}
    with torch.no_grad():
        values = stock_log_probability(model, choices, input_ids=torch.from_numpy(rows), **more).numpy()
    assert np.allclose(found.scores, values[0] - values[1:], rtol=0, atol=2e-5)


def test_both_ends_are_the_stock_models_log_probabilities(part, built_in, encoding, choices):
    model = getattr(built_in, part.voice)
    for value, ids in ((part.output, encoding.input_ids), (part.baseline_output, baseline_ids(encoding, choices.baseline))):
        with torch.no_grad():
            stock = stock_log_probability(model, choices, input_ids=torch.from_numpy(ids)[None], **segments(model, encoding))
        assert value == pytest.approx(stock.item(), abs=2e-5)


def test_integrated_gradients_add_up_to_the_gap_but_for_captums_own_delta(stages):
    for one in stages[-1][:2]:
        assert one.total - one.gap == pytest.approx(one.delta, abs=1e-4)
        assert abs(one.delta) < 0.05 * abs(one.gap) + 0.02
    assert [one.delta for one in stages[-1][2:]] == [None, None]


def test_the_frame_of_the_text_and_a_token_that_is_the_baseline_are_owed_nothing(part, encoding, choices):
    same = encoding.input_ids == baseline_ids(encoding, choices.baseline)
    assert [encoding.tokens[i] for i in np.flatnonzero(same)] == ["[CLS]", "[MASK]", "[SEP]", "[SEP]"]
    assert np.allclose(part.scores[same], 0, atol=2e-5)
    assert np.abs(part.scores[~same]).max() > 0.01


def test_one_batch_or_many_give_the_same_scores(built_in, encoding, choices, stages, monkeypatch):
    monkeypatch.setattr("distilbert_viz.attribution.MOST_TOKENS", 5 * len(encoding))
    predict = log_probability(built_in.student, encoding, choices)
    ends = (built_in.student.embeddings.word_embeddings.weight[torch.from_numpy(ids)][None]
            for ids in (encoding.input_ids, baseline_ids(encoding, choices.baseline)))  # fmt: skip
    words, baseline = ends
    scores, _ = integrated_gradients(predict, words, baseline, choices.steps)
    assert np.allclose(scores, stages[-1][1].scores, rtol=0, atol=1e-4)
    assert np.allclose(feature_ablation(predict, words, baseline)[0], stages[-1][3].scores, rtol=0, atol=2e-5)


def test_the_models_are_left_as_they_were(built_in, encoding, choices, stages):
    for model in built_in:
        assert all(parameter.grad is None and not parameter.requires_grad for parameter in model.network.parameters())
        assert not any(module._forward_pre_hooks or module._backward_hooks for module in model.network.modules())
        assert log_probability(model, encoding, choices)(torch.zeros(1, len(encoding), 384)).shape == (1,)


def test_bars_of_both_models_stand_on_one_axis_with_every_token_by_name(stages, encoding):
    figure = figures.bars(stages[-1][:2], encoding)
    assert [bar.name for bar in figure.data] == ["teacher", "student"]
    assert all(len(bar.x) == len(set(bar.x)) == len(encoding) for bar in figure.data)
    assert np.array_equal(figure.data[1].y, stages[-1][1].scores)


def test_the_table_of_sums_says_what_need_not_add_up(stages):
    rows = figures.sums(stages[-1])
    assert rows[0]["sum over tokens"] == f"{stages[-1][0].scores.sum():+.3f}"
    assert [row["convergence delta"] for row in rows[2:]] == ["none: need not add up"] * 2
    assert rows[0]["text − baseline"] == rows[2]["text − baseline"]
