"""A key that can't forget: equal values share one, values that differ anywhere don't, and nothing is kept alive by it."""

import gc
import weakref
from dataclasses import dataclass, replace

import numpy as np
import pytest

from distilbert_viz import tracing
from distilbert_viz.figures.forward.attention import head_maps
from distilbert_viz.figures.forward.bertviz import frame
from distilbert_viz.records.identity import identity
from distilbert_viz.records.what_if import Intervention
from distilbert_viz.tracing.stock import stock_model

TEXT = "The capital of France is [MASK]."


@pytest.fixture(scope="module")
def pair(built_in):
    return tracing.trace_pair(built_in, TEXT)


def test_arrays_are_known_by_their_content_shape_and_dtype():
    ones = np.ones((2, 3), np.float32)
    assert identity(ones) == identity(ones.copy())
    assert identity(ones) == identity(np.ones((3, 2), np.float32).T)
    others = [np.ones((3, 2), np.float32), np.ones((2, 3), np.float64), np.ones((2, 3), np.int32), ones * 2, ones[:0]]
    assert len({identity(array) for array in [ones, *others]}) == 6


def test_a_text_a_number_and_bytes_are_told_apart():
    assert len({identity(value) for value in ["1", b"1", 1.5, ("1",), ["1"], {"1": "1"}, None]}) == 7


def test_two_passes_over_one_text_are_one_and_over_two_texts_two(built_in, pair):
    assert identity(tracing.trace_pair(built_in, TEXT)) == identity(pair)
    assert identity(tracing.trace_pair(built_in, "The capital of Spain is [MASK].")) != identity(pair)
    assert identity(tracing.trace_pair(built_in, "The  capital of France is [MASK].")) != identity(pair)


@pytest.mark.parametrize("off", [((0, 0),), ((5, 11),)])
def test_a_pass_with_a_head_off_is_another_pass(built_in, pair, off):
    changed = tracing.what_if(built_in, pair, Intervention(teacher_off=off)).after
    assert identity(changed.teacher) != identity(pair.teacher)
    assert identity(changed.student) == identity(pair.student)


def test_a_record_is_known_by_every_field(pair):
    change = Intervention(teacher_off=((1, 2),))
    assert identity(change) == identity(Intervention(teacher_off=((1, 2),)))
    assert len({identity(change), identity(replace(change, student_off=((0, 0),))), identity(replace(change, swapped=True))}) == 3


def test_a_drawing_is_known_by_its_numbers_and_not_by_the_token_that_is_marked(pair):
    heads, others = ((2, 3), (1, 4)), ((2, 3), (1, 5))
    assert identity(head_maps(pair, heads, 3)) == identity(head_maps(pair, heads, 4))
    assert len({identity(head_maps(pair, *drawn)) for drawn in [(heads, 3), (others, 3), (heads, 3, True)]}) == 3


def test_a_page_of_bertviz_is_known_by_its_weights_and_its_key_holds_no_page(pair):
    light, dark, cut = (frame(pair.student, "student", "head view", *rest, (0, 0), theme) for *rest, theme in
                        [(5, "light"), (5, "dark"), (4, "light")])  # fmt: skip
    assert light.html != dark.html
    assert identity(light) == identity(dark) != identity(cut)
    assert len(str(identity(light))) < 200


def test_a_stock_pass_is_known_by_what_it_saw(built_in, pair):
    stock = stock_model(built_in.student)
    one, again = (tracing.stock_pass(stock, pair.encoding) for _ in range(2))
    assert identity(one) == identity(again)
    off, bare = tracing.stock_pass(stock, pair.encoding, off=((2, 11),)), tracing.stock_pass(stock, pair.encoding, logits=False)
    assert len({identity(found) for found in [one, off, bare]}) == 3


def test_a_lambda_and_what_is_made_inside_a_function_are_refused():
    def inside():
        return None

    for function in (lambda: None, inside):
        with pytest.raises(TypeError, match="no name of its own"):
            identity(function)
    assert identity(identity) == "distilbert_viz.records.identity.identity"


@dataclass(frozen=True, eq=False)
class Thing:
    """No record of the package: known by being itself."""

    number: int


def test_another_object_is_another_and_neither_is_kept_alive():
    one, two = Thing(1), Thing(1)
    key, gone = identity(one), weakref.ref(one)
    assert key == identity(one) != identity(two)
    del one
    gc.collect()
    assert gone() is None
    assert identity(Thing(1)) != key
