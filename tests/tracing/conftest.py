"""The models of the built-in pair one by one, and what each makes of three texts."""

import pytest

from tests.support.traced import TEXT, TWO


@pytest.fixture(scope="module", params=["teacher", "student"])
def model(request, built_in):
    """One of the built-in pair."""
    return getattr(built_in, request.param)


@pytest.fixture(scope="module", params=[TEXT, TWO, "x"], ids=["one sentence", "two sentences", "one word"])
def traced(request, model):
    """A trace, and the stock pass on the same encoding."""
    from distilbert_viz.tracing import encode, stock_pass, trace
    from distilbert_viz.tracing.stock import stock_model

    encoding = encode(model.tokenizer, request.param)
    return trace(model, encoding), stock_pass(stock_model(model), encoding)
