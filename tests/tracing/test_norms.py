"""Norm-weighted attention against plain loops over the stock weights, and against the model's own attention output."""

import numpy as np
import pytest

from distilbert_viz import comparison
from distilbert_viz.pairs.models import Model
from distilbert_viz.tracing import encode, stock_pass, trace, transformed_norms, transformed_values
from distilbert_viz.tracing.stock import stock_model

TEXT = "Who wrote it? [SEP] A [MASK] did."
LAYER = 1


@pytest.fixture(scope="module")
def traced(model):
    return trace(model, encode(model.tokenizer, TEXT))


def plain_transformed(model: Model, state: np.ndarray, head: int, dim: int) -> np.ndarray:
    """(x W_V + b_V) W_O of one token in one head, with this head's part of both matrices."""
    own = slice(head * dim, (head + 1) * dim)
    value, output = model.part(LAYER, "value"), model.part(LAYER, "attention_output")
    per_head = value.weight.numpy()[own] @ state + value.bias.numpy()[own]
    return output.weight.numpy()[:, own] @ per_head


def test_transformed_values_come_from_the_state_that_enters_the_layer_head_by_head(model, traced):
    found, dim = transformed_values(model, traced, LAYER), traced.values.shape[-1]
    for head in range(traced.heads):
        for token, state in enumerate(traced.hidden_states[LAYER]):
            assert found[head, token] == pytest.approx(plain_transformed(model, state, head, dim), abs=1e-4)


def test_norm_weighted_attention_is_the_length_of_what_flows_from_key_to_query(model, traced):
    found = comparison.norm_weighted(traced.attentions, transformed_norms(model, traced))
    assert found.shape == traced.attentions.shape
    for head in range(traced.heads):
        for key, state in enumerate(traced.hidden_states[LAYER]):
            vector = plain_transformed(model, state, head, traced.values.shape[-1])
            for query in range(len(traced.encoding)):
                reference = np.linalg.norm(traced.attentions[LAYER, head, query, key] * vector)
                assert found[LAYER, head, query, key] == pytest.approx(reference, rel=1e-4, abs=1e-5)


def test_what_flows_adds_up_to_the_models_own_attention_output(model, traced):
    stock = stock_pass(stock_model(model), traced.encoding)
    for layer in range(traced.layers):
        flows = np.einsum("hqk,hkd->qd", traced.attentions[layer], transformed_values(model, traced, layer))
        bias = model.part(layer, "attention_output").bias.numpy()
        assert flows + bias == pytest.approx(stock.layers[layer]["attention_output"], abs=1e-4)


def test_a_weight_times_a_length_by_hand():
    attentions = np.array([[[[0.25, 0.75], [1, 0]]]], np.float32)
    norms = np.array([[[4, 2]]], np.float32)
    assert comparison.norm_weighted(attentions, norms).tolist() == [[[[1, 1.5], [4, 0]]]]
