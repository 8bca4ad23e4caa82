"""Families, widths and tasks beyond BERT and DistilBERT as masked-LM models, in numbers.

What is right is computed by transformers and torch alone, from the folders, as anybody's script would.
"""

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer

from distilbert_viz import tracing
from distilbert_viz.pairs import load_pair
from distilbert_viz.records import Intervention
from distilbert_viz.tracing.stock import stock_model
from tests.support.kinds import KINDS, TEXTS


def plain(folder: str, kind: str, text: str):
    """transformers' own class with its own attention on its own tokenizer's reading of a text, without our code."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = KINDS[kind][-1].from_pretrained(folder, attn_implementation="eager").eval()
    parts = [part.replace("[MASK]", tokenizer.mask_token) for part in text.split("[SEP]")]
    inputs = tokenizer(*(part.strip() for part in parts), return_tensors="pt")
    if model.config.model_type == "distilbert":
        inputs.pop("token_type_ids", None)
    with torch.inference_mode():
        return model(**inputs, output_hidden_states=True, output_attentions=True)


def logits_of(output) -> np.ndarray | None:
    """The model's soft labels before the softmax, a row each."""
    if "start_logits" in output:
        return torch.cat([output.start_logits, output.end_logits]).numpy()
    found = output.get("logits")
    return None if found is None else (found if found.ndim == 2 else found[0]).numpy()


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_is_that_of_plain_transformers(kind, text, kind_pairs, kind_folders):
    pair = kind_pairs(kind)
    for model, trace, folder in zip(pair, tracing.trace_pair(pair, text), kind_folders(kind), strict=True):
        said = plain(folder, kind, text)
        assert np.allclose(trace.hidden_states, torch.cat(said.hidden_states).numpy(), rtol=0, atol=1e-5)
        assert np.allclose(trace.attentions, torch.cat(said.attentions).numpy(), rtol=0, atol=1e-5)
        if (theirs := logits_of(said)) is None:
            assert not model.task.labels
            continue
        ours = tracing.logits(model, trace)
        assert ours.shape == theirs.shape
        assert np.allclose(ours, theirs, rtol=0, atol=1e-5)
        for position in (0, 1):
            row = theirs[model.task.row(position)]
            assert np.allclose(tracing.logits_at(model, trace, position), row, rtol=0, atol=1e-5)
            softened = tracing.predictions(model, trace, position, k=3).probabilities[-1]
            assert np.allclose(softened, np.sort(torch.from_numpy(row).softmax(-1).numpy())[:-4:-1], rtol=0, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_witness_agrees_before_and_after_a_change(kind, kind_pairs):
    pair = kind_pairs(kind)
    before = tracing.trace_pair(pair, TEXTS["two texts"])
    change = Intervention(((1, 0),), ((0, 1),), ((2, 7),), swapped=True)
    found = tracing.what_if(pair, before, change)
    stocks = stock_model(pair.teacher), stock_model(pair.student)
    for model, trace, one in zip(pair, found.after, tracing.stock_what_if(stocks, found), strict=True):
        assert np.allclose(trace.hidden_states, one.hidden_states, rtol=0, atol=1e-5)
        if model.task.labels in ("token", "ends"):
            assert np.allclose(tracing.logits(model, trace), one.logits, rtol=0, atol=1e-5)
    for model, stock, trace in zip(pair, stocks, before, strict=True):
        seen = tracing.stock_pass(stock, before.encoding)
        parts = trace.embeddings
        assert np.allclose(parts.position, seen.embeddings["position"], rtol=0, atol=1e-6)
        with torch.inference_mode():
            normed = model.embedding_parts["norm"](torch.from_numpy(parts.sum)).numpy()
        assert np.allclose(normed, trace.hidden_states[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_texts_of_two_lengths_read_at_once_are_each_read_as_alone(kind, kind_pairs):
    model = kind_pairs(kind).teacher
    encodings = [tracing.encode(model.tokenizer, text) for text in TEXTS.values()]
    traces = [tracing.trace(model, encoding) for encoding in encodings]
    for together, alone in zip(tracing.trace_many(model, encodings), traces, strict=True):
        assert np.allclose(together.hidden_states, alone.hidden_states, rtol=0, atol=1e-5)
        assert np.allclose(together.attentions, alone.attentions, rtol=0, atol=1e-5)
        assert np.allclose(together.embeddings.position, alone.embeddings.position, rtol=0, atol=0)
    if model.task.labels:
        for rows, trace in zip(tracing.logits_many(model, traces), traces, strict=True):
            assert np.allclose(rows, tracing.logits(model, trace), rtol=0, atol=1e-5)


def test_a_typed_padding_token_takes_no_position_as_in_transformers(kind_pairs, kind_folders):
    text = "The cat <pad> sat."
    trace = tracing.trace_pair(kind_pairs("roberta"), text).teacher
    assert "<pad>" in trace.encoding.tokens
    assert np.allclose(
        trace.hidden_states, torch.cat(plain(kind_folders("roberta")[0], "roberta", text).hidden_states), rtol=0, atol=1e-5
    )


def test_roberta_counts_positions_from_behind_its_padding_and_frames_two_texts_its_own_way(kind_pairs):
    pair = kind_pairs("roberta")
    trace = tracing.trace_pair(pair, TEXTS["two texts"]).teacher
    table = pair.teacher.table("position")
    assert np.array_equal(trace.embeddings.position, table[2 : 2 + len(trace.encoding)].numpy())
    assert pair.teacher.longest == 64
    framed = [token for token, special in zip(trace.encoding.tokens, trace.encoding.special, strict=True) if special]
    assert framed == ["<s>", "</s>", "</s>", "</s>"]
    assert trace.architecture.segments == 1


def test_two_tasks_are_no_pair_and_one_without_a_head_is_shown_as_an_encoder(kind_folders):
    from distilbert_viz.pairs.refusals import PairError

    with pytest.raises(PairError, match="is a tagger of tokens and"):
        load_pair(teacher=kind_folders("tags")[0], student=kind_folders("questions")[1], device="cpu")
    mixed = load_pair(teacher=kind_folders("tags")[0], student=kind_folders("encoders")[1], device="cpu")
    assert (mixed.task.name, mixed.teacher.classes) == ("encoder", ())
