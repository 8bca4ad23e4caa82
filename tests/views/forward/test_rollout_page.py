"""The views rollout and what it carries: every number again by plain loops over the stock models; verdicts can go both ways."""

import re

import numpy as np
import pytest
import torch

from distilbert_viz import checking, comparison
from distilbert_viz.figures.forward import norms as norm_figures
from distilbert_viz.figures.forward import rollout as rollout_figures
from distilbert_viz.records import Carried, StockPass, TracePair
from distilbert_viz.tracing import encode, stock_pass, trace_pair, transformed_norms
from distilbert_viz.tracing.stock import stock_model
from tests.support.canvases import assert_carries
from tests.support.pages import captions, visit

pytestmark = pytest.mark.usefixtures("loaded")
TEXT = "Who wrote it? [SEP] A [MASK] did, I think."
LONG = "The cat sat on the mat. " * 25
CHOSEN = ((2, 3), (1, 4))


@pytest.fixture(scope="module")
def pair(built_in) -> TracePair:
    return trace_pair(built_in, TEXT)


@pytest.fixture(scope="module")
def norms(built_in, pair) -> norm_figures.Norms:
    return tuple(transformed_norms(model, trace) for model, trace in zip(built_in, pair, strict=True))


@pytest.fixture(scope="module")
def stock(built_in) -> tuple[StockPass, ...]:
    return tuple(stock_pass(stock_model(model), encode(model.tokenizer, TEXT)) for model in built_in)


@pytest.fixture(scope="module")
def lengths(built_in, stock) -> tuple[np.ndarray, ...]:
    """||f(x)|| (layer, head, token), vector by vector: the stock value of a token through the head's columns of W_O."""
    return tuple(plain_lengths(model, one) for model, one in zip(built_in, stock, strict=True))


def plain_lengths(model, one: StockPass) -> np.ndarray:
    found = np.zeros(one.attentions.shape[:3])
    for layer, head, token in np.ndindex(found.shape):
        output = model.part(layer, "attention_output").weight.double().numpy()
        width = output.shape[1] // found.shape[1]
        own = slice(head * width, (head + 1) * width)
        found[layer, head, token] = np.linalg.norm(output[:, own] @ one.layers[layer]["value"][token, own])
    return found


def plain_groups(tokens: tuple[str, ...]) -> dict[str, list[int]]:
    names = {"[CLS]": "[CLS]", "[SEP]": "[SEP]", "?": "punctuation", ",": "punctuation", ".": "punctuation"}
    groups: dict[str, list[int]] = {}
    for i, token in enumerate(tokens):
        groups.setdefault(names.get(token, "other tokens"), []).append(i)
    return groups


def plain_carried(attention: np.ndarray, length: np.ndarray, keys: list[int]) -> tuple[float, float, float]:
    """One head: share of the weights, share of the lengths, and relative length of a group of keys."""
    given = sum(attention[:, key].mean() for key in keys)
    rows = [sum(row[key] * length[key] for key in keys) / sum(a * n for a, n in zip(row, length, strict=True)) for row in attention]
    return given, sum(rows) / len(rows), length[keys].mean() / length.mean()


def group(attention: float, carried: float, length: float) -> Carried:
    """[SEP] as one of ten tokens, alike in every head of a model of one layer and two heads."""
    return Carried("[SEP]", 1, *(np.full((1, 2), value, np.float32) for value in (attention, carried, length)))


# Norms


def test_weights_stand_beside_the_lengths_of_what_they_carry_for_both_models(pair, norms, stock, lengths):
    drawing = norm_figures.head_maps(pair, CHOSEN, norms, "length", 3)
    header = assert_carries(drawing, [list(panels) for panels in drawing.shown])
    assert [figure["voice"] for figure in header["figures"]] == ["teacher", "student"] * 2
    for i, (one, part, head) in enumerate(zip(stock, lengths, CHOSEN, strict=True)):
        assert drawing.shown[i][0] == pytest.approx(one.attentions[head], abs=1e-5)
        assert drawing.shown[i + 2][0] == pytest.approx(one.attentions[head] * part[head], rel=1e-3, abs=1e-5)


def test_shares_of_a_row_are_lengths_over_their_sum_on_the_scale_of_the_weights(pair, norms, stock, lengths):
    drawing = norm_figures.head_maps(pair, CHOSEN, norms, "share of its row", 3)
    header = assert_carries(drawing, [list(panels) for panels in drawing.shown])
    assert [figure["range"] for figure in header["figures"]] == [[0, 1]] * 4
    for shown, one, part, head in zip(drawing.shown[2:], stock, lengths, CHOSEN, strict=True):
        whole = one.attentions[head] * part[head]
        assert shown[0] == pytest.approx(whole / whole.sum(1)[:, None], abs=1e-4)


