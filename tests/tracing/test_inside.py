"""Inside a block: every station of one token is the stock model's, and leads to the next."""

import math

import numpy as np
import torch
from torch import from_numpy as tensor
from torch.nn import functional as F

from distilbert_viz.tracing import block, blocks, encode, trace
from tests.support.traced import NEAR, TEXT


def held(array: np.ndarray) -> int:
    """The bytes of memory that an array keeps alive, its own or those of the tensor behind it."""
    return array.nbytes if array.base is None else array.base.untyped_storage().nbytes()


def test_every_station_of_every_block_equals_the_stock_pass(traced, model):
    one, stock = traced
    for layer in range(one.layers):
        for token in {0, len(one.encoding) - 1, len(one.encoding) // 2}:
            stations = block(model, one, layer, token)
            for name in model.family.block:
                assert np.allclose(getattr(stations, name).ravel(), stock.layers[layer][name][token], **NEAR), (layer, name)
            assert np.allclose(stations.weights, stock.attentions[layer, :, token], **NEAR)


def test_the_stations_of_a_block_lead_from_one_hidden_state_to_the_next(traced, model):
    one, _ = traced
    for layer in range(one.layers):
        stations = block(model, one, layer, 1)
        assert (stations.layer, stations.token) == (layer, 1)
        assert np.array_equal(stations.input, one.hidden_states[layer, 1])
        assert np.allclose(stations.input + stations.attention_output, stations.attention_residual, **NEAR)
        assert np.allclose(stations.attention_norm + stations.feed_forward, stations.output_residual, **NEAR)
        assert np.allclose(stations.output, one.hidden_states[layer + 1, 1], **NEAR)


def test_a_block_holds_one_token_of_the_trace_and_no_memory_of_the_others(model):
    one = trace(model, encode(model.tokenizer, TEXT))
    stations = block(model, one, 0, 3)
    for name, part in (("query", one.queries), ("key", one.keys), ("value", one.values)):
        assert np.array_equal(getattr(stations, name), part[0, :, 3])
    arrays = [part for part in vars(stations).values() if isinstance(part, np.ndarray)]
    assert len(arrays) == 15
    assert all(held(part) == part.nbytes for part in arrays)


def test_each_layer_norm_of_a_block_follows_its_residual_sum(traced, model):
    one, _ = traced
    for layer in range(one.layers):
        stations = block(model, one, layer, 0)
        for name, entering in (("attention_norm", stations.attention_residual), ("output", stations.output_residual)):
            norm = model.part(layer, name)
            expected = F.layer_norm(tensor(entering), entering.shape, norm.weight, norm.bias, norm.eps)
            assert torch.allclose(tensor(getattr(stations, name)), expected, **NEAR)


def test_inside_a_block_context_is_the_weighted_sum_of_values_and_the_activation_is_gelu(traced, model):
    one, _ = traced
    stations = block(model, one, 0, 1)
    assert np.allclose(
        stations.scores, np.einsum("hd,hkd->hk", stations.query, one.keys[0]) / math.sqrt(stations.key.shape[1]), **NEAR
    )
    assert np.allclose(stations.weights, one.attentions[0, :, 1], **NEAR)
    assert np.allclose(stations.context, np.einsum("hk,hkd->hd", stations.weights, one.values[0]), **NEAR)
    assert torch.allclose(tensor(stations.activation), F.gelu(tensor(stations.intermediate)), **NEAR)


def test_all_layers_at_once_are_the_blocks_one_by_one_up_to_the_rounding_of_their_largest_number(traced, model):
    one, _ = traced
    for token in {0, 1, len(one.encoding) - 1}:
        found = blocks(model, one, token)
        assert [(stations.layer, stations.token) for stations in found] == [(layer, token) for layer in range(one.layers)]
        for stations in found:
            whole = vars(block(model, one, stations.layer, token))
            largest = max(np.abs(part).max() for part in whole.values() if isinstance(part, np.ndarray))
            for name, part in vars(stations).items():
                assert np.allclose(part, whole[name], rtol=0, atol=3e-6 * largest), (stations.layer, name)
