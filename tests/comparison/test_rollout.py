"""Attention rollout against cases worked by hand."""

import numpy as np
import pytest
import torch

from distilbert_viz import comparison


def test_two_layers_of_two_tokens_are_rolled_out_as_by_hand():
    """Both layers have two heads, whose means are A_0 = [[1, 0], [1/2, 1/2]] and A_1 = [[1/2, 1/2], [0, 1]].

    With the residual: B_0 = [[1, 0], [1/4, 3/4]], B_1 = [[3/4, 1/4], [0, 1]].
    R_1 = B_1 B_0 = [[3/4 + 1/16, 3/16], [1/4, 3/4]]; the wrong order, B_0 B_1, would be [[3/4, 1/4], [3/16, 13/16]].
    """
    first = [[[1, 0], [0, 1]], [[1, 0], [1, 0]]]
    second = [[[1, 0], [0, 1]], [[0, 1], [0, 1]]]
    found = comparison.attention_rollout(np.array([first, second], np.float32))
    assert found.tolist() == [[[1, 0], [0.25, 0.75]], [[13 / 16, 3 / 16], [1 / 4, 3 / 4]]]


def test_rollout_is_the_product_of_all_layers_the_last_to_the_left():
    attentions = torch.softmax(torch.randn(4, 3, 9, 9, generator=torch.Generator().manual_seed(0)).double(), -1)
    mixed = [0.5 * layer.mean(0) + 0.5 * torch.eye(9) for layer in attentions]
    found = comparison.attention_rollout(attentions.float().numpy())
    for layer in range(4):
        assert found[layer] == pytest.approx(torch.linalg.multi_dot([*mixed[layer::-1], torch.eye(9).double()]).numpy(), abs=1e-6)


def test_every_token_is_made_of_exactly_one_unit_of_input_after_every_layer():
    attentions = torch.softmax(torch.randn(6, 2, 20, 20, generator=torch.Generator().manual_seed(1)), -1).numpy()
    assert comparison.attention_rollout(attentions).sum(-1) == pytest.approx(np.ones((6, 20)), abs=1e-6)


def test_tokens_that_only_look_at_themselves_stay_themselves():
    attentions = np.broadcast_to(np.eye(5, dtype=np.float32), (3, 2, 5, 5))
    assert np.array_equal(comparison.attention_rollout(attentions), attentions[:, 0])
