"""Bars of what an embedding is made of: shares and lengths."""

import numpy as np
import pytest

from distilbert_viz.figures.forward import embeddings


def test_the_bars_of_shares_add_up_to_one_at_every_token(pair):
    figure = embeddings.share_bars(pair)
    for axis in ("x", "x2"):
        bars = [trace.y for trace in figure.data if trace.xaxis == axis]
        assert np.sum(bars, axis=0) == pytest.approx(np.ones(len(pair.encoding)), abs=1e-4)


def test_the_bars_of_lengths_are_the_lengths_of_the_parts(pair):
    figure = embeddings.norms(pair)
    assert [(t.name, t.xaxis) for t in figure.data] == [
        ("word", "x"), ("position", "x"), ("segment", "x"), ("word", "x2"), ("position", "x2")
    ]  # fmt: skip
    assert figure.data[0].y == pytest.approx(np.linalg.norm(pair.teacher.embeddings.word, axis=-1))
