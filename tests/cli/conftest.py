"""One text through both models, for the commands that say something of it."""

import pytest

from tests.support.shell import TEXT


@pytest.fixture(scope="module")
def traces(built_in):
    """Both models' traces of TEXT."""
    from distilbert_viz.tracing import trace_pair

    return trace_pair(built_in, TEXT)


@pytest.fixture(scope="module")
def logits(built_in, traces):
    """Both models' logits on TEXT."""
    from distilbert_viz import tracing

    return [tracing.logits(model, trace) for model, trace in zip(built_in, traces, strict=True)]
