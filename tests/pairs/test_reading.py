"""A model's folder and its configuration: what isn't there, can't be read or describes no model is refused."""

from pathlib import Path

import pytest
from transformers import GPT2Config

from distilbert_viz import families
from tests.support.folders import STUDENT, refusal
from tests.support.odd import configure

pytestmark = pytest.mark.usefixtures("no_hub")


@pytest.mark.parametrize("missing", ["/no/such/folder", "./no/such/folder", "../nothing"])
def test_a_folder_that_does_not_exist_is_refused(missing):
    no_folder = "there is no such folder on the machine that runs distilbert_viz"
    said = f"{missing} can't be loaded: {no_folder} and no such model on the hub."
    assert refusal(teacher=missing, student=STUDENT) == said


def test_a_hub_name_that_is_not_in_the_cache_is_refused_and_not_fetched():
    sentence = refusal(teacher="nobody/no-such-model", student=STUDENT)
    assert sentence.startswith("nobody/no-such-model can't be loaded: it isn't in the Hugging Face cache, and nothing is fetched")


def test_a_model_of_another_family_is_refused_by_its_name(tmp_path):
    GPT2Config(n_layer=1, n_embd=8, n_head=2).save_pretrained(tmp_path)
    said = f"{tmp_path} is a gpt2 model; a pair is made of {families.titles()} models."
    assert refusal(teacher=str(tmp_path), student=STUDENT) == said


@pytest.mark.parametrize("content", [None, "{nonsense", "{}"])
def test_a_folder_without_a_readable_configuration_is_refused(content, tmp_path):
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    assert refusal(teacher=str(tmp_path), student=STUDENT).startswith(f"{tmp_path} can't be loaded: ")


def test_a_configuration_that_is_no_json_is_refused_by_its_name(folder):
    source = folder("scribbled")
    Path(source, "config.json").write_text("{nonsense")
    assert refusal(teacher=source, student=source).startswith(f"{source} can't be loaded: its config.json can't be read (")


@pytest.mark.parametrize(
    "wrong",
    [
        {"hidden_size": "wide"}, {"hidden_size": None}, {"hidden_size": 0}, {"num_attention_heads": 0}, {"num_attention_heads": 5},
        {"hidden_act": "no such function"}, {"num_hidden_layers": 0}, {"num_hidden_layers": -1}, {"model_type": 3},
    ],
)  # fmt: skip
def test_a_configuration_of_which_no_model_can_be_made_is_refused(wrong, folder):
    source = folder("odd")
    configure(source, **wrong)
    sentence = refusal(teacher=source, student=source)
    assert sentence.startswith(source)
    assert "config.json" in sentence


@pytest.mark.parametrize("values", [{"num_hidden_layers": None}, {"vocab_size": None}, {"id2label": 3}])
def test_a_damaged_configuration_is_a_pair_error_and_nothing_else(values, folder):
    source = folder("bent")
    configure(source, **values)
    assert source in refusal(teacher=source, student=source)
