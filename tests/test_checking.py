"""A check that can't fail checks nothing: what is true passes, and an error of 0.01 is reported as 0.01."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import attention, vectors
from distilbert_viz.records import Canvas, Difference
from distilbert_viz.tracing import block, encode, logits, predictions, stock_pass, trace_pair
from distilbert_viz.tracing.stock import stock_model

TEXT = "Who sold the [MASK]? [SEP] A man from the village did."
POSITION, CHOSEN, ERROR = 4, ((3, 2), (1, None)), 0.01
SIDES = ["teacher", "student"]


@pytest.fixture(scope="module")
def traces(built_in):
    return trace_pair(built_in, TEXT)


@pytest.fixture(scope="module")
def stock(built_in):
    return tuple(stock_pass(stock_model(model), encode(model.tokenizer, TEXT)) for model in built_in)


@pytest.fixture(scope="module")
def read(built_in, traces):
    """The logits of both models."""
    return [logits(model, trace) for model, trace in zip(built_in, traces, strict=True)]


@pytest.fixture(scope="module")
def vocabulary(built_in):
    tokenizer = built_in.teacher.tokenizer
    return tuple(tokenizer.convert_ids_to_tokens(range(len(tokenizer))))


def moved(array: np.ndarray) -> np.ndarray:
    """The array with its middle cell moved by the error."""
    wrong = array.copy()
    wrong.reshape(-1)[wrong.size // 2] += ERROR
    return wrong


def one_changed(pair: tuple, side: str, change: Callable) -> tuple:
    """The pair (teacher, student) with one of the two changed."""
    return tuple(change(part) if name == side else part for name, part in zip(SIDES, pair, strict=True))


def with_error(drawing: Canvas, side: str) -> Canvas:
    """The drawing with one cell of that side's last panel moved."""
    return replace(drawing, shown=one_changed(drawing.shown, side, lambda panels: (*panels[:-1], moved(panels[-1]))))


def assert_reported(difference: Difference, side: str) -> None:
    """The error lies on that side alone."""
    other = SIDES[1 - SIDES.index(side)]
    noise = 1e-5 + difference.step * 1.01
    assert getattr(difference, side) == pytest.approx(ERROR, abs=noise)
    assert getattr(difference, other) < noise
    assert difference.largest == getattr(difference, side)


def assert_true(difference: Difference) -> None:
    assert difference.largest < 1e-5 + difference.step * 1.01


def whole(maps: np.ndarray) -> np.ndarray:
    return maps


# The measure itself


def test_the_difference_is_the_largest_of_all_cells():
    assert checking.largest_difference(np.array([1.0, 2.0]), np.array([1.25, 1.0])) == 1.0
    assert checking.largest_difference(np.zeros((2, 0)), np.zeros((2, 0))) == 0.0


@pytest.mark.parametrize("shape", [(2, 3), (3, 1), (3, 2, 1), ()])
def test_arrays_of_different_shape_are_refused_and_never_broadcast(shape):
    with pytest.raises(ValueError, match="can't be held against"):
        checking.largest_difference(np.zeros((3, 2)), np.zeros(shape))


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_a_difference(wrong):
    assert not checking.largest_difference(np.array([0.0, wrong]), np.zeros(2)) < 1e-5


def test_pieces_that_differ_are_counted_and_a_missing_one_condemns_all():
    assert checking.tokens(["a", "b", "c"], ["a", "b", "c"]) == 0
    assert checking.tokens(["a", "x", "c"], ["a", "b", "c"]) == 1
    assert checking.tokens(["a", "b"], ["a", "b", "c"]) == 3
    assert checking.tokens(["a", "b", "c"], []) == 3


# Drawings


@pytest.fixture(scope="module")
def heatmaps(traces):
    return vectors.embedding_heatmaps(traces, POSITION)


def test_the_embeddings_as_drawn_are_those_of_the_model(heatmaps, stock):
    assert 0 < heatmaps.step < 1e-3
    assert_true(checking.embeddings(heatmaps, stock))


@pytest.mark.parametrize("side", SIDES)
def test_an_error_in_the_embeddings_is_reported(side, heatmaps, stock):
    assert_reported(checking.embeddings(with_error(heatmaps, side), stock), side)


def test_a_drawing_of_other_tokens_or_without_a_part_is_refused(heatmaps, stock):
    shorter = tuple(tuple(panel[1:] for panel in panels) for panels in heatmaps.shown)
    fewer = tuple(panels[1:] for panels in heatmaps.shown)
    for shown in (shorter, fewer):
        with pytest.raises(ValueError, match=r"can't be held against|shorter|longer"):
            checking.embeddings(replace(heatmaps, shown=shown), stock)


@pytest.fixture(scope="module", params=[False, True], ids=["aligned to itself", "aligned to the teacher"])
def overview(request, traces):
    return attention.attention_overview(traces, ((0, 0), (0, 0)), aligned=request.param)


def test_every_head_as_drawn_is_that_of_the_model(overview, stock):
    assert overview.step == pytest.approx(1 / 510)
    assert_true(checking.overview(overview, stock, whole))


@pytest.mark.parametrize("side", SIDES)
def test_an_error_in_one_head_is_reported(side, overview, stock):
    difference = checking.overview(with_error(overview, side), stock, whole)
    assert getattr(difference, side) >= ERROR - difference.step
    assert getattr(difference, side) > difference.step * 1.5
    assert difference.largest == getattr(difference, side)


