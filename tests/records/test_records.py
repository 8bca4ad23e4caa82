"""What a record promises: complete, frozen, and refused where its parts don't belong together."""

from dataclasses import FrozenInstanceError
from zlib import crc32

import numpy as np
import pytest

from distilbert_viz.records import Architecture, Difference, Embeddings, Encoding, Trace, TracePair

HIDDEN, HEADS = 4, 2


def encoding(*tokens: str) -> Encoding:
    count = len(tokens)
    ids, zeros = np.array([crc32(t.encode()) for t in tokens]), np.zeros(count, dtype=np.int64)
    return Encoding(
        " ".join(tokens), tokens, ids, zeros, np.zeros((count, 2), np.int64), ids, (False,) * count, 0, (), (True,) * count
    )


def embeddings(tokens: int, segments: bool) -> Embeddings:
    word, position, token_type, output = np.random.default_rng(0).random((4, tokens, HIDDEN)).astype(np.float32)
    return Embeddings(word, position, token_type if segments else None, output)


def trace(layers: int, *tokens: str) -> Trace:
    count, dim = len(tokens), HIDDEN // HEADS
    sizes = Architecture("bert", 1000, HIDDEN, layers, HEADS, 8, 16, 2, 0.0, 1e-12, "GELU")
    states = np.zeros((layers + 1, count, HIDDEN), np.float32)
    part, maps = np.zeros((layers, HEADS, count, dim), np.float32), np.zeros((layers, HEADS, count, count), np.float32)
    return Trace("a model", sizes, encoding(*tokens), embeddings(count, True), states, part, part, part, maps)


def test_a_pair_of_traces_on_different_tokens_is_refused_and_both_token_lists_are_named():
    with pytest.raises(ValueError, match="different tokens: the cat sat against the dog sat"):
        TracePair(trace(2, "the", "cat", "sat"), trace(1, "the", "dog", "sat"), (0,))


def test_a_pair_of_traces_of_different_length_is_refused():
    with pytest.raises(ValueError, match="different tokens: the cat against the cat sat"):
        TracePair(trace(2, "the", "cat"), trace(1, "the", "cat", "sat"), (0,))


def test_a_long_token_list_is_named_by_its_beginning():
    many = [f"w{i}" for i in range(40)]
    with pytest.raises(ValueError, match=r"w11 \.\.\. against w0$"):
        TracePair(trace(2, *many), trace(1, "w0"), (0,))


def test_a_pair_of_traces_is_teacher_then_student_on_one_encoding():
    teacher, student = trace(2, "the", "cat"), trace(1, "the", "cat")
    pair = TracePair(teacher, student, (0,))
    assert tuple(pair) == (teacher, student)
    assert pair.encoding is teacher.encoding
    assert (teacher.layers, teacher.heads, student.layers, len(pair.encoding)) == (2, HEADS, 1, 2)


def test_a_record_cannot_be_changed():
    pair = TracePair(trace(2, "a"), trace(1, "a"), (0,))
    parts = {"student": pair, "attentions": pair.teacher, "text": pair.encoding, "word": pair.teacher.embeddings}
    for name, record in parts.items():
        with pytest.raises(FrozenInstanceError):
            setattr(record, name, None)


def test_the_input_sum_has_three_parts_with_segments_and_two_without():
    with_segments, without = embeddings(3, True), embeddings(3, False)
    assert np.array_equal(with_segments.sum, with_segments.word + with_segments.position + with_segments.token_type)
    assert np.array_equal(without.sum, without.word + without.position)


def test_a_trace_knows_its_bytes():
    one = trace(2, "the", "cat", "sat")
    states, part, maps, table = 3 * 3 * HIDDEN, 2 * 3 * HIDDEN, 2 * HEADS * 3 * 3, 3 * HIDDEN
    assert one.nbytes == 4 * (states + 3 * part + maps + 4 * table)
    assert TracePair(one, one, (0, 1)).nbytes == 2 * one.nbytes


def test_a_difference_is_as_large_as_the_larger_of_the_two():
    assert (Difference(0.1, 0.3).largest, Difference(0.5, 0.3).largest) == (0.3, 0.5)
