"""A change does what it says and nothing else: held against stock models with weights zeroed, and against texts typed anew."""

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from distilbert_viz import comparison
from distilbert_viz.figures.kept import sweep as sweep_figures
from distilbert_viz.figures.kept import what_if as figures
from distilbert_viz.pairs.attention import heads_off
from distilbert_viz.records import Intervention
from distilbert_viz.tracing import encode, logits, logits_at, stock_pass, stock_what_if, sweep, trace, trace_pair, what_if
from distilbert_viz.tracing.stock import stock_model

TEXT = "The old cat [MASK] on the warm roof, and nobody minded."
TWO = "Who wrote it? [SEP] A woman from Paris wrote it in 1901."
NEAR = {"rtol": 0, "atol": 2e-5}
ARRAYS = ("hidden_states", "queries", "keys", "values", "attentions")
LAYER = tuple((1, head) for head in range(12))


@pytest.fixture(scope="module")
def before(built_in):
    return trace_pair(built_in, TEXT)


@pytest.fixture(scope="module")
def two(built_in):
    return trace_pair(built_in, TWO)


@pytest.fixture(scope="module")
def found(built_in, before):
    """A change of everything that a single sentence allows."""
    ids = built_in.teacher.tokenizer.get_vocab()
    return what_if(built_in, before, Intervention(LAYER, ((0, 2), (2, 5)), ((3, ids["dog"]),)))


def without_columns(model, off):
    """A stock model of its own weights, in which each head's columns of the output projection are zero."""
    stock = copy.deepcopy(stock_model(model))
    width = stock.architecture.hidden // stock.architecture.heads
    for layer, head in off:
        stock.part(layer, "attention_output").weight.data[:, head * width : (head + 1) * width] = 0
    return stock


def assert_same(one, other):
    """Two traces hold the same numbers."""
    for name in ARRAYS:
        assert np.allclose(getattr(one, name), getattr(other, name), **NEAR), name


# What a change does


@pytest.mark.parametrize("text", [TEXT, TWO])
def test_with_no_change_the_result_equals_the_trace_exactly(text, built_in):
    plain = trace_pair(built_in, text)
    found = what_if(built_in, plain, Intervention())
    for one, other in zip(plain, found.after, strict=True):
        assert all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ARRAYS)
    assert figures.change_sentence(found) == "Nothing is changed: before and after are equal."


@pytest.mark.parametrize("voice", ["teacher", "student"])
@pytest.mark.parametrize("off", [((0, 0),), ((0, 3), (0, 11), (2, 7)), LAYER], ids=["one", "some", "a layer"])
def test_a_head_that_is_off_equals_a_stock_model_whose_projection_has_no_columns_for_it(voice, off, built_in, before):
    model = getattr(built_in, voice)
    found = getattr(what_if(built_in, before, Intervention(**{f"{voice}_off": off})).after, voice)
    reference = stock_pass(without_columns(model, off), before.encoding)
    assert np.allclose(found.hidden_states, reference.hidden_states, **NEAR)
    assert np.allclose(found.attentions, reference.attentions, **NEAR)
    assert np.allclose(logits(model, found), reference.logits, **NEAR)
    assert not np.allclose(found.hidden_states[-1], getattr(before, voice).hidden_states[-1], **NEAR)


def test_a_head_off_in_one_model_leaves_the_other_as_it_was(built_in, before):
    found = what_if(built_in, before, Intervention(teacher_off=((0, 0),)))
    assert all(np.array_equal(getattr(found.after.student, name), getattr(before.student, name)) for name in ARRAYS)


def test_nothing_below_a_head_that_is_off_moves_and_its_own_weights_neither(built_in, before):
    found = what_if(built_in, before, Intervention(teacher_off=((3, 4),)))
    assert np.array_equal(found.after.teacher.hidden_states[:4], before.teacher.hidden_states[:4])
    assert np.array_equal(found.after.teacher.attentions[:4], before.teacher.attentions[:4])
    assert not np.array_equal(found.after.teacher.hidden_states[4], before.teacher.hidden_states[4])


def test_a_replaced_token_is_the_text_with_the_other_word_typed(built_in, before):
    ids = built_in.student.tokenizer.get_vocab()
    found = what_if(built_in, before, Intervention(replaced=((3, ids["dog"]),)))
    for model, after in zip(built_in, found.after, strict=True):
        typed = trace(model, encode(model.tokenizer, TEXT.replace("cat", "dog")))
        assert after.encoding.tokens == typed.encoding.tokens
        assert_same(after, typed)
    assert figures.token_names(found)[3] == "cat → dog"


def test_a_token_replaced_by_mask_is_a_masked_token(built_in, before):
    mask = built_in.teacher.tokenizer.mask_token_id
    masked = trace_pair(built_in, TEXT, masked=(3,))
    found = what_if(built_in, before, Intervention(replaced=((3, mask),)))
    for one, other in zip(found.after, masked, strict=True):
        assert_same(one, other)


