"""Sentences on the forward pass: of one word, and of two models that can't be told apart."""

import pytest

from distilbert_viz.figures.forward import sentences
from distilbert_viz.records import TracePair
from distilbert_viz.tracing import trace_pair


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi", "Your one word or mark is read as 3 tokens, 2 of them added around the text; it stays in one piece."),
        ("Hi.", "Your 2 words and marks are read as 4 tokens, 2 of them added around the text; each stays in one piece."),
    ],
)
def test_one_word_is_no_words(text, said, built_in):
    assert sentences.tokens(trace_pair(built_in, text)) == said


def test_layers_that_are_all_alike_are_not_called_an_only_layer(built_in):
    teacher = trace_pair(built_in, "The dog chased the [MASK] up a tree.").teacher
    said = sentences.hidden_states(TracePair(teacher, teacher, tuple(range(6))))
    assert said == "After each of its 6 layers the student reads your text as the teacher does to 1.00, where 1 is the same."
