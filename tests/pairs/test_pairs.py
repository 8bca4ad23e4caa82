"""Loading a pair, refusing what is none, and attention that is recorded without being changed."""

import json
import os
import threading
import time
from pathlib import Path

import huggingface_hub.constants
import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.processors import TemplateProcessing
from transformers import (
    AutoModelForMaskedLM,
    BertConfig,
    BertForMaskedLM,
    BertTokenizer,
    DistilBertConfig,
    DistilBertForMaskedLM,
    GPT2Config,
    PreTrainedModel,
)

from distilbert_viz import families
from distilbert_viz.pairs import CATALOGUE, load_pair
from distilbert_viz.pairs.attention import NAME, recording
from distilbert_viz.pairs.layers import initial_layers, started_by
from distilbert_viz.pairs.models import Model, Network
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.tracing.stock import stock_model
from tests.support.tiny import bert_config, distilbert_config, random_model

TEACHER, STUDENT = CATALOGUE["built-in"].teacher, CATALOGUE["built-in"].student
TINY = {"bert": (BertForMaskedLM, bert_config), "distilbert": (DistilBertForMaskedLM, distilbert_config)}
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c"]


def tiny_network(family: str, **sizes: object) -> torch.nn.Module:
    kind, config = TINY[family]
    return random_model(kind, config(**sizes))