def test_swapped_sentences_are_the_text_typed_the_other_way_round_in_the_order_before(built_in, two):
    first, second = TWO.split(" [SEP] ")
    typed = trace_pair(built_in, f"{second} [SEP] {first}")
    found = what_if(built_in, two, Intervention(swapped=True))
    assert found.read.tokens == typed.encoding.tokens
    assert found.read.token_type_ids.tolist() == typed.encoding.token_type_ids.tolist()
    assert found.after.encoding.tokens == two.encoding.tokens
    assert next(TWO[start:end] for start, end in found.read.offsets.tolist() if end) == "A"
    for one, other in zip(found.after, typed, strict=True):
        assert np.allclose(one.hidden_states, other.hidden_states[:, found.places], **NEAR)
        for i, query in enumerate(found.places):
            assert np.allclose(one.attentions[:, :, i], other.attentions[:, :, query][..., found.places], **NEAR)
        assert np.allclose(one.embeddings.output, other.embeddings.output[found.places], **NEAR)


def test_each_sentence_moves_with_the_separator_that_closes_it(built_in, two):
    found = what_if(built_in, two, Intervention(swapped=True))
    separators = [i for i, token in enumerate(two.encoding.tokens) if token == "[SEP]"]
    assert found.places[0] == 0
    assert found.places[separators].tolist() == [len(two.encoding) - 1, separators[1] - separators[0]]
    assert sorted(found.places.tolist()) == list(range(len(two.encoding)))


def test_one_sentence_cannot_change_places(built_in, before):
    with pytest.raises(ValueError, match=r"^There is one sentence only"):
        what_if(built_in, before, Intervention(swapped=True))


def test_what_frames_the_text_cannot_be_replaced(built_in, before):
    with pytest.raises(ValueError, match=r"^\[CLS\] at position 0 frames the text"):
        what_if(built_in, before, Intervention(replaced=((0, 2000),)))


# What a change leaves alone


def test_other_threads_read_the_whole_model_while_heads_are_off_in_one(built_in, before):
    change = Intervention(teacher_off=LAYER)
    alone = what_if(built_in, before, change).after.teacher
    with ThreadPoolExecutor(4) as pool:
        tasks = [
            pool.submit(trace, built_in.teacher, before.encoding) if i % 2 else pool.submit(what_if, built_in, before, change)
            for i in range(12)
        ]
        results = [task.result() for task in tasks]
    for i, result in enumerate(results):
        expected, got = (before.teacher, result) if i % 2 else (alone, result.after.teacher)
        assert np.allclose(got.hidden_states, expected.hidden_states, **NEAR)


def test_heads_are_on_again_also_when_the_model_fails(built_in, before):
    with pytest.raises(IndexError), heads_off(torch.ones(6, 12, dtype=torch.bool)), torch.inference_mode():
        built_in.teacher.network.base_model(input_ids=torch.tensor([[10**6]]))
    assert np.array_equal(trace(built_in.teacher, before.encoding).attentions, before.teacher.attentions)


def test_the_witness_of_a_change_agrees_with_it_and_leaves_no_hook_behind(built_in, found, two):
    stocks = tuple(stock_model(model) for model in built_in)
    swapped = what_if(built_in, two, Intervention(((0, 1),), ((1, 1),), swapped=True))
    stock_what_if(stocks, swapped)  # transformers' own hooks come with the first pass
    hooks = [sum(len(m._forward_pre_hooks) + len(m._forward_hooks) for m in stock.network.modules()) for stock in stocks]
    for one in (found, swapped):
        for after, seen in zip(one.after, stock_what_if(stocks, one), strict=True):
            assert np.allclose(after.hidden_states, seen.hidden_states, **NEAR)
            assert np.allclose(after.attentions, seen.attentions, **NEAR)
    assert hooks == [sum(len(m._forward_pre_hooks) + len(m._forward_hooks) for m in stock.network.modules()) for stock in stocks]


# The sweep


@pytest.fixture(scope="module")
def swept(built_in, before):
    return list(sweep(built_in, before.encoding, 4, 2.0))


def test_the_sweep_is_the_divergence_of_a_stock_model_without_one_heads_columns(built_in, before, swept):
    for voice, layer, head in (("teacher", 0, 0), ("teacher", 2, 6), ("student", 2, 9)):
        model = getattr(built_in, voice)
        rows = [stock_pass(without_columns(model, off), before.encoding).logits[4] for off in ((), ((layer, head),))]
        plain, damaged = (torch.from_numpy(row).double().div(2).log_softmax(-1) for row in rows)
        by_hand = torch.nn.functional.kl_div(damaged, plain, log_target=True, reduction="sum").item()
        assert getattr(swept[-1], voice)[layer, head] == pytest.approx(by_hand, abs=2e-6, rel=1e-3)


def test_the_sweep_grows_a_layer_at_a_time_and_keeps_what_it_has(swept):
    assert [(len(one.teacher), len(one.student)) for one in swept] == [*((i, 0) for i in range(1, 7)), (6, 1), (6, 2), (6, 3)]
    assert all(np.array_equal(one.teacher, swept[-1].teacher[: len(one.teacher)]) for one in swept)


# Numbers and pictures