def test_lengths_of_two_models_are_drawn_on_two_scales_from_zero(pair, norms):
    drawn = norm_figures.head_maps(pair, CHOSEN, norms, "length", 3)
    header = assert_carries(drawn, [list(panels) for panels in drawn.shown])
    for figure, panels in zip(header["figures"][2:], drawn.shown[2:], strict=True):
        assert figure["range"] == [0, pytest.approx(float(panels[0].max()))]


def test_what_tokens_get_and_carry_is_what_a_person_would_add_up(pair, norms, stock, lengths):
    groups = plain_groups(pair.encoding.tokens)
    for trace, part, one, length in zip(pair, norms, stock, lengths, strict=True):
        found = comparison.carried(trace.attentions, part, pair.encoding)
        assert {one.name: one.tokens for one in found} == {name: len(keys) for name, keys in groups.items()}
        for said in found:
            for head in np.ndindex(said.attention.shape):
                plain = plain_carried(one.attentions[head].astype(np.float64), length[head], groups[said.name])
                shown = (said.attention[head], said.carried[head], said.length[head])
                assert [float(value) for value in shown] == pytest.approx(plain, abs=1e-4), (said.name, head)


def test_all_groups_together_get_and_carry_everything(pair, norms):
    found = comparison.carried(pair.teacher.attentions, norms[0], pair.encoding)
    assert sum(one.attention for one in found) == pytest.approx(np.ones(found[0].attention.shape), abs=1e-5)
    assert sum(one.carried for one in found) == pytest.approx(np.ones(found[0].attention.shape), abs=1e-5)


def test_a_text_of_punctuation_alone_has_no_other_tokens(built_in):
    pair = trace_pair(built_in, "?")
    found = comparison.carried(pair.teacher.attentions, transformed_norms(built_in.teacher, pair.teacher), pair.encoding)
    assert [one.name for one in found] == ["[CLS]", "[SEP]", "punctuation"]


@pytest.mark.parametrize(
    ("separator", "verdict"),
    [
        (group(0.3, 0.1, 0.4), "here so."),
        (group(0.05, 0.02, 0.4), "here not so, the weights are not large."),
        (group(0.3, 0.4, 1.5), "here not so, the vectors are not short."),
        (group(0.05, 0.1, 1.5), "here not so, the weights are not large and the vectors are not short."),
    ],
)
def test_whether_large_weights_carry_short_vectors_is_decided_by_the_numbers(separator, verdict):
    (said,) = norm_figures.sentences("teacher", [separator], 10)
    assert said.endswith(f"Large weights on short vectors: {verdict}")
    assert "an even share would be 10%" in said


def test_the_witness_of_the_lengths_sees_a_wrong_projection(built_in, stock, norms):
    output = [built_in.teacher.part(layer, "attention_output").weight.numpy() for layer in range(len(stock[0].layers))]
    right, wrong = checking.value_lengths(stock[0], output), checking.value_lengths(stock[0], [w.T for w in output])
    assert right == pytest.approx(norms[0], abs=1e-4)
    assert np.abs(wrong - norms[0]).max() > 0.01


# Rollout


@pytest.mark.parametrize("layers", [(0, 0), (3, 1), (5, 2)])
def test_rolled_out_maps_are_the_product_of_the_layers_below_the_last_to_the_left(layers, pair, stock):
    rolled = tuple(comparison.attention_rollout(trace.attentions) for trace in pair)
    drawing = rollout_figures.rollout_maps(pair, rolled, layers, 3)
    header = assert_carries(drawing, [[part[layer]] for part, layer in zip(rolled, layers, strict=True)])
    assert header["figures"][0]["range"] == header["figures"][1]["range"]
    for shown, one, layer in zip(drawing.shown, stock, layers, strict=True):
        assert shown[0] == pytest.approx(plain_rollout(one.attentions, layer).numpy(), abs=1e-5)


def plain_rollout(attentions: np.ndarray, layer: int) -> torch.Tensor:
    """Half attention, half identity, the last layer to the left."""
    mixed = [0.5 * torch.from_numpy(a).double().mean(0) + 0.5 * torch.eye(a.shape[-1]).double() for a in attentions[: layer + 1]]
    return mixed[0] if layer == 0 else torch.linalg.multi_dot(mixed[::-1])


def test_the_witness_of_the_rollout_sees_the_wrong_order_and_a_missing_residual(pair, stock):
    rolled = tuple(comparison.attention_rollout(trace.attentions) for trace in pair)
    means = [trace.attentions.mean(1) for trace in pair]
    eye = np.eye(len(pair.encoding), dtype=np.float32)
    wrong_order = tuple(np.stack([eye, (m[0] + eye) / 2 @ (m[1] + eye) / 2]) for m in means)
    without_residual = tuple(np.stack([eye, m[1] @ m[0]]) for m in means)
    for shown, agrees in ((rolled, True), (wrong_order, False), (without_residual, False)):
        drawing = rollout_figures.rollout_maps(pair, shown, (1, 1), 3)
        assert (checking.rollouts(drawing, stock, (1, 1)).largest < 1e-5) is agrees