@pytest.fixture(autouse=True)
def _no_hub(monkeypatch):
    """Nothing here may ask the network."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.fixture
def folder(tmp_path):
    """Saves a tiny model, and a tokenizer of the given words, in a new folder."""

    def save(name: str, family: str = "bert", words: list[str] | None = WORDS, **sizes: object) -> str:
        tiny_network(family, **sizes).save_pretrained(tmp_path / name)
        if words is not None:
            BertTokenizer(vocab={word: i for i, word in enumerate(words)}).save_pretrained(tmp_path / name)
        return str(tmp_path / name)

    return save


def configure(source: str, **values: object) -> None:
    """Write the values into the configuration of a folder."""
    file = Path(source, "config.json")
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def refusal(**choice: str) -> str:
    """The sentence with which a pair is refused."""
    with pytest.raises(PairError) as refused:
        load_pair(**choice)
    sentence = str(refused.value)
    assert len(sentence.splitlines()) == 1
    assert sentence.endswith(".") or sentence.endswith("?")
    return sentence


# Which teacher layer starts which student layer


@pytest.mark.parametrize(
    ("teacher", "student", "started"),
    [
        (12, 6, (0, 2, 4, 7, 9, 11)),
        (6, 3, (0, 2, 5)),
        (6, 1, (0,)),
        (6, 6, (0, 1, 2, 3, 4, 5)),
        (1, 1, (0,)),
        (12, 2, (0, 11)),
    ],
)
def test_student_layers_start_from_teacher_layers_spread_over_the_whole_depth(teacher, student, started):
    assert initial_layers(teacher, student) == started


def test_no_teacher_layer_starts_two_student_layers():
    for teacher in range(1, 25):
        for student in range(1, teacher + 1):
            started = initial_layers(teacher, student)
            assert list(started) == sorted(set(started))
            assert (len(started), started[0]) == (student, 0)
            assert started[-1] < teacher


@pytest.mark.parametrize(("teacher", "student"), [(6, 7), (3, 6), (6, 0), (6, -1)])
def test_a_student_deeper_than_its_teacher_is_refused(teacher, student):
    with pytest.raises(ValueError, match=f"1 to {teacher} layers, not {student}"):
        initial_layers(teacher, student)


# Loading


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


# Refusals


def test_a_name_that_is_in_no_catalogue_is_refused_with_the_names_that_are():
    known = "built-in, base-uncased, base-cased, multilingual, sst-2, roberta-base, squad, ner"
    assert refusal(name="large") == f"There is no pair called 'large'; there are {known}."


@pytest.mark.parametrize(
    "choice", [{"teacher": TEACHER}, {"student": STUDENT}, {"teacher": TEACHER, "student": ""}, {"teacher": "", "student": ""}]
)
def test_one_model_is_no_pair(choice):
    assert refusal(**choice) == "A pair of your own needs both a teacher and a student."


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


@pytest.mark.parametrize(
    "content", ["", "{nonsense", "{}", "[]", '{"added_tokens": []}', '{"model": {"type": "WordPiece"}, "added_tokens": []}']
)
def test_a_damaged_tokenizer_is_refused(content, folder):
    source = folder("stammering")
    Path(source, "tokenizer.json").write_text(content)
    assert refusal(teacher=source, student=source).startswith(f"{source} can't be loaded: its tokenizer can't be read (")


def test_a_tokenizer_that_has_no_special_tokens_is_refused(folder):
    source = folder("plain")
    Path(source, "tokenizer_config.json").write_text('{"tokenizer_class": "NoSuchTokenizer"}')
    assert refusal(teacher=source, student=source) == f"{source} has a tokenizer without [CLS], [SEP] and [MASK]."


@pytest.mark.parametrize("started", [[0], [0, 9], [0, "x"], [[0], 1], 3, "ab"])
def test_a_student_that_started_from_layers_its_teacher_does_not_have_is_refused(started, folder):
    teacher, student = folder("big", layers=4), folder("small", "distilbert")
    configure(student, initial_layers=started)
    said = f"{student} says that teacher layers {started} started its 2, and {teacher} has 4."
    assert refusal(teacher=teacher, student=student) == said


def test_a_folder_without_a_tokenizer_is_refused(folder):
    source = folder("mute", words=None)
    assert refusal(teacher=source, student=source) == f"{source} holds no tokenizer, so no word could be read."


def test_a_tokenizer_with_more_tokens_than_its_model_is_refused(folder):
    source = folder("wordy", words=WORDS + [f"w{i}" for i in range(100)])
    assert refusal(teacher=source, student=source).startswith(f"{source} knows 60 tokens and its tokenizer 108")


def test_models_with_different_vocabularies_are_no_pair(folder):
    teacher, student = folder("one"), folder("other", "distilbert", words=[*WORDS[:-1], "d"])
    said = f"{teacher} and {student} don't share a vocabulary, so their tokens can't be compared."
    assert refusal(teacher=teacher, student=student) == said


def test_the_same_words_under_other_ids_are_a_different_vocabulary(folder):
    swapped = [*WORDS[:-2], WORDS[-1], WORDS[-2]]
    assert "don't share a vocabulary" in refusal(teacher=folder("one"), student=folder("other", words=swapped))


def test_a_pair_the_wrong_way_round_is_refused():
    said = f"{TEACHER} has 6 layers and {STUDENT} 3: is the pair the wrong way round?"
    assert refusal(teacher=STUDENT, student=TEACHER) == said


# Refused before a byte of weights is read


def spoil(source: str) -> str:
    """Weights that are no safetensors at all, in a folder that is otherwise as it was."""
    Path(source, "model.safetensors").write_bytes(b"\xff" * 64)
    return source


@pytest.mark.parametrize(
    ("sizes", "words", "said"),
    [
        ({"layers": 3}, WORDS, "{student} has 3 layers and {teacher} 2: is the pair the wrong way round?"),
        ({}, [*WORDS[:-1], "d"], "don't share a vocabulary, so their tokens can't be compared."),
        ({"initial_layers": [0, 9]}, WORDS, "{student} says that teacher layers [0, 9] started its 2, and {teacher} has 2."),
        ({"architectures": ["DistilBertForSequenceClassification"]}, WORDS,
         "{teacher} is a masked-LM model and {student} is a classifier: what they predict can't be compared."),
    ],
    ids=["depth", "vocabulary", "first layers", "task"],
)  # fmt: skip
def test_a_pair_that_does_not_fit_is_refused_before_its_weights_are_opened(sizes, words, said, folder, monkeypatch):
    written = {name: sizes.pop(name) for name in ("initial_layers", "architectures") if name in sizes}
    teacher, student = folder("big"), folder("small", "distilbert", words, **sizes)
    configure(student, **written)
    for opener in ("weights.weight_bytes", "loading.read_weights"):
        monkeypatch.setattr(f"distilbert_viz.pairs.{opener}", lambda *_: pytest.fail("weights were opened"))
    began = time.monotonic()
    sentence = refusal(teacher=spoil(teacher), student=spoil(student))
    assert time.monotonic() - began < 1
    assert sentence.endswith(said.format(teacher=teacher, student=student))


def test_a_tokenizer_that_frames_texts_in_another_way_is_refused(folder):
    source = folder("unframed")
    file = Path(source, "tokenizer.json")
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A", pair="[CLS] $A $B", special_tokens=[("[CLS]", 2)])
    tokenizer.save(str(file))
    Path(source, "tokenizer_config.json").write_text(
        json.dumps(
            {"tokenizer_class": "PreTrainedTokenizerFast", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
        )
    )
    said = f"{source} has a tokenizer that frames two texts as cls A B, and not as cls A sep B sep."
    assert refusal(teacher=source, student=source) == said


@pytest.mark.parametrize("values", [{"num_hidden_layers": None}, {"vocab_size": None}, {"id2label": 3}])
def test_a_damaged_configuration_is_a_pair_error_and_nothing_else(values, folder):
    source = folder("bent")
    configure(source, **values)
    assert source in refusal(teacher=source, student=source)


def test_whatever_breaks_while_a_pair_is_read_is_a_pair_error(monkeypatch, folder):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr("distilbert_viz.pairs.loading.read_weights", broken)
    source = folder("one")
    said = f"{source} → {source} can't be loaded: its files can't be read (ZeroDivisionError: on purpose)."
    assert refusal(teacher=source, student=source) == said


# Sizes


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


# Recorded attention


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


@pytest.mark.parametrize(
    ("layers", "beside"),
    [((0, 2, 5), [0, 0, 1, 1, 1, 2]), ((1, 3, 5), [0, 0, 0, 1, 1, 2]), ((4,), [0] * 6), ((4, 1), [1, 1, 1, 1, 0, 0])],
)
def test_every_teacher_layer_has_a_student_layer_beside_it_whichever_started_the_students(layers, beside):
    assert [started_by(layers, teacher) for teacher in range(6)] == beside
