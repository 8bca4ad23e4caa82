"""Attention is recorded without being changed."""

import pytest
import torch

from distilbert_viz.pairs.attention import NAME, recording
from tests.support.tiny import TINY, tiny_network


def padded_batch() -> dict[str, torch.Tensor]:
    """Two rows of eight and five tokens, the second one padded with three."""
    ids = torch.randint(5, 60, (2, 8), generator=torch.Generator().manual_seed(3))
    mask = torch.ones(2, 8, dtype=torch.long)
    ids[1, 5:], mask[1, 5:] = 0, 0
    return {"input_ids": ids, "attention_mask": mask}


def logits_with(network: torch.nn.Module, implementation: str, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    network.set_attn_implementation(implementation)
    with torch.inference_mode():
        return network(**batch).logits


@pytest.mark.parametrize("family", TINY)
def test_recording_changes_no_logit(family):
    network, batch = tiny_network(family), padded_batch()
    recorded = logits_with(network, NAME, batch)
    assert torch.allclose(recorded, logits_with(network, "eager", batch), rtol=0, atol=1e-6)
    read = batch["attention_mask"].bool()
    assert torch.allclose(recorded[read], logits_with(network, "sdpa", batch)[read], rtol=0, atol=1e-5)


@pytest.mark.parametrize("family", TINY)
def test_padding_gets_no_attention_and_changes_no_logit(family):
    network, batch = tiny_network(family), padded_batch()
    with recording() as layers:
        recorded = logits_with(network, NAME, batch)
    for _, _, _, weights in layers:
        assert torch.count_nonzero(weights[1, :, :, 5:]) == 0
        assert torch.allclose(weights.sum(-1), torch.ones(2, 3, 8), atol=1e-6)
    alone = logits_with(network, NAME, {name: part[1:, :5] for name, part in batch.items()})
    assert torch.allclose(recorded[1:, :5], alone, rtol=0, atol=1e-5)


@pytest.mark.parametrize("family", TINY)
def test_recorded_weights_are_those_of_the_stock_eager_attention(family):
    network, batch = tiny_network(family), padded_batch()
    with recording() as layers:
        logits_with(network, NAME, batch)
    network.set_attn_implementation("eager")
    with torch.inference_mode():
        stock = network(**batch, output_attentions=True).attentions
    assert len(layers) == len(stock) == 2
    for (query, key, value, weights), expected in zip(layers, stock, strict=True):
        assert query.shape == key.shape == value.shape == (2, 3, 8, 8)
        assert torch.allclose(weights, expected, rtol=0, atol=1e-6)


def test_nothing_is_recorded_outside_of_a_recording():
    network, batch = tiny_network("bert"), padded_batch()
    with recording() as layers:
        pass
    logits_with(network, NAME, batch)
    assert layers == []


def test_a_recording_ends_also_when_the_model_fails():
    network, batch = tiny_network("bert"), padded_batch()
    with pytest.raises(RuntimeError, match="on purpose"), recording() as layers:
        raise RuntimeError("on purpose")
    logits_with(network, NAME, batch)
    assert layers == []
