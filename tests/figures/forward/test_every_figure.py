"""Every figure of the forward pass on what is hard to draw: a token that looks like markup, and the shortest text."""

import json
from dataclasses import replace

import plotly.graph_objects as go
import pytest

from distilbert_viz import comparison
from distilbert_viz.figures.forward import attention, embeddings, flow, hidden_states, soft_labels, tokens, vectors
from distilbert_viz.figures.forward import block as block_figures
from distilbert_viz.records import TracePair
from distilbert_viz.tracing import logits, trace_pair
from tests.support.canvases import decoded, with_tokens
from tests.support.forward import FIRST, blocks_of, predictions_of

TRAP = "<b>x</b>"


def plotly_figures(built_in, pair: TracePair, vocabulary: tuple[str, ...]) -> list[go.Figure]:
    """Every plotly figure of the app on one pair of traces."""
    read = [logits(model, trace) for model, trace in zip(built_in, pair, strict=True)]
    candidates = comparison.soft_labels(*read, vocabulary, 1, 2.0)
    chosen = tuple(blocks[0] for blocks in blocks_of(built_in, pair))
    return [
        embeddings.norms(pair),
        embeddings.share_bars(pair),
        hidden_states.final_cosine(pair),
        soft_labels.bars(candidates, int(pair.encoding.original_ids[1])),
        block_figures.lengths(chosen),
    ]


def strings_in(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in inner for text in strings_in(part)]


def test_a_token_that_looks_like_markup_is_escaped_on_every_plotly_figure(built_in, pair, vocabulary):
    trap = with_tokens(pair, TRAP, TRAP)
    read = [logits(model, trace) for model, trace in zip(built_in, pair, strict=True)]
    candidates = comparison.soft_labels(*read, vocabulary, 1, 2.0)
    figures = [
        embeddings.norms(trap),
        embeddings.share_bars(trap),
        hidden_states.final_cosine(trap),
        soft_labels.bars(replace(candidates, names=(TRAP,) * len(candidates.names)), None),
    ]
    for figure in figures:
        strings = list(strings_in(json.loads(figure.to_json())))
        assert any("&lt;b&gt;" in text for text in strings)
        assert not any("<b>" in text for text in strings)


def test_the_tables_have_a_row_a_token(pair):
    for table in (embeddings.table(pair), attention.table(pair, FIRST, 0), tokens.table(pair.encoding)):
        assert {len(column) for column in table.values()} == {len(pair.encoding)}


@pytest.mark.parametrize("text", ["x", "unaffable", "."])
def test_every_figure_can_draw_the_shortest_text(text, built_in, vocabulary):
    pair = trace_pair(built_in, text)
    chosen = tuple(blocks[0] for blocks in blocks_of(built_in, pair))
    for hide in (False, True):
        decoded(attention.attention_overview(pair, FIRST, True, hide).data)
        decoded(attention.head_maps(pair, FIRST, 0, hide).data)
    decoded(vectors.embedding_heatmaps(pair, 0).data)
    decoded(vectors.block_stations(pair, chosen).data)
    decoded(vectors.block_heads(pair, chosen, "scores").data)
    assert all(isinstance(figure, go.Figure) for figure in plotly_figures(built_in, pair, vocabulary))
    json.dumps(hidden_states.similarity(pair, "cosine", "light"), allow_nan=False)
    json.dumps(hidden_states.lens(predictions_of(built_in, pair), "dark"), allow_nan=False)
    json.dumps(flow.flow(pair, blocks_of(built_in, pair), predictions_of(built_in, pair), ("WordPiece", 30522)), allow_nan=False)
