"""Checkpoints as people really save them: compared on what both models have, shown as what they are, or refused in their words."""

import contextlib
import json
import re
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from scipy.special import rel_entr, softmax
from transformers import AutoModelForMaskedLM, BertForQuestionAnswering, BertModel

from distilbert_viz import comparison, tracing
from distilbert_viz.families import words
from distilbert_viz.figures.forward import flow
from distilbert_viz.figures.kept import heads, sentences
from distilbert_viz.pairs import CATALOGUE, load_pair
from distilbert_viz.pairs.models import Pair
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.records.finite import NotFinite
from distilbert_viz.tracing import stock
from distilbert_viz.tracing.inside import block
from distilbert_viz.tracing.trial import tried
from tests.support import odd

TEXT = "The capital of france is [MASK]."


@pytest.fixture
def pair_of(tmp_path):
    """Loads a pair of tiny models, the parts that are given in place of whole ones."""

    def load(teacher: Path | None = None, student: Path | None = None, **choice: str) -> Pair:
        ours = teacher or odd.teacher(tmp_path / "whole-teacher")
        theirs = student or odd.student(tmp_path / "whole-student")
        return tried(load_pair(teacher=str(ours), student=str(theirs), device="cpu", **choice))

    return load


@pytest.fixture
def refusal(pair_of):
    """The one sentence with which a pair is refused, without the folder's name in front."""

    def refused(teacher: Path | None = None, student: Path | None = None) -> str:
        with pytest.raises(PairError) as caught:
            pair_of(teacher, student)
        sentence = str(caught.value)
        assert len(sentence.splitlines()) == 1
        assert sentence.endswith((".", "?"))
        spoilt = teacher or student
        assert str(spoilt) in sentence
        return sentence.replace(f"{spoilt} ", "", 1)

    return refused


@torch.inference_mode()
def alone(folder: Path, input_ids: np.ndarray, **more: list[int]) -> np.ndarray:
    """Logits of the stock class, loaded and run without our code."""
    network = AutoModelForMaskedLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    inputs = {name: torch.tensor([ids]) for name, ids in more.items()}
    return network(input_ids=torch.from_numpy(input_ids)[None], **inputs).logits[0].numpy()


# Compared on what both have


@pytest.mark.parametrize("padded", ["teacher", "student"])
def test_padding_rows_of_a_vocabulary_are_no_outcome(padded, pair_of, tmp_path):
    folders = {"teacher": odd.teacher(tmp_path / "t"), "student": odd.student(tmp_path / "s")}
    folders[padded] = getattr(odd, padded)(tmp_path / "padded", vocab_size=24)
    pair = pair_of(**folders)
    traces = tracing.trace_pair(pair, TEXT)
    position = traces.encoding.mask_positions[0]
    ours = [tracing.logits(model, trace) for model, trace in zip(pair, traces, strict=True)]
    theirs = [alone(folder, traces.encoding.input_ids)[:, :20] for folder in folders.values()]
    assert [part.shape for part in ours] == [part.shape for part in theirs]
    assert all(np.allclose(a, b, rtol=0, atol=1e-5) for a, b in zip(ours, theirs, strict=True))
    labels = comparison.soft_labels(*ours, pair.teacher.vocabulary, position, 2.0, k=20)
    p, q = (softmax(part[position].astype(float) / 2) for part in theirs)
    assert labels.kl == pytest.approx(rel_entr(p, q).sum(), abs=1e-5)
    assert sorted(labels.names) == sorted([*odd.NAMES.values(), *odd.PIECES])
    witness = [tracing.stock_pass(stock.stock_model(model), traces.encoding).logits for model in pair]
    assert all(np.allclose(a, b, rtol=0, atol=1e-5) for a, b in zip(ours, witness, strict=True))


def test_a_vocabulary_that_goes_on_after_the_others_end_is_compared_on_what_both_have(pair_of, tmp_path):
    longer = odd.wordpiece()
    longer.add_tokens(["zinc"])
    pair = pair_of(student=odd.student(tmp_path / "longer", longer))
    traces = tracing.trace_pair(pair, TEXT)
    assert [tracing.logits(model, trace).shape[1] for model, trace in zip(pair, traces, strict=True)] == [20, 20]
    with pytest.raises(ValueError, match="read different tokens"):
        tracing.trace_pair(pair, "a zinc cat")
    quieter = odd.student(tmp_path / "other", odd.wordpiece(pieces=[*odd.PIECES[::-1], "more"]))
    with pytest.raises(PairError, match="don't share a vocabulary"):
        pair_of(student=quieter)


