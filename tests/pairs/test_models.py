"""What a model is, read off its own modules: sizes, parts, and what is said of it in words."""

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertForMaskedLM, DistilBertConfig, DistilBertForMaskedLM

from distilbert_viz import tracing
from distilbert_viz.families import words
from distilbert_viz.pairs.models import Model, Network
from tests.support import odd
from tests.support.stock import alone
from tests.support.tiny import TINY, tiny_network

TEXT = "The capital of france is [MASK]."


@pytest.mark.parametrize(("family", "segments"), [("bert", 2), ("distilbert", 0)])
def test_the_architecture_is_what_the_model_was_made_with(family, segments):
    sizes = Network("tiny", tiny_network(family, layers=3)).architecture
    assert (sizes.family, sizes.vocabulary, sizes.hidden, sizes.layers, sizes.heads) == (family, 60, 24, 3, 3)
    assert (sizes.intermediate, sizes.positions, sizes.segments) == (40, 40, segments)
    assert (sizes.dropout, sizes.layer_norm_eps, "GELU" in sizes.activation) == (0.1, 1e-12, True)


@pytest.mark.parametrize("family", TINY)
def test_every_part_of_a_block_is_found_and_all_its_weights_lie_in_some_part(family):
    model = Network("tiny", tiny_network(family))
    parts = [model.part(1, name) for name in model.family.block]
    counted = sum(p.numel() for part in parts for p in part.parameters())
    assert counted == sum(p.numel() for p in model.layers[1].parameters())


@pytest.mark.parametrize(
    ("kind", "config", "count"),
    [(BertForMaskedLM, BertConfig, 109_514_298), (DistilBertForMaskedLM, DistilBertConfig, 66_985_530)],
)
def test_the_published_models_have_their_published_number_of_parameters(kind, config, count):
    with torch.device("meta"):
        network = kind(config())
    assert sum(parameter.numel() for parameter in network.parameters()) == count


@pytest.mark.parametrize("family", TINY)
def test_the_prediction_head_read_on_the_last_state_gives_the_logits_of_the_model(family, built_in_tokenizer):
    model = Model("tiny", tiny_network(family), built_in_tokenizer)
    ids = torch.tensor([[2, 9, 30, 3]])
    with torch.inference_mode():
        expected, states = model.network(ids).logits, model.network.base_model(ids).last_hidden_state
        assert torch.equal(model.predict(states), expected)


def test_words_of_a_model_are_read_off_it(pair_of, tmp_path):
    pair = pair_of(
        odd.teacher(tmp_path / "t", hidden_act="relu", tie_word_embeddings=False),
        odd.student(tmp_path / "s", activation="gelu_new"),
    )
    ours, theirs = (model.architecture for model in pair)
    assert (ours.activation, ours.tied, ours.position_kind) == ("ReLU", False, "learned")
    assert (theirs.activation, theirs.tied, theirs.position_kind) == ("GELU (tanh)", True, "learned")
    assert (
        words.projection(ours) == "The student's projection onto the vocabulary is a tensor of its own, part of the masked-LM head."
    )
    kept = words.kept(ours, theirs)
    assert kept == (
        "The student keeps the teacher's width, number of heads, feed-forward size and vocabulary, and halves its depth; "
        "different: GELU (tanh) instead of ReLU and projection onto the vocabulary tied to its word embeddings."
    )


def test_a_decoder_of_its_own_is_seen_though_the_configuration_says_tied(pair_of, tmp_path):
    own = torch.randn(20, 24)
    folder = odd.change(odd.teacher(tmp_path / "own"), lambda tensors: tensors | {"cls.predictions.decoder.weight": own})
    pair = pair_of(folder)
    assert pair.teacher.network.config.tie_word_embeddings
    assert not pair.teacher.architecture.tied
    traces = tracing.trace_pair(pair, TEXT)
    assert np.allclose(tracing.logits(pair.teacher, traces.teacher), alone(folder, traces.encoding.input_ids), rtol=0, atol=1e-5)


def test_sines_and_cosines_are_called_so(pair_of, tmp_path):
    folder = odd.student(tmp_path / "sines", sinusoidal_pos_embds=True)
    angles = [[row / 10_000 ** (2 * (i // 2) / 24) for i in range(24)] for row in range(64)]
    table = torch.tensor([[np.cos(a) if i % 2 else np.sin(a) for i, a in enumerate(row)] for row in angles], dtype=torch.float32)
    odd.change(folder, lambda tensors: tensors | {"distilbert.embeddings.position_embeddings.weight": table})
    pair = pair_of(student=folder)
    assert pair.student.architecture.position_kind == "sinusoidal"
    said = words.input_sum(pair.teacher.architecture, pair.student.architecture)
    assert "word + position (learned; in the student sinusoidal)" in said


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        ("relu", "relu", "ReLU: Nair & Hinton 2010 (ICML)"),
        ("gelu", "gelu_new", "GELU: Hendrycks & Gimpel 2016 (arXiv 1606.08415)"),
        ("silu", "gelu", "SiLU: Elfwing, Uchibe & Doya 2017 (arXiv 1702.03118); GELU: Hendrycks & Gimpel 2016 (arXiv 1606.08415)"),
        ("linear", "linear", ""),
    ],
)
def test_a_papers_name_stands_for_the_activation_that_a_model_has(ours, theirs, said, pair_of, tmp_path):
    pair = pair_of(odd.teacher(tmp_path / "t", hidden_act=ours), odd.student(tmp_path / "s", activation=theirs))
    assert words.activation_sources(*(model.architecture for model in pair)) == said
