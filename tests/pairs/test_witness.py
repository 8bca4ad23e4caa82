"""A model is what its files say: every tensor is held against the network, and what isn't used is refused or told."""

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForMaskedLM, BertForQuestionAnswering, BertModel

from distilbert_viz.families import words
from tests.support import odd


@pytest.mark.parametrize(
    "name",
    [
        "bert.encoder.layer.0.attention.self.distance_embedding.weight",
        "bert.encoder.relative_attention_bias.weight",
        "bert.embeddings.projection.weight",
        "cls.predictions.transform.dense.scale",
        "encoder.layer.3.adapter.weight",
    ],
)
def test_a_tensor_inside_a_part_that_does_not_use_it_is_refused(name, refusal, tmp_path):
    folder = odd.change(odd.teacher(tmp_path / "more"), lambda tensors: tensors | {name: torch.ones(2)})
    said = f"can't be shown: its weights hold a tensor which transformers doesn't use, such as {name}; it would be shown as another"
    assert refusal(folder) == f"{said} model than it is."


def test_tensors_of_other_heads_are_told_and_harmless(pair_of, tmp_path):
    more = {"bert.pooler.dense.weight": torch.ones(24, 24), "cls.seq_relationship.weight": torch.ones(2, 24),
            "fit_denses.0.weight": torch.ones(3), "bert.embeddings.position_ids": torch.arange(64)}  # fmt: skip
    pair = pair_of(odd.change(odd.teacher(tmp_path / "more"), lambda tensors: tensors | more))
    assert pair.teacher.held.unused == ("bert.pooler.dense.weight", "cls.seq_relationship.weight", "fit_denses.0.weight")
    assert "3 more belong to other heads and are not used here" in words.held("teacher", pair.teacher.held)


def test_the_witness_holds_every_tensor_of_the_files_against_the_network(pair_of, tmp_path):
    folder = odd.teacher(tmp_path / "counted")
    pair = pair_of(folder)
    assert pair.teacher.held.used == len(load_file(folder / odd.WEIGHTS))


def test_the_witness_does_not_share_a_fault_of_loading(refusal, tmp_path, monkeypatch):
    load = AutoModelForMaskedLM.from_pretrained

    def faulty(*place: object, **choices: object) -> torch.nn.Module:
        network = load(*place, **choices)
        next(network.parameters()).data[0, 0] += 1
        return network

    monkeypatch.setattr(AutoModelForMaskedLM, "from_pretrained", faulty)
    said = "bert.embeddings.word_embeddings.weight in its model.safetensors isn't what the model made of it holds"
    assert refusal(odd.teacher(tmp_path / "faulty")).startswith(f"can't be shown: {said}")


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_a_dtype_is_no_difference(dtype, pair_of):
    assert all(model.held.used for model in pair_of(dtype=dtype))


@pytest.mark.parametrize(
    ("kind", "what"),
    [(BertModel, "an encoder without a head"), (BertForQuestionAnswering, "an encoder with a head that answers questions")],
)
def test_a_model_without_the_head_that_is_needed_says_what_it_is(kind, what, refusal, tmp_path):
    folder = odd.configure(odd.teacher(tmp_path / "other", kind=kind), architectures=["BertForMaskedLM"])
    assert refusal(folder).startswith(f"can't be loaded: it is {what}, and lacks the head that is needed here, cls.predictions.")


def test_an_encoder_that_says_so_is_shown_as_one_whichever_names_and_parts_its_files_have(pair_of, tmp_path):
    folder = odd.teacher(tmp_path / "encoder", kind=BertModel)
    pair = pair_of(odd.change(folder, lambda tensors: {f"bert.{n}": t for n, t in tensors.items() if not n.startswith("pooler.")}))
    assert (pair.task.name, pair.teacher.held.used) == ("encoder", 69)
    assert all(name.startswith("vocab_") for name in pair.student.held.unused)


def test_a_model_that_was_saved_with_its_adapter_beside_it_says_so(refusal, tmp_path):
    query = "bert.encoder.layer.0.attention.self.query"

    def adapted(tensors: odd.Tensors) -> odd.Tensors:
        own = {name: tensor for name, tensor in tensors.items() if not name.startswith(query)}
        parts = ("weight", "bias")
        return own | {f"{query}.base_layer.{part}": tensors[f"{query}.{part}"] for part in parts} | {
            f"{query}.lora_A.default.weight": torch.ones(2, 24), f"{query}.lora_B.default.weight": torch.ones(24, 2)
        }  # fmt: skip

    sentence = refusal(odd.change(odd.teacher(tmp_path / "beside"), adapted))
    assert sentence.startswith("can't be loaded: its weights are a model and an adapter that wasn't merged into it (bert.encoder.")
    assert "`model.merge_and_unload().save_pretrained(...)`" in sentence
