"""Numbers that aren't finite are found where they arise, and the model with them is named."""

import pytest

from distilbert_viz import tracing
from distilbert_viz.records.finite import NotFinite
from tests.support import odd

TEXT = "The capital of france is [MASK]."


@pytest.mark.parametrize(
    ("tensor", "value", "place"),
    [
        ("distilbert.transformer.layer.1.ffn.lin2.bias", float("nan"), "in layer 1"),
        ("distilbert.transformer.layer.0.attention.q_lin.bias", float("nan"), "in layer 0"),
        ("distilbert.embeddings.LayerNorm.weight", float("inf"), "in its embeddings"),
        ("vocab_projector.bias", float("nan"), "in its head"),
    ],
)
def test_numbers_that_are_not_finite_are_found_where_they_arise(tensor, value, place, pair_of, tmp_path):
    folder = odd.spoil(odd.student(tmp_path / "spoilt"), tensor, value)
    pair = pair_of(student=folder)
    traces = tracing.trace_pair(pair, TEXT)
    assert tracing.logits(pair.teacher, traces.teacher).shape == (9, 20)
    for read in (tracing.logits, lambda *model: tracing.logits_at(*model, 1), lambda *model: tracing.predictions(*model, 1)):
        with pytest.raises(NotFinite) as refused:
            read(pair.student, traces.student)
        assert str(refused.value).startswith(f"{folder} gives numbers that aren't finite (NaN or infinity), first {place}")