@pytest.mark.parametrize("shorter", ["teacher", "student"])
def test_both_models_read_what_the_shorter_one_has_positions_for(shorter, pair_of, tmp_path):
    folder = getattr(odd, shorter)(tmp_path / "short", max_position_embeddings=16)
    traces = tracing.trace_pair(pair_of(**{shorter: folder}), "the cat " * 40)
    assert (len(traces.encoding), traces.encoding.dropped) == (16, 66)
    assert traces.teacher.hidden_states.shape[1] == traces.student.hidden_states.shape[1] == 16


def test_a_model_of_one_segment_reads_two_sentences_as_one(pair_of, tmp_path):
    folder = odd.teacher(tmp_path / "one", type_vocab_size=1)
    pair = pair_of(folder)
    traces = tracing.trace_pair(pair, "the cat sat. [SEP] a b")
    ours = tracing.logits(pair.teacher, traces.teacher)
    assert traces.encoding.token_type_ids.any()
    assert np.allclose(ours, alone(folder, traces.encoding.input_ids), rtol=0, atol=1e-5)
    said = words.segments(pair.teacher.architecture, pair.student.architecture)
    assert said.startswith("The teacher has one segment (the same vector for both) and the student has no segment table:")


def test_a_mask_and_a_separator_are_known_by_berts_names_too(pair_of, tmp_path):
    tokenizer = odd.wordpiece(odd.ANGLE)
    pair = pair_of(odd.teacher(tmp_path / "t", tokenizer), odd.student(tmp_path / "s", tokenizer))
    text = "the [MASK] sat [SEP] a [MASK] b"
    encoding = tracing.trace_pair(pair, text).encoding
    own = tracing.trace_pair(pair, text.replace("[MASK]", "<mask>").replace("[SEP]", "</s>")).encoding
    assert (encoding.tokens, encoding.token_type_ids.tolist()) == (own.tokens, own.token_type_ids.tolist())
    assert [encoding.tokens[i] for i in encoding.mask_positions] == ["<mask>", "<mask>"]
    assert np.array_equal(encoding.original_ids, encoding.input_ids)


# Shown as what it is


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


# What is known of how a student began


def test_a_student_that_says_so_began_as_copies_and_no_other_is_said_to(pair_of, tmp_path):
    said, silent = odd.configure(odd.student(tmp_path / "said"), initial_layers=[0, 2]), odd.student(tmp_path / "silent")
    known, unknown = (tracing.trace_pair(pair_of(student=folder), TEXT) for folder in (said, silent))
    assert (known.initial_layers, known.began_as_copies) == ((0, 2), True)
    assert (unknown.initial_layers, unknown.began_as_copies) == ((0, 3), False)
    beginning = "ach layer of the student began as a copy of the teacher layer beside it; the gaps were left out."
    assert words.beginning(known, False) == f"E{beginning}"
    assert words.beginning(known, True) == f"Before either model was fine-tuned, e{beginning}"
    assert words.beginning(unknown, False).startswith("Whether the student's layers began as copies isn't known of this pair:")


def test_a_student_of_other_sizes_began_as_no_copy_whatever_its_configuration_says(pair_of, tmp_path):
    folder = odd.configure(odd.student(tmp_path / "narrow", dim=12, hidden_dim=20), initial_layers=[0, 2])
    traces = tracing.trace_pair(pair_of(student=folder), TEXT)
    assert not traces.began_as_copies
    assert words.beginning(traces, False).startswith("The student has other sizes, so that none of its layers began as a copy;")


