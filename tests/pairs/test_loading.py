"""Loading a pair: what it holds then, and a name or a choice that is none."""

import threading

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForMaskedLM, BertTokenizer, PreTrainedModel

from distilbert_viz.pairs import load_pair
from distilbert_viz.pairs.attention import NAME
from distilbert_viz.tracing.stock import stock_model
from tests.support.folders import STUDENT, TEACHER, WORDS, refusal

pytestmark = pytest.mark.usefixtures("no_hub")


def test_the_built_in_pair_is_bert_and_distilbert_with_one_vocabulary(built_in):
    teacher, student = built_in
    assert (teacher.family.model_type, student.family.model_type) == ("bert", "distilbert")
    assert (len(teacher.layers), len(student.layers), built_in.initial_layers) == (6, 3, (0, 2, 5))
    assert teacher.tokenizer.get_vocab() == student.tokenizer.get_vocab()


def test_a_loaded_model_is_float32_reads_only_and_records_its_attention(built_in):
    for model in built_in:
        assert not model.network.training
        assert {(p.dtype, p.requires_grad) for p in model.network.parameters()} == {(torch.float32, False)}
        assert model.network.config._attn_implementation == NAME


def test_a_pair_of_your_own_is_loaded_from_two_folders(folder):
    pair = load_pair(teacher=folder("big", layers=4), student=folder("small", "distilbert"), device="cpu")
    assert (len(pair.teacher.layers), len(pair.student.layers), pair.initial_layers) == (4, 2, (0, 3))
    assert tuple(pair) == (pair.teacher, pair.student)


def test_the_weights_of_a_folder_are_the_weights_that_are_loaded(folder):
    source = folder("one")
    network, saved = (
        load_pair(teacher=source, student=source, device="cpu").teacher.network.state_dict(),
        load_file(f"{source}/model.safetensors"),
    )
    assert len(saved) > 30
    assert all(torch.equal(network[name], tensor) for name, tensor in saved.items())


def test_two_pairs_that_are_loaded_at_once_are_built_one_after_the_other(folder, monkeypatch):
    """transformers puts other functions in the place of its own while it builds; two threads put them back in the wrong order."""
    source, load, ties = folder("one"), AutoModelForMaskedLM.from_pretrained, PreTrainedModel.tie_weights
    inside, most, together = [], [], threading.Barrier(2)

    def watched(*place: object, **choices: object) -> torch.nn.Module:
        inside.append(1)
        most.append(len(inside))
        try:
            return load(*place, **choices)
        finally:
            inside.pop()

    def work() -> None:
        together.wait(10)
        for _ in range(3):
            stock_model(load_pair(teacher=source, student=source, device="cpu").teacher)

    monkeypatch.setattr(AutoModelForMaskedLM, "from_pretrained", watched)
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(most), max(most)) == (12, 1)
    assert PreTrainedModel.tie_weights is ties


def test_a_logit_without_a_word_is_no_outcome_but_called_by_its_id_where_words_go_on_after_it(folder, tmp_path):
    source = folder("padded")
    assert load_pair(teacher=source, student=source, device="cpu").teacher.vocabulary == tuple(WORDS)
    BertTokenizer(vocab={word: 2 * i for i, word in enumerate(WORDS)}).save_pretrained(source)
    outcomes = load_pair(teacher=source, student=source, device="cpu").teacher.vocabulary
    assert (outcomes[:4], len(outcomes)) == (("[PAD]", "[id 1]", "[UNK]", "[id 3]"), 15)


def test_a_name_that_is_in_no_catalogue_is_refused_with_the_names_that_are():
    known = "built-in, base-uncased, base-cased, multilingual, sst-2, roberta-base, squad, ner"
    assert refusal(name="large") == f"There is no pair called 'large'; there are {known}."


@pytest.mark.parametrize(
    "choice", [{"teacher": TEACHER}, {"student": STUDENT}, {"teacher": TEACHER, "student": ""}, {"teacher": "", "student": ""}]
)
def test_one_model_is_no_pair(choice):
    assert refusal(**choice) == "A pair of your own needs both a teacher and a student."


def test_whatever_breaks_while_a_pair_is_read_is_a_pair_error(monkeypatch, folder):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("distilbert_viz.pairs.loading.read_weights", broken)
    source = folder("one")
    said = f"{source} → {source} can't be loaded: its files can't be read (ZeroDivisionError: on purpose)."
    assert refusal(teacher=source, student=source) == said
