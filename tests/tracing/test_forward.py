"""A trace is what the stock model computes, and so is what is predicted from its states."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import from_numpy as tensor
from torch.nn import functional as F

from distilbert_viz.tracing import encode, logits, predictions, trace, trace_pair
from tests.support.traced import NEAR, TEXT, TWO


def test_every_query_spends_exactly_one_unit_of_attention(traced):
    one, _ = traced
    assert one.attentions.min() >= 0
    assert one.attentions.sum(-1) == pytest.approx(np.ones(one.attentions.shape[:-1]), abs=1e-5)


def test_the_embedding_output_is_the_layer_norm_of_the_input_sum(traced, model):
    one, _ = traced
    parts, norm = one.embeddings, model.embeddings.LayerNorm
    total = parts.word + parts.position + (0 if parts.token_type is None else parts.token_type)
    expected = F.layer_norm(tensor(total), total.shape[-1:], norm.weight, norm.bias, norm.eps)
    assert torch.allclose(tensor(parts.output), expected, **NEAR)


def test_only_the_teacher_has_a_segment_embedding(built_in):
    teacher, student = trace_pair(built_in, TWO)
    assert teacher.embeddings.token_type is not None
    assert student.embeddings.token_type is None
    rows = built_in.teacher.embeddings.token_type_embeddings.weight.numpy()
    assert np.array_equal(teacher.embeddings.token_type, rows[teacher.encoding.token_type_ids])


def test_the_first_hidden_state_is_the_embedding_output(traced):
    one, _ = traced
    assert np.array_equal(one.hidden_states[0], one.embeddings.output)
    assert len(one.hidden_states) == one.layers + 1


def test_attention_is_the_softmax_of_scaled_query_key_products(traced):
    one, _ = traced
    queries, keys = tensor(one.queries), tensor(one.keys)
    scores = queries @ keys.transpose(-1, -2) / math.sqrt(queries.shape[-1])
    assert torch.allclose(scores.softmax(-1), tensor(one.attentions), **NEAR)


def test_a_trace_equals_the_stock_pass(traced, model):
    one, stock = traced
    assert np.allclose(one.hidden_states, stock.hidden_states, **NEAR)
    assert np.allclose(one.attentions, stock.attentions, **NEAR)
    assert np.allclose(logits(model, one), stock.logits, **NEAR)
    for name, part in stock.embeddings.items():
        assert np.allclose(getattr(one.embeddings, name), part, **NEAR), name


def test_queries_keys_and_values_are_those_of_the_stock_pass(traced):
    one, stock = traced
    for layer, seen in enumerate(stock.layers):
        for name, heads in (("query", one.queries), ("key", one.keys), ("value", one.values)):
            side_by_side = heads[layer].transpose(1, 0, 2).reshape(len(one.encoding), -1)
            assert np.allclose(side_by_side, seen[name], **NEAR), (layer, name)


def test_the_sizes_of_a_trace_are_those_of_its_architecture(traced, model):
    one, _ = traced
    sizes, tokens = one.architecture, len(one.encoding)
    assert sizes == model.architecture
    assert one.attentions.shape == (sizes.layers, sizes.heads, tokens, tokens)
    assert one.queries.shape == (sizes.layers, sizes.heads, tokens, sizes.hidden // sizes.heads)


def test_a_text_is_traced_twice_with_equal_results_and_no_gradient(model):
    encoding = encode(model.tokenizer, TEXT)
    first, second = trace(model, encoding), trace(model, encoding)
    for name in ("hidden_states", "queries", "keys", "values", "attentions"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
        assert not np.shares_memory(getattr(first, name), getattr(second, name))
    assert all(parameter.grad is None for parameter in model.network.parameters())


def test_threads_that_trace_different_texts_at_once_each_get_their_own_attention(model):
    encodings = [encode(model.tokenizer, "word " * (3 + 5 * i) + TEXT) for i in range(4)]
    alone = [trace(model, encoding) for encoding in encodings]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda encoding: trace(model, encoding), encodings * 5))
    for expected, found in zip(alone * 5, together, strict=True):
        assert np.allclose(found.attentions, expected.attentions, **NEAR)
        assert np.allclose(found.hidden_states, expected.hidden_states, **NEAR)


def test_a_pair_is_traced_on_one_text_with_the_same_tokens_masked(built_in):
    pair = trace_pair(built_in, TEXT, masked=(2,))
    assert pair.encoding.tokens[2] == pair.student.encoding.tokens[2] == "[MASK]"
    assert (pair.teacher.layers, pair.student.layers, pair.initial_layers) == (6, 3, (0, 2, 5))


def test_a_model_is_read_up_to_its_last_position_and_no_further(built_in):
    assert built_in.teacher.longest == built_in.student.longest == 512
    pair = trace_pair(built_in, "cat " * 600)
    assert (len(pair.encoding), pair.encoding.dropped, pair.student.encoding.dropped) == (512, 90, 90)


# Predictions


def test_the_last_states_predictions_are_the_softmax_of_the_logits(traced, model):
    one, stock = traced
    shown = predictions(model, one, 1, k=7)
    expected = tensor(stock.logits[1]).softmax(-1).topk(7)
    assert shown.position == 1
    assert shown.probabilities.shape == (one.layers + 1, 7)
    assert np.allclose(shown.probabilities[-1], expected.values.numpy(), **NEAR)
    assert [len(row) for row in shown.names] == [7] * (one.layers + 1)


def test_a_listed_token_has_the_probability_beside_it(traced, model):
    one, stock = traced
    shown = predictions(model, one, 1)
    found = tensor(stock.logits[1]).softmax(-1)[model.tokenizer.convert_tokens_to_ids(list(shown.names[-1]))]
    assert np.allclose(shown.probabilities[-1], found.numpy(), **NEAR)


def test_every_state_is_read_likeliest_first(traced, model):
    one, _ = traced
    probabilities = predictions(model, one, 0).probabilities
    assert (np.diff(probabilities) <= 0).all()
    assert (probabilities.sum(-1) <= 1 + 1e-5).all()