def test_heads_are_said_to_have_begun_as_copies_only_where_that_is_known(pair_of):
    pair = pair_of()
    unknown = tracing.trace_pair(pair, TEXT)
    blocks = tuple(
        tuple(block(model, trace, layer, 1) for layer in range(trace.layers)) for model, trace in zip(pair, unknown, strict=True)
    )
    found = comparison.head_similarity(unknown)
    matching = comparison.best_matching(found, comparison.JS)
    for traces, said in ((unknown, "in the same place"), (replace(unknown, copied=True), "began as")):
        told = " ".join([
            heads.matching_sentence(found, matching, traces), sentences.heads(found, comparison.JS, traces),
            *heads.matching_table(found, matching, traces),
        ])  # fmt: skip
        assert said in told
        assert bool(re.search("began|start", told)) == traces.copied
        drawn = flow.flow(traces, blocks, None, ("WordPiece", 20))["rows"]
        notes = [box["note"] for row in drawn for box in row if box["voice"] == "student" and "key" in box]
        assert notes == [f"{'started from' if traces.copied else 'drawn beside'} teacher L{layer}" for layer in (0, 3)]


def test_the_published_pairs_began_as_their_paper_says_and_of_roberta_it_is_not_said():
    assert [card.name for card in CATALOGUE.values() if not card.copied] == ["built-in", "roberta-base"]


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


# Numbers that aren't finite


@pytest.mark.parametrize(
    ("tensor", "value", "place"),
    [
        ("distilbert.transformer.layer.1.ffn.lin2.bias", float("nan"), "in layer 1"),
        ("distilbert.transformer.layer.0.attention.q_lin.bias", float("nan"), "in layer 0"),
        ("distilbert.embeddings.LayerNorm.weight", float("inf"), "in its embeddings"),
        ("vocab_projector.bias", float("nan"), "in its head"),
    ],
)
def test_numbers_that_are_not_finite_are_found_where_they_arise(tensor, value, place, pair_of, tmp_path):
    folder = odd.spoil(odd.student(tmp_path / "spoilt"), tensor, value)
    pair = pair_of(student=folder)
    traces = tracing.trace_pair(pair, TEXT)
    assert tracing.logits(pair.teacher, traces.teacher).shape == (9, 20)
    for read in (tracing.logits, lambda *model: tracing.logits_at(*model, 1), lambda *model: tracing.predictions(*model, 1)):
        with pytest.raises(NotFinite) as refused:
            read(pair.student, traces.student)
        assert str(refused.value).startswith(f"{folder} gives numbers that aren't finite (NaN or infinity), first {place}")


# What can't be opened, in the words of who saved it


def run_in(folder: Path, sentence: str) -> None:
    """Do in a folder what a sentence says between backticks, as a person would who copies it into a shell."""
    line = re.search(r"`(.*)`", sentence)[1]
    with contextlib.chdir(folder):
        match shlex.split(line):
            case ["python", "-c", code]:
                exec(code, {})
            case _:
                subprocess.run(line, shell=True, check=True)


@pytest.mark.parametrize(
    ("prefix", "kind"), [("_orig_mod.", "compiled (torch.compile)"), ("module.", "wrapped"), ("a.b.", "wrapped")]
)
def test_a_wrapped_state_dict_is_named_with_the_line_that_mends_it(prefix, kind, refusal, pair_of, tmp_path):
    folder = odd.change(odd.student(tmp_path / "wrapped"), lambda tensors: {prefix + name: t for name, t in tensors.items()})
    sentence = refusal(student=folder)
    assert f"saved from a {kind} model, so that all names begin with {prefix};" in sentence
    run_in(folder, sentence)
    assert pair_of(student=folder).student.held.used


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


def test_an_adapter_is_no_model_of_its_own(refusal, tmp_path):
    folder = odd.teacher(tmp_path / "lora")
    (folder / odd.WEIGHTS).unlink()
    (folder / "config.json").unlink()
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "base_model_name_or_path": "bert-base-uncased"}))
    sentence = refusal(folder)
    assert sentence.startswith(
        "can't be loaded: it is a LORA adapter of bert-base-uncased and no model of its own; merge it into its model first, `"
    )
    assert f'P.from_pretrained(M.from_pretrained("bert-base-uncased"), "{folder}").merge_and_unload()' in sentence
    assert "import AutoModelForMaskedLM as M" in sentence


