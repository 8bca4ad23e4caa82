"""Soft labels as bars, and the table of every position."""

import numpy as np

from distilbert_viz import comparison
from distilbert_viz.figures.forward import soft_labels
from distilbert_viz.tracing import logits


def test_the_bars_of_soft_labels_show_probability_rank_and_true_token(built_in, pair, vocabulary):
    read = [logits(model, trace) for model, trace in zip(built_in, pair, strict=True)]
    shown = comparison.soft_labels(*read, vocabulary, 1, 2.0)
    figure = soft_labels.bars(shown, int(shown.candidates[1]))
    assert [trace.name for trace in figure.data] == ["teacher", "student"]
    assert np.array_equal(figure.data[1].x, shown.student)
    assert [i for i, name in enumerate(figure.layout.yaxis.ticktext) if name.endswith("(true token)")] == [1]
    table = soft_labels.table(shown)
    assert np.array_equal(table["rank move"], np.array(table["student rank"]) - np.array(table["teacher rank"]))


def test_the_table_of_positions_says_whether_the_models_agree(built_in, pair, vocabulary):
    read = [logits(model, trace) for model, trace in zip(built_in, pair, strict=True)]
    table = soft_labels.positions_table(comparison.position_labels(*read, 2.0), pair.encoding, vocabulary)
    same = [a == b for a, b in zip(table["teacher says"], table["student says"], strict=True)]
    assert table["agree"].tolist() == same
    assert list(table)[-1] == "KL at T = 2, nats"
