"""Vectors as rows of cells: the parts of an embedding, and what is inside a block."""

import pytest

from distilbert_viz.figures.forward import vectors
from tests.support.canvases import assert_carries, decoded
from tests.support.forward import blocks_of


def test_the_embedding_heatmaps_carry_every_part_of_both_sums(pair):
    drawing = vectors.embedding_heatmaps(pair, 2)
    originals = []
    for trace in pair:
        e = trace.embeddings
        total = e.word + e.position + (0 if e.token_type is None else e.token_type)
        originals.append([part for part in (e.word, e.position, e.token_type, total, e.output) if part is not None])
    header = assert_carries(drawing, originals)
    assert [len(panels) for panels in drawing.shown] == [5, 4]
    assert [figure["gaps"] for figure in header["figures"]] == [[], [[2, "no segment embedding in this model"]]]
    assert [figure["token"] for figure in header["figures"]] == [2, 2]


def test_both_models_share_the_colours_of_a_part(pair):
    teacher, student = decoded(vectors.embedding_heatmaps(pair, 0).data)[0]["figures"]
    spans = [{panel["name"]: panel["contrast"] for panel in figure["panels"]} for figure in (teacher, student)]
    assert all(spans[0][name] == spans[1][name] for name in spans[1])


def test_the_stations_of_a_block_are_drawn_exactly(built_in, pair):
    chosen = tuple(blocks[1] for blocks in blocks_of(built_in, pair))
    drawing = vectors.block_stations(pair, chosen)
    originals = [[getattr(one, station).reshape(1, -1) for station in vectors.STATIONS] for one in chosen]
    header = assert_carries(drawing, originals)
    assert drawing.step == 0
    assert [figure["title"] for figure in header["figures"]] == ["Teacher · L1", "Student · L1"]


@pytest.mark.parametrize("what", ["scores", "weights"])
def test_the_heads_of_a_block_are_drawn_exactly(what, built_in, pair):
    chosen = tuple(blocks[0] for blocks in blocks_of(built_in, pair))
    header = assert_carries(vectors.block_heads(pair, chosen, what), [[getattr(one, what)] for one in chosen])
    assert header["figures"][0]["range"][1] > 0
    assert header["figures"][0]["labels"]["columns"] == list(pair.encoding.tokens)