@pytest.mark.parametrize(("task", "kind"), [("SEQ_CLS", "AutoModelForSequenceClassification"), ("TOKEN_CLS", "AutoModelForToken")])
def test_an_adapter_is_merged_as_the_class_that_it_was_made_for(task, kind, refusal, tmp_path):
    (tmp_path / "lora").mkdir()
    said = {"base_model_name_or_path": "bert-base-uncased", "task_type": task}
    (tmp_path / "lora" / "adapter_config.json").write_text(json.dumps(said))
    assert f"import {kind}" in refusal(tmp_path / "lora")


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


@pytest.mark.parametrize(
    ("architecture", "kind"), [("BertForMaskedLM", "AutoModelForMaskedLM"), ("BertForTokenClassification", "AutoModelForTokenCl")]
)
def test_pytorchs_own_weights_become_safetensors_as_the_class_that_they_are(architecture, kind, refusal, tmp_path):
    folder = odd.configure(odd.teacher(tmp_path / "bin"), architectures=[architecture])
    (folder / odd.WEIGHTS).rename(folder / "pytorch_model.bin")
    sentence = refusal(folder)
    assert "but pytorch_model.bin, PyTorch weights that could run code when opened, which is not opened; where you" in sentence
    assert f"import {kind}" in sentence
    assert f'M.from_pretrained("{folder}").save_pretrained("{folder}")' in sentence


def test_the_line_that_makes_safetensors_of_pytorchs_own_weights_makes_a_pair(refusal, pair_of, tmp_path):
    folder = odd.teacher(tmp_path / "it's $HOME")
    torch.save(load_file(folder / odd.WEIGHTS), folder / "pytorch_model.bin")
    (folder / odd.WEIGHTS).unlink()
    run_in(tmp_path, refusal(folder))
    assert pair_of(folder).teacher.held.used


def test_the_outer_folder_of_sentence_transformers_names_the_inner_one(refusal, tmp_path):
    odd.teacher(tmp_path / "outer" / "0_Transformer")
    (tmp_path / "outer" / "modules.json").write_text(json.dumps([{"path": "0_Transformer"}, {"path": "1_Pooling"}]))
    said = f"its encoder is the folder {tmp_path / 'outer' / '0_Transformer'}, give that one."
    assert refusal(tmp_path / "outer") == f"can't be loaded: it is a sentence-transformers folder; {said}"


def test_a_quantised_model_says_so(refusal, tmp_path):
    by_key = odd.configure(odd.teacher(tmp_path / "key"), quantization_config={"quant_method": "gptq"})
    original = "give the model that they were made of"
    assert refusal(by_key) == f"can't be shown: its weights are quantised (gptq, by its config.json); {original}."
    name = "bert.encoder.layer.0.output.dense.weight"
    by_numbers = odd.change(odd.teacher(tmp_path / "int8"), lambda tensors: tensors | {name: tensors[name].to(torch.int8)[:2]})
    assert refusal(by_numbers) == f"can't be shown: its weights are quantised (its {name} holds whole numbers, I8); {original}."


def test_the_one_kind_of_quantised_weights_that_has_a_way_back_names_it(refusal, tmp_path):
    folder = odd.configure(odd.teacher(tmp_path / "key"), quantization_config={"quant_method": "bitsandbytes"})
    sentence = refusal(folder)
    # Saved as transformers knows them now: it can't name quantised tensors back (NotImplementedError in 5.23).
    written = 'save_pretrained("plain", save_original_format=False)'
    assert f'M.from_pretrained("{folder}").dequantize().{written}; T.from_pretrained("{folder}")' in sentence
    assert sentence.startswith("can't be shown: its weights are quantised (bitsandbytes, by its config.json); give the model that")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "config.json",
            '{\n"a": "café"}'.encode("latin-1"),
            "its config.json isn't UTF-8 (line 2, byte 0xE9); `iconv -f ISO-8859-1 ",
        ),
        ("config.json", "{}".encode("utf-16"), "its config.json isn't UTF-8 (line 1, byte 0xFF); `iconv -f UTF-16 "),
        ("config.json", b"\xef\xbb\xbf{}", "its config.json begins with a byte order mark, which JSON has none of; `sed "),
        ("tokenizer.json", b'{"a":\n\n"\xe9"}', "its tokenizer.json isn't UTF-8 (line 3, byte 0xE9); `iconv "),
        ("config.json", b'{\n"a": 1,\n}', "its config.json can't be read (line "),
    ],
)
def test_a_file_that_is_not_utf8_or_json_is_named_with_its_line(name, content, said, refusal, tmp_path):
    folder = odd.teacher(tmp_path / "old")
    (folder / name).write_bytes(content)
    assert refusal(folder).startswith(f"can't be loaded: {said}")