# The page


def test_the_page_says_by_number_what_special_tokens_get_and_what_they_carry(pair, stock, lengths):
    listed = next(part.value for part in visit("what_it_carries", TEXT).markdown if "Large weights on short vectors" in part.value)
    groups = plain_groups(pair.encoding.tokens)
    expected = [(*both, name) for both in zip(stock, lengths, strict=True) for name in ("[CLS]", "[SEP]")]
    for line, (one, length, name) in zip(listed.replace("\\", "").splitlines(), expected, strict=True):
        heads = list(np.ndindex(length.shape[:2]))
        plain = np.array([plain_carried(one.attentions[head].astype(np.float64), length[head], groups[name]) for head in heads])
        attention, even, carried = (float(number) for number in re.findall(r"(\d+)%", line))
        assert f": {name} gets " in line
        assert attention == pytest.approx(100 * plain[:, 0].mean(), abs=0.51)
        assert even == pytest.approx(100 * len(groups[name]) / len(pair.encoding), abs=0.51)
        assert carried == pytest.approx(100 * plain[:, 1].mean(), abs=0.51)
        assert f"are {np.median(plain[:, 2]):.2f} times as long" in line
        assert f"shorter in {int((plain[:, 2] < 1).sum())} of {len(heads)} heads" in line


def test_the_table_has_the_chosen_heads_own_numbers(pair, stock, lengths):
    session = visit("what_it_carries", TEXT)
    session.selectbox(key="teacher_layer").set_value(2).run()
    session.selectbox(key="teacher_head").set_value(3).run()
    rows = session.dataframe[0].value
    for name, keys in plain_groups(pair.encoding.tokens).items():
        row = rows[(rows["model"] == "teacher") & (rows["keys"] == name)].iloc[0]
        plain = plain_carried(stock[0].attentions[2, 3].astype(np.float64), lengths[0][2, 3], keys)
        shown = (row["this head: attention, %"], row["this head: carried, %"], row["this head: length"])
        assert shown == pytest.approx((100 * plain[0], 100 * plain[1], plain[2]), abs=1e-2)


def test_rollout_goes_through_all_layers_until_a_person_chooses_fewer(stock):
    session = visit("rollout", TEXT, position="3")
    assert [session.selectbox(key=f"rollout_{voice}").value for voice in ("teacher", "student")] == [5, 2]
    session.selectbox(key="rollout_teacher").set_value(1).run()
    said = next(caption for caption in captions(session) if caption.startswith("Teacher after L1")).replace("\\", "")
    for part, (voice, layer) in zip(stock, (("Teacher", 1), ("Student", 2)), strict=True):
        row = plain_rollout(part.attentions, layer)[position_of(said)]
        first = re.search(rf"{voice} after L{layer}, token \d+ “[^”]+”: (\d+)% from (\d+) ", said)
        assert int(first[2]) == int(row.argmax())
        assert int(first[1]) == pytest.approx(100 * float(row.max()), abs=0.51)


def position_of(said: str) -> int:
    return int(re.search(r"token (\d+) ", said)[1])


def test_the_case_worked_by_hand_is_found_by_the_function_that_draws_the_maps():
    assert any(caption.endswith(r"on this case: max |difference| 0.0e+00.") for caption in captions(visit("rollout")))
    residual = np.eye(2)
    first, second = ((layer[0] + residual) / 2 for layer in rollout_figures.BY_HAND)
    assert (second @ first).tolist() == rollout_figures.BY_HAND_ROLLED.tolist()
    assert (first @ second).tolist() != rollout_figures.BY_HAND_ROLLED.tolist()


def test_a_long_text_gets_its_numbers_and_its_checks():
    session = visit("what_it_carries", LONG)
    assert any(part.value.count("Large weights on short vectors") == 4 for part in session.markdown)
    assert all(not caption.endswith("…") for caption in captions(session) if caption.startswith("checked against the model"))


SPOILT = [{"rollout_teacher": "L99", "norms_view": "x"}, {"rollout_student": "-1", "teacher_layer": "L77"}]


@pytest.mark.parametrize("page", ["what_it_carries", "rollout"])
@pytest.mark.parametrize("address", SPOILT)
def test_a_spoilt_address_is_no_traceback(page, address):
    visit(page, **address)


def test_a_link_opens_the_layers_and_the_view_that_it_was_copied_from():
    session = visit("rollout", rollout_teacher="L1", rollout_student="L0")
    assert [session.selectbox(key=f"rollout_{voice}").value for voice in ("teacher", "student")] == [1, 0]
    carried = visit("what_it_carries", norms_view="length")
    assert carried.segmented_control(key="norms_view").value == "length"