def header(drawing) -> str:
    """What the browser is told about a drawing, as JSON."""
    return drawing.data[4 : 4 + int.from_bytes(drawing.data[:4], "little")].decode()


def test_moved_labels_are_two_softmaxes_and_their_divergence(built_in, before, found):
    rows = [logits_at(built_in.teacher, one.teacher, 4) for one in (before, found.after)]
    vocabulary = tuple(built_in.teacher.tokenizer.convert_ids_to_tokens(range(len(rows[0]))))
    moved = comparison.moved_labels(*rows, vocabulary, 4, 2.0)
    p, q = (torch.from_numpy(row).double().div(2).softmax(-1).numpy() for row in rows)
    assert moved.kl == pytest.approx(float((p * np.log(p / q)).sum()), rel=1e-4)
    assert np.allclose(moved.before, p[moved.candidates], atol=1e-6)
    assert np.allclose(moved.after, q[moved.candidates], atol=1e-6)
    assert {*np.argsort(-p)[:5], *np.argsort(-q)[:5]} == set(moved.candidates.tolist())
    assert moved.names[0] == vocabulary[int(p.argmax())]


def test_distances_of_a_right_triangle():
    before, after = np.array([[3.0, 0.0], [1.0, 0.0]], np.float32), np.array([[3.0, 4.0], [0.0, 2.0]], np.float32)
    assert comparison.relative_distance(before, after) == pytest.approx([4 / 3, 5**0.5])
    assert comparison.cosine_distance(before, after) == pytest.approx([1 - 3 / 5, 1])


def test_the_difference_map_is_after_minus_before_on_a_scale_that_is_even_on_both_sides(found):
    heads = ((2, 3), (1, 4))
    drawing = figures.attention_maps(found, heads, "difference", 4)
    for i, (one, other) in enumerate(zip(found.before, found.after, strict=True)):
        assert np.array_equal(drawing.shown[i][0], other.attentions[heads[i]] - one.attentions[heads[i]])
    largest = max(float(np.abs(part[0]).max()) for part in drawing.shown)
    assert f"[{-largest}, {largest}]" in header(drawing)
    assert "L2 H3, difference" in header(drawing)


def test_a_head_that_is_off_is_said_to_be_off(found):
    assert "L1 H3, after, this head is off" in header(figures.attention_maps(found, ((1, 3), (1, 3)), "after", 4))
    assert figures.change_sentence(found) == (
        "Changed: teacher: 12 of 72 heads off; student: 2 of 36 heads off; position 3: cat → dog."
    )


@pytest.mark.parametrize("measure", figures.MEASURES)
def test_the_spread_is_zero_where_nothing_moved_and_its_table_holds_its_means(measure, found):
    drawing = figures.spread(found, measure)
    teacher = drawing.shown[0][0]
    assert teacher.shape == (7, len(found.read))
    assert np.allclose(np.delete(teacher[0], 3), 0, atol=1e-6)
    assert teacher[0, 3] > 0.1
    column = figures.spread_table(found, 4)[f"{measure}, mean over tokens"]
    assert column[:7] == pytest.approx(teacher.mean(1).tolist())


def test_a_sweep_under_way_shows_what_is_done_and_says_what_is_awaited(before, swept):
    drawing = sweep_figures.head_map(before, swept[6], ((0, 0), (0, 0)), True)
    assert [len(part) for part in drawing.shown] == [72, 12]
    assert "L1: not yet" in header(drawing)
    assert "teacher L1 has no student layer" in header(drawing)
    whole = sweep_figures.head_map(before, swept[-1], ((0, 0), (0, 0)), False)
    assert np.ravel(whole.shown[1]) == pytest.approx(swept[-1].student.ravel())
    assert "not yet" not in header(whole)


def test_the_sentence_of_a_sweep_names_its_largest_cell(swept):
    part = swept[-1].teacher
    layer, head = (int(i) for i in np.argwhere(part == part.max())[0])
    said = sweep_figures.sentence(swept[-1])
    assert said.startswith(f"Teacher: without L{layer} H{head} the soft label moves most, by {part.max():.2g} nats")
    assert f"any one of {(part < 0.01).sum()} of 72 heads" in said
    assert len(sweep_figures.table(swept[-1])["head"]) == 72 + 36


def test_heads_below_a_change_look_as_before_and_heads_above_it_do_not(built_in, before):
    found = what_if(built_in, before, Intervention(teacher_off=((2, 0),)))
    assert figures.unmoved(found, ((2, 0), (0, 0))) == ["teacher L2 H0", "student L0 H0"]
    assert figures.unmoved(found, ((3, 0), (2, 1))) == ["student L2 H1"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Intervention(), "in the teacher no attention moves, in the student no attention moves."),
        (Intervention(tuple((2, h) for h in range(12)), tuple((2, h) for h in range(12))),
         "in the teacher attention moves from L3 on, in the student no attention moves."),
    ],
)  # fmt: skip
def test_the_sentence_says_from_which_layer_on_attention_moves(built_in, before, change, said):
    sentence = figures.unmoved_sentence(what_if(built_in, before, change), ["teacher L0 H0"])
    assert sentence == f"As before: teacher L0 H0. With this change {said}"
