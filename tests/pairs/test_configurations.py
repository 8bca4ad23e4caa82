"""A key of config.json by which a model would be another one is refused; a key that nothing reads is told."""

import pytest
import torch

from distilbert_viz.families import words
from tests.support import odd


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("position_embedding_type", "relative_key", "its positions are relative (relative_key), which transformers 5 ignores"),
        ("is_decoder", True, "it is a decoder, whose tokens see only those before them"),
        ("add_cross_attention", True, "its layers also attend to another model"),
        ("pruned_heads", {"0": [1]}, "heads were pruned ({'0': [1]}), which transformers 5 ignores"),
        ("pre_norm", True, "its LayerNorms come before the sums"),
        ("embedding_size", 12, "its word embeddings have a width of their own (12)"),
        ("attention_type", "block_sparse", "its attention is block_sparse"),
    ],
)
def test_a_key_by_which_it_would_be_another_model_is_refused(key, value, said, refusal, tmp_path):
    folder = odd.configure(odd.teacher(tmp_path / "odd"), **{key: value})
    assert refusal(folder) == f"can't be shown: by its config.json {said}; it would be shown as another model than it is."


@pytest.mark.parametrize(
    "values",
    [
        {"position_embedding_type": "absolute", "is_decoder": False, "pruned_heads": {}, "embedding_size": 24},
        {"use_cache": True, "pooler_type": "first_token_transform"},
    ],
)
def test_keys_that_change_nothing_are_no_reason(values, pair_of, tmp_path):
    pair = pair_of(odd.configure(odd.teacher(tmp_path / "same"), **values))
    assert pair.teacher.held.unread == ()


def test_a_key_that_nothing_reads_is_told(pair_of, tmp_path):
    pair = pair_of(odd.configure(odd.teacher(tmp_path / "more"), frobnicate={"a": 1}))
    assert pair.teacher.held.unread == ("frobnicate = {'a': 1}",)
    assert words.held("teacher", pair.teacher.held).endswith("also says frobnicate = {'a': 1}, which nothing here reads.")


def test_code_of_its_own_is_refused(refusal, tmp_path):
    folder = odd.configure(odd.teacher(tmp_path / "code"), auto_map={"AutoModelForMaskedLM": "modeling.Mine"})
    assert "names code of its own, which isn't run here" in refusal(folder)


def test_a_quantised_model_says_so(refusal, tmp_path):
    by_key = odd.configure(odd.teacher(tmp_path / "key"), quantization_config={"quant_method": "gptq"})
    original = "give the model that they were made of"
    assert refusal(by_key) == f"can't be shown: its weights are quantised (gptq, by its config.json); {original}."
    name = "bert.encoder.layer.0.output.dense.weight"
    by_numbers = odd.change(odd.teacher(tmp_path / "int8"), lambda tensors: tensors | {name: tensors[name].to(torch.int8)[:2]})
    assert refusal(by_numbers) == f"can't be shown: its weights are quantised (its {name} holds whole numbers, I8); {original}."
