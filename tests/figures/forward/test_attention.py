"""Attention on a canvas shows the model's own numbers: every head at a glance, and one head in full."""

import numpy as np
import pytest

from distilbert_viz import comparison
from distilbert_viz.figures.forward import attention
from distilbert_viz.records import TracePair
from distilbert_viz.tracing import trace_pair
from tests.support.canvases import assert_carries, decoded
from tests.support.forward import FIRST

LONG = "The quick brown fox jumps over the lazy dog. " * 7


@pytest.fixture(scope="module")
def long_pair(built_in) -> TracePair:
    return trace_pair(built_in, LONG)


def every_head(pair: TracePair, change=lambda maps: maps) -> list[list[np.ndarray]]:
    return [[head for layer in change(trace.attentions) for head in layer] for trace in pair]


@pytest.mark.parametrize("aligned", [False, True])
def test_the_overview_carries_every_head_of_both_models(aligned, pair):
    drawing = attention.attention_overview(pair, ((2, 3), (1, 4)), aligned)
    header = assert_carries(drawing, every_head(pair))
    for figure, trace, chosen in zip(header["figures"], pair, ([2, 3], [1, 4]), strict=True):
        assert [panel["id"] for panel in figure["panels"]] == [[i, h] for i in range(trace.layers) for h in range(trace.heads)]
        assert (figure["chosen"], len(figure["tokens"]["rows"])) == (chosen, len(pair.encoding))


def test_an_aligned_student_layer_lies_beside_the_teacher_layer_that_started_it(pair):
    teacher, student = decoded(attention.attention_overview(pair, FIRST, True).data)[0]["figures"]
    assert teacher["slots"] == student["slots"] == [6, 12]
    assert {panel["id"][0]: panel["slot"][0] for panel in student["panels"]} == {0: 0, 1: 2, 2: 5}
    assert student["rows"] == ["L0", "", "L1", "", "", "L2"]
    assert [gap[0] for gap in student["gaps"]] == [1, 3, 4]
    assert teacher["gaps"] == []


def test_unaligned_a_model_has_as_many_rows_as_layers_and_no_gap(pair):
    teacher, student = decoded(attention.attention_overview(pair, FIRST, False).data)[0]["figures"]
    assert (teacher["slots"], student["slots"]) == ([6, 12], [3, 12])
    assert teacher["gaps"] == student["gaps"] == []


def test_the_overview_pools_a_text_of_more_than_64_tokens(long_pair):
    count = len(long_pair.encoding)
    assert 64 < count <= 128
    drawing = attention.attention_overview(long_pair, FIRST, False)
    header = assert_carries(drawing, every_head(long_pair, lambda maps: comparison.pooled(maps, 64)[0]))
    panel = header["figures"][0]["panels"][0]
    assert (panel["step"], panel["shape"]) == (2, [-(-count // 2)] * 2)
    assert len(header["figures"][0]["tokens"]["rows"]) == count


def test_the_longest_text_makes_an_overview_of_less_than_a_megabyte(built_in):
    drawing = attention.attention_overview(trace_pair(built_in, "cat " * 600), FIRST, False)
    assert len(drawing.data) < 1e6
    assert all(panel.shape == (64, 64) for panels in drawing.shown for panel in panels)


@pytest.mark.parametrize("hide", [False, True])
def test_hidden_special_tokens_leave_their_labels_too(hide, pair):
    drawing = attention.attention_overview(pair, FIRST, False, hide)
    kept = [i for i, special in enumerate(pair.encoding.special) if not (hide and special)]
    header = assert_carries(drawing, every_head(pair, lambda maps: maps[..., kept, :][..., kept]))
    assert header["figures"][1]["tokens"]["columns"] == [pair.encoding.tokens[i] for i in kept]


@pytest.mark.parametrize("head", [5, None])
def test_a_head_in_full_is_exactly_the_attention_of_the_model(head, long_pair):
    drawing = attention.head_maps(long_pair, ((3, head), (2, head)), 1)
    maps = [long_pair.teacher.attentions[3], long_pair.student.attentions[2]]
    originals = [m.mean(0) if head is None else m[head] for m in maps]
    assert drawing.step == 0
    assert_carries(drawing, [[original] for original in originals])
    for shown, original in zip(decoded(drawing.data)[1], originals, strict=True):
        assert shown[0].dtype == np.float32
        assert np.array_equal(shown[0], original)


def test_the_chosen_token_of_a_map_is_counted_among_the_drawn_ones(pair):
    def chosen(position, hide):
        figure = decoded(attention.head_maps(pair, FIRST, position, hide).data)[0]["figures"][0]
        return figure["token"], figure["positions"]

    assert pair.encoding.special[6]
    assert chosen(7, False) == (7, list(range(len(pair.encoding))))
    assert chosen(7, True)[0] == 5
    assert chosen(7, True)[1][5] == 7
    assert (chosen(6, True)[0], chosen(None, True)[0]) == (None, None)


def test_the_table_of_a_token_is_its_row_of_attention(pair):
    table = attention.table(pair, ((1, 2), (0, None)), 4)
    assert list(table) == ["key", "teacher L1 H2", "student L0 mean"]
    assert np.array_equal(table["teacher L1 H2"], pair.teacher.attentions[1, 2, 4])
    assert table["student L0 mean"] == pytest.approx(pair.student.attentions[0, :, 4].mean(0), abs=1e-7)
