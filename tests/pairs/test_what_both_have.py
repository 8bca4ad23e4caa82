"""Two models that differ in vocabulary, positions or segments are compared on what both have."""

import numpy as np
import pytest
from scipy.special import rel_entr, softmax

from distilbert_viz import comparison, tracing
from distilbert_viz.families import words
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.tracing import stock
from tests.support import odd
from tests.support.stock import alone

TEXT = "The capital of france is [MASK]."


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
