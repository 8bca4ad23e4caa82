"""One text through both models, for the figures of its way."""

import pytest

from distilbert_viz.records import TracePair
from distilbert_viz.tracing import trace_pair
from tests.support.forward import TEXT


@pytest.fixture(scope="module")
def pair(built_in) -> TracePair:
    """Both models' traces of TEXT."""
    return trace_pair(built_in, TEXT)


@pytest.fixture(scope="module")
def vocabulary(built_in) -> tuple[str, ...]:
    """Every token of the built-in vocabulary, by its id."""
    tokenizer = built_in.teacher.tokenizer
    return tuple(tokenizer.convert_ids_to_tokens(range(len(tokenizer))))