def test_a_vocabulary_in_latin_1_is_named_with_its_line(refusal, tmp_path):
    folder = odd.teacher(tmp_path / "latin")
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.txt").write_bytes(b"[PAD]\n[UNK]\ncaf\xe9\n")
    assert refusal(folder).startswith("can't be loaded: its vocab.txt isn't UTF-8 (line 3, byte 0xE9); `iconv ")


@pytest.mark.parametrize("name", ["vocab.json", "merges.txt"])
def test_the_lists_of_an_older_byte_level_tokenizer_are_named_with_their_line_too(name, refusal, tmp_path):
    folder = odd.teacher(tmp_path / "latin")
    (folder / name).write_bytes(b"\n\n\xe9")
    (folder / "tokenizer.json").unlink()
    assert f"its {name} isn't UTF-8 (line 3, byte 0xE9);" in refusal(folder)


def test_a_mark_in_front_of_a_list_of_words_is_no_part_of_the_first_word(refusal, pair_of, tmp_path):
    folder = odd.teacher(tmp_path / "marked")
    words = "\n".join([*odd.NAMES.values(), *odd.PIECES])
    (folder / "vocab.txt").write_text(words, encoding="utf-8-sig")
    (folder / "tokenizer.json").unlink()
    sentence = refusal(folder)
    assert "its vocab.txt begins with a byte order mark, which would be read as part of its first word; `sed " in sentence
    run_in(folder, sentence)
    assert pair_of(folder).teacher.tokenizer.pad_token_id == 0


def test_a_pointer_of_git_lfs_is_no_weights(refusal, tmp_path):
    folder = odd.teacher(tmp_path / "pointer")
    (folder / odd.WEIGHTS).write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n")
    assert refusal(folder) == "can't be loaded: its model.safetensors is a Git LFS pointer; `git lfs pull` brings the weights."


def test_a_shard_that_is_not_there_is_named(refusal, tmp_path):
    folder = odd.teacher(tmp_path / "shards")
    tensors = load_file(folder / odd.WEIGHTS)
    (folder / odd.WEIGHTS).unlink()
    save_file(tensors, folder / "model-00001-of-00002.safetensors", metadata={"format": "pt"})
    index = dict.fromkeys(tensors, "model-00001-of-00002.safetensors") | {next(iter(tensors)): "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": index}))
    assert refusal(folder).endswith("names model-00002-of-00002.safetensors, and there is no such file.")


def test_a_tokenizer_that_can_read_nothing_is_found_before_the_pair_is_shown(pair_of, monkeypatch):
    pair = pair_of()
    monkeypatch.setattr(pair.teacher.tokenizer, "convert_ids_to_tokens", lambda ids: {}["offset_mapping"])
    with pytest.raises(PairError, match=r"can't be shown: not even “.*” can be read \(KeyError: 'offset_mapping'\)\."):
        tried(pair)


def test_a_tokenizer_that_frames_no_text_is_given_its_familys_frame_and_the_page_says_so(pair_of, tmp_path):
    tokenizer = odd.byte_level()
    folders = odd.teacher(tmp_path / "t", tokenizer), odd.student(tmp_path / "s", tokenizer)
    pair = pair_of(*folders)
    traces = tracing.trace_pair(pair, "The cat [MASK]")
    assert traces.encoding.tokens == ("[CLS]", *"ĠTheĠcatĠ", "[MASK]", "[SEP]")
    assert tracing.trace_pair(pair, "a [SEP] b").encoding.tokens == ("[CLS]", "Ġ", "a", "[SEP]", "Ġ", "b", "[SEP]")
    assert "Its tokenizer puts nothing around a text;" in words.held("teacher", pair.teacher.held)
    for model, trace, folder in zip(pair, traces, folders, strict=True):
        assert np.allclose(tracing.logits(model, trace), alone(folder, traces.encoding.input_ids), rtol=0, atol=1e-5)