def test_two_heads_that_change_places_are_reported(overview, stock):
    first, second, *rest = overview.shown[0]
    swapped = replace(overview, shown=((second, first, *rest), overview.shown[1]))
    assert checking.overview(swapped, stock, whole).teacher > ERROR


def test_a_drawing_without_special_tokens_is_checked_against_the_same_rows_and_columns(traces, stock):
    drawing = attention.attention_overview(traces, ((0, 0), (0, 0)), aligned=False, hide_special=True)
    assert_true(checking.overview(drawing, stock, lambda maps: comparison.without_special(maps, traces.encoding.special)))
    with pytest.raises(ValueError, match="can't be held against"):
        checking.overview(drawing, stock, whole)


@pytest.fixture(scope="module")
def maps(traces):
    return attention.head_maps(traces, CHOSEN, POSITION)


def test_a_head_in_full_is_exact(maps, stock):
    assert maps.step == 0
    assert_true(checking.head_maps(maps, stock, CHOSEN, whole))


@pytest.mark.parametrize("side", SIDES)
def test_an_error_in_a_head_in_full_is_reported(side, maps, stock):
    assert_reported(checking.head_maps(with_error(maps, side), stock, CHOSEN, whole), side)


def test_a_head_that_is_not_the_chosen_one_is_reported(maps, stock):
    assert checking.head_maps(maps, stock, ((3, 3), (1, 0)), whole).largest > ERROR


# States, blocks, predictions


def test_the_hidden_states_are_those_of_the_model(traces, stock):
    assert_true(checking.hidden_states(traces, stock))


@pytest.mark.parametrize("side", SIDES)
def test_an_error_in_a_hidden_state_is_reported(side, traces, stock):
    wrong = one_changed(tuple(traces), side, lambda trace: replace(trace, hidden_states=moved(trace.hidden_states)))
    assert_reported(checking.hidden_states(wrong, stock), side)


def test_hidden_states_of_another_text_are_refused(built_in, stock):
    with pytest.raises(ValueError, match="can't be held against"):
        checking.hidden_states(trace_pair(built_in, "short"), stock)


@pytest.fixture(scope="module")
def blocks(built_in, traces):
    return tuple(block(model, trace, 1, POSITION) for model, trace in zip(built_in, traces, strict=True))


def test_the_stations_of_a_block_are_those_of_the_model(blocks, stock):
    assert_true(checking.blocks(blocks, stock))


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("station", ["query", "weights", "attention_norm", "intermediate", "output"])
def test_an_error_at_a_station_is_reported(station, side, blocks, stock):
    wrong = one_changed(blocks, side, lambda one: replace(one, **{station: moved(getattr(one, station))}))
    assert_reported(checking.blocks(wrong, stock), side)


def test_a_block_of_another_token_or_layer_is_reported(blocks, stock):
    assert checking.blocks(tuple(replace(one, token=1) for one in blocks), stock).largest > ERROR
    assert checking.blocks(tuple(replace(one, layer=0) for one in blocks), stock).largest > ERROR


@pytest.fixture(scope="module")
def lenses(built_in, traces):
    return tuple(predictions(model, trace, POSITION) for model, trace in zip(built_in, traces, strict=True))


def test_the_predictions_of_the_last_state_are_those_of_the_model(lenses, stock):
    assert_true(checking.predictions(lenses, stock))


@pytest.mark.parametrize("side", SIDES)
def test_an_error_in_a_listed_probability_is_reported(side, lenses, stock):
    def change(shown):
        return replace(shown, probabilities=np.stack([*shown.probabilities[:-1], moved(shown.probabilities[-1])]))

    assert_reported(checking.predictions(one_changed(lenses, side, change), stock), side)


@pytest.fixture(scope="module")
def labels(read, vocabulary):
    return comparison.soft_labels(*read, vocabulary, POSITION, 2.0)


def test_the_soft_labels_are_those_of_the_model(labels, stock):
    assert_true(checking.soft_labels(labels, stock))


@pytest.mark.parametrize("side", SIDES)
def test_an_error_in_a_soft_label_is_reported(side, labels, stock):
    assert_reported(checking.soft_labels(replace(labels, **{side: moved(getattr(labels, side))}), stock), side)


def test_soft_labels_of_another_temperature_are_reported(labels, stock):
    assert checking.soft_labels(replace(labels, temperature=0.001), stock).largest > ERROR


def test_every_positions_likeliest_token_has_the_probability_of_the_model(read, stock):
    assert_true(checking.position_labels(comparison.position_labels(*read, 2.0), stock))


@pytest.mark.parametrize("side", SIDES)
def test_an_error_at_one_position_is_reported(side, read, stock):
    shown = comparison.position_labels(*read, 2.0)
    assert_reported(checking.position_labels(replace(shown, **{side: moved(getattr(shown, side))}), stock), side)


def test_every_check_refuses_one_model_alone(traces, stock):
    with pytest.raises(ValueError, match="argument"):
        checking.hidden_states((traces.teacher,), stock)


def test_a_softening_that_errs_is_seen_by_the_check(read, vocabulary, stock, monkeypatch):
    plain = comparison.soften

    def too_flat(logits, temperature):
        return plain(logits, 2 * temperature)

    monkeypatch.setattr(comparison, "soften", too_flat)
    monkeypatch.setattr("distilbert_viz.comparison.softening.soften", too_flat)
    shown = comparison.soft_labels(*read, vocabulary, POSITION, 1.0)
    assert checking.soft_labels(shown, stock).largest > ERROR
