"""The answer to a question: the likeliest span of the text that may hold it."""

import numpy as np
import pytest
import torch

from distilbert_viz import comparison, tracing
from tests.support.kinds import FIRST, TEXTS


def test_an_answer_is_the_likeliest_span_of_the_second_text(kind_pairs):
    pair = kind_pairs("questions")
    traces = tracing.trace_pair(pair, TEXTS["two texts"])
    allowed = comparison.answerable(traces.encoding)
    for model, trace in zip(pair, traces, strict=True):
        start, end = (torch.from_numpy(row) for row in tracing.logits(model, trace))
        found = comparison.answer(tracing.logits(model, trace), allowed)
        places = np.flatnonzero(allowed).tolist()
        spans = [(start[i] + end[j], i, j) for i in places for j in places if i <= j < i + 30]
        _, i, j = max(spans)
        assert (found.start, found.end) == (i, j)
        assert found.probability == pytest.approx(float(start.softmax(0)[i] * end.softmax(0)[j]), abs=1e-6)
        assert traces.encoding.token_type_ids[found.start] == 1
    # one text alone answers within itself
    assert comparison.answerable(tracing.encode(pair.teacher.tokenizer, FIRST)).any()


def test_an_answer_is_no_longer_than_its_limit_and_never_ends_before_it_starts():
    logits = np.zeros((2, 50), np.float32)
    logits[0, 5], logits[1, 45], logits[1, 2] = 9, 9, 8
    found = comparison.answer(logits, np.ones(50, bool))
    assert 0 <= found.end - found.start < 30
