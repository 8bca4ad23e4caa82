"""Weights that could hold code, break off, don't fit or lack a part are refused; the published names lack nothing."""

import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from distilbert_viz.pairs import load_pair
from tests.support.folders import STUDENT, refusal
from tests.support.odd import configure
from tests.support.tiny import tiny_network

pytestmark = pytest.mark.usefixtures("no_hub")


def test_weights_that_could_hold_code_are_not_opened(folder):
    source = folder("pickled")
    os.remove(f"{source}/model.safetensors")
    torch.save(tiny_network("bert").state_dict(), f"{source}/pytorch_model.bin")
    sentence = refusal(teacher=source, student=STUDENT)
    said = "it holds no model.safetensors file but pytorch_model.bin, PyTorch weights that could run code when opened, which is not"
    assert sentence.startswith(
        f"{source} can't be loaded: {said} opened; where you trust it, `python -c 'from transformers import AutoModelForMaskedLM "
    )
    os.remove(f"{source}/pytorch_model.bin")
    said = f"{source} can't be loaded: it holds no model.safetensors file (other weight files are not opened)."
    assert refusal(teacher=source, student=STUDENT) == said


@pytest.mark.parametrize("kept", [0, 4, 1000])
def test_weights_that_break_off_are_refused(kept, folder):
    source = folder("cut")
    weights = Path(source, "model.safetensors")
    weights.write_bytes(weights.read_bytes()[:kept])
    assert refusal(teacher=source, student=source).startswith(f"{source} can't be loaded: its weights are damaged (")


def test_weights_of_another_size_are_refused_with_both_sizes(folder):
    source = folder("swollen")
    configure(source, vocab_size=70)
    said = "bert.embeddings.word_embeddings.weight is 60 × 24 in its weights and 70 × 24 by its config.json."
    assert refusal(teacher=source, student=source) == f"{source} can't be loaded: {said}"


@pytest.mark.parametrize(("lost", "count"), [("bert.encoder.layer.1.", 16), ("cls.predictions.transform.dense.weight", 1)])
def test_weights_that_lack_a_part_are_refused_and_not_made_up(lost, count, folder):
    source = folder("holey")
    weights = load_file(f"{source}/model.safetensors")
    left = {name: tensor for name, tensor in weights.items() if not name.startswith(lost)}
    save_file(left, f"{source}/model.safetensors", metadata={"format": "pt"})
    said = f"its weights lack {count} of the model's tensors, such as {lost}"
    assert refusal(teacher=source, student=source).startswith(f"{source} can't be loaded: {said}")


def test_weights_with_the_names_of_the_published_bert_lack_nothing(folder):
    """bert-base-uncased calls its LayerNorms gamma and beta, leaves the tied decoder out, and holds two heads more."""
    source = folder("published")
    saved = {name: tensor for name, tensor in load_file(f"{source}/model.safetensors").items() if "decoder" not in name}
    old = {
        n.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): t for n, t in saved.items()
    }
    more = {"bert.pooler.dense.weight": torch.zeros(24, 24), "cls.seq_relationship.bias": torch.zeros(2)}
    save_file(old | more, f"{source}/model.safetensors", metadata={"format": "pt"})
    loaded = load_pair(teacher=source, student=source, device="cpu").teacher.network.state_dict()
    assert all(torch.equal(loaded[name], tensor) for name, tensor in saved.items())
