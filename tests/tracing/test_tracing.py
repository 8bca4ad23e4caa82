"""A trace is what the stock model computes; and any text can be read."""

import math
import time
import timeit
from concurrent.futures import ThreadPoolExecutor
from random import Random

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from distilbert_viz.tracing import block, blocks, encode, logits, predictions, stock_pass, trace, trace_pair
from distilbert_viz.tracing.stock import stock_model

TEXT = "The old cat [MASK] on the warm roof, and nobody minded."
TWO = "Who wrote it? [SEP] A woman from Paris wrote it in 1901."
NEAR = {"rtol": 0, "atol": 1e-5}
ODD_TEXTS = [
    "👩‍👩‍👧‍👦 family 👍🏽 🇩🇪",
    "שָׁלוֹם \u202eright-to-left\u202c مَرْحَبًا",
    "bell\x07 null\x00 escape\x1b[0m x",
    "<script>alert('x')</script> <b>&amp;",
    "中文字符 हिन्दी ภาษาไทย",
    "[CLS] [PAD] [UNK] in the text",
    "a" * 300,
    ".",
    "$\\frac{1}{2}$ {x} %s %(y)d {{z}}",
]


@pytest.fixture(scope="module", params=["teacher", "student"])
def model(request, built_in):
    return getattr(built_in, request.param)


@pytest.fixture(scope="module", params=[TEXT, TWO, "x"], ids=["one sentence", "two sentences", "one word"])
def traced(request, model):
    """A trace, and the stock pass on the same encoding."""
    encoding = encode(model.tokenizer, request.param)
    return trace(model, encoding), stock_pass(stock_model(model), encoding)


def tensor(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(array)


def held(array: np.ndarray) -> int:
    """The bytes of memory that an array keeps alive, its own or those of the tensor behind it."""
    return array.nbytes if array.base is None else array.base.untyped_storage().nbytes()


# Encoding


def test_a_text_is_cls_then_its_pieces_then_sep(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "the cat sat.")
    assert encoding.tokens == ("[CLS]", "the", "cat", "sat", ".", "[SEP]")
    assert encoding.special == (True, False, False, False, False, True)
    assert (encoding.token_type_ids.tolist(), encoding.dropped, len(encoding)) == ([0] * 6, 0, 6)


@pytest.mark.parametrize("text", [TEXT, "Hello, World!", "naïve café", "unaffable [MASK] x"])
def test_one_sentence_has_the_ids_that_the_tokenizer_gives(text, built_in_tokenizer):
    assert encode(built_in_tokenizer, text).input_ids.tolist() == built_in_tokenizer(text)["input_ids"]


def test_a_typed_sep_starts_the_second_sentence(built_in_tokenizer):
    encoding, stock = encode(built_in_tokenizer, "who? [SEP] me."), built_in_tokenizer("who?", "me.")
    assert encoding.tokens == ("[CLS]", "who", "?", "[SEP]", "me", ".", "[SEP]")
    assert encoding.input_ids.tolist() == stock["input_ids"]
    assert encoding.token_type_ids.tolist() == stock["token_type_ids"]


def test_a_sep_with_nothing_behind_it_starts_no_second_sentence(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "who? [SEP]  ")
    assert (encoding.tokens, set(encoding.token_type_ids.tolist())) == (("[CLS]", "who", "?", "[SEP]"), {0})


def test_a_third_sentence_stays_in_the_second_segment(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "one [SEP] two [SEP] three")
    assert encoding.tokens == ("[CLS]", "one", "[SEP]", "two", "[SEP]", "three", "[SEP]")
    assert encoding.token_type_ids.tolist() == [0, 0, 0, 1, 1, 1, 1]


@pytest.mark.parametrize("text", ["The cat  sat, on Tom's MAT.", "Who wrote it? [SEP] A woman did.", "  [MASK] it   [SEP]  x"])
def test_offsets_point_at_what_was_typed(text, built_in_tokenizer):
    encoding = encode(built_in_tokenizer, text)
    for token, special, (start, end) in zip(encoding.tokens, encoding.special, encoding.offsets.tolist(), strict=True):
        typed = "" if special else token.removeprefix("##").replace("[MASK]", "[mask]")
        assert text[start:end].lower() == typed
        assert (start, end) == (0, 0) or not special


def test_a_typed_mask_is_a_mask(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "the [MASK] sat")
    assert encoding.tokens == ("[CLS]", "the", "[MASK]", "sat", "[SEP]")
    assert encoding.special[2] is False
    assert np.array_equal(encoding.input_ids, encoding.original_ids)


def test_forty_masks_are_forty_tokens(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "[MASK]" * 40)
    assert encoding.tokens == ("[CLS]", *["[MASK]"] * 40, "[SEP]")


def test_a_token_masked_by_its_position_keeps_its_true_id(built_in_tokenizer):
    plain, masked = encode(built_in_tokenizer, "the cat sat"), encode(built_in_tokenizer, "the cat sat", masked=(2,))
    assert masked.tokens == ("[CLS]", "the", "[MASK]", "sat", "[SEP]")
    assert np.array_equal(masked.original_ids, plain.input_ids)
    assert np.flatnonzero(masked.input_ids != masked.original_ids).tolist() == [2]


@pytest.mark.parametrize("positions", [(0, 3, 7), (-1, -3, 8, 100), (0, 0)])
def test_special_tokens_and_positions_outside_are_never_masked(positions, built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "who? [SEP] me and you", masked=positions)
    assert np.array_equal(encoding.input_ids, encoding.original_ids)


def test_five_thousand_words_are_cut_and_what_is_dropped_is_counted(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "cat " * 5000)
    assert (len(encoding), encoding.dropped) == (512, 5000 - 510)
    assert (encoding.tokens[0], encoding.tokens[-1]) == ("[CLS]", "[SEP]")
    assert encoding.offsets[510].tolist() == [509 * 4, 509 * 4 + 3]


@pytest.mark.parametrize(("first", "second", "left"), [(30, 4, (13, 4)), (4, 30, (4, 13)), (30, 30, (8, 9)), (5, 5, (5, 5))])
def test_of_two_sentences_the_longer_is_cut_first(first, second, left, built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "cat " * first + "[SEP]" + " dog" * second, most=20)
    counts = (encoding.tokens.count("cat"), encoding.tokens.count("dog"))
    assert counts == left
    assert encoding.dropped == first + second - sum(left)
    assert encoding.tokens.count("[SEP]") == 2


@pytest.mark.parametrize("text", ["", " ", " \t\r\n  ", "\x00\x07", "\u200b", " [SEP] "])
def test_a_text_of_nothing_is_refused_with_a_sentence(text, built_in_tokenizer):
    with pytest.raises(ValueError, match=r"^There is nothing to read in this text: no part of it is a token\.$"):
        encode(built_in_tokenizer, text)


@pytest.mark.parametrize("text", ODD_TEXTS, ids=ascii)
def test_an_odd_text_is_read_as_any_other(text, model):
    one = trace(model, encode(model.tokenizer, text))
    assert one.encoding.text == text
    assert all(np.isfinite(array).all() for array in (one.hidden_states, one.attentions))


def by_hand(tokenizer, text: str, masked: tuple[int, ...], most: int) -> dict[str, object]:
    """An encoding put together piece by piece: each sentence read alone, cut token by token, framed by hand."""
    first, separator, second = text.partition("[SEP]")
    parts = [(first, 0)] + ([(second, len(first) + len(separator))] if second.strip() else [])
    read = [(tokenizer(part, add_special_tokens=False, return_offsets_mapping=True, verbose=False), start) for part, start in parts]
    lengths = [len(one["input_ids"]) for one, _ in read]
    if not lengths[0]:
        return {}
    dropped = max(0, sum(lengths) + 1 + len(parts) - most)
    for _ in range(dropped):
        lengths[lengths.index(max(lengths))] -= 1
    rows = [(tokenizer.cls_token_id, 0, (0, 0), True)]
    for segment, ((one, start), length) in enumerate(zip(read, lengths, strict=True)):
        offsets = [(start + a, start + b) for a, b in one["offset_mapping"]]
        rows += [(i, segment, at, False) for i, at in list(zip(one["input_ids"], offsets, strict=True))[:length]]
        rows.append((tokenizer.sep_token_id, segment, (0, 0), True))
    ids, segments, offsets, special = map(list, zip(*rows, strict=True))
    read_ids = [tokenizer.mask_token_id if i in masked and not special[i] else number for i, number in enumerate(ids)]
    names = ("input_ids", "token_type_ids", "offsets", "original_ids", "special", "dropped")
    return dict(zip(names, (read_ids, segments, [list(at) for at in offsets], ids, special, dropped), strict=True))


PIECES = [
    "cat",
    "unaffable",
    "Naïve",
    "é",
    "中文",
    "[MASK]",
    "[SEP]",
    "[SEP]",
    "[CLS]",
    "##ing",
    "[mask]",
    "👩‍👩‍👧",
    "\u200b",
    "\x00",
    ".",
    "it's",
]


def test_three_thousand_texts_are_encoded_as_if_put_together_by_hand(built_in_tokenizer):
    random = Random(0)
    for _ in range(3000):
        text = "".join(random.choice(PIECES) + random.choice(["", " ", " ", "\n"]) for _ in range(random.randint(0, 30)))
        masked, most = tuple(random.sample(range(-2, 12), 3)), random.choice([8, 9, 12, 13, 40, 512])
        expected = by_hand(built_in_tokenizer, text, masked, most)
        if not expected:
            with pytest.raises(ValueError, match="nothing to read"):
                encode(built_in_tokenizer, text, masked, most)
            continue
        found = encode(built_in_tokenizer, text, masked, most)
        assert {name: np.array(getattr(found, name)).tolist() for name in expected} == expected, (text, masked, most)
        assert found.tokens == tuple(built_in_tokenizer.convert_ids_to_tokens(expected["input_ids"]))
        assert found.text == text


@pytest.mark.parametrize("room", range(1, 24))
def test_two_sentences_of_any_length_are_cut_token_by_token_from_the_longer(room, built_in_tokenizer):
    for first in range(1, 13):
        for second in range(1, 13):
            text = "cat " * first + "[SEP]" + " dog" * second
            expected = by_hand(built_in_tokenizer, text, (), room + 3)
            assert encode(built_in_tokenizer, text, most=room + 3).input_ids.tolist() == expected["input_ids"]


def test_masks_are_known_by_their_positions_typed_or_put_there(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "a [MASK] cat [SEP] [MASK] sat", masked=(1,))
    assert encoding.mask_positions == (1, 2, 5)
    assert encode(built_in_tokenizer, "the cat sat").mask_positions == ()


def test_a_word_starts_where_no_piece_continues_the_one_before(built_in_tokenizer):
    for text in [*ODD_TEXTS, TEXT, TWO, "unaffable unaffable [SEP] unaffable", "[MASK]unaffable[MASK][MASK]"]:
        encoding = encode(built_in_tokenizer, text)
        begins = [
            True,
            *(special or not token.startswith("##") for token, special in zip(encoding.tokens, encoding.special, strict=True)),
        ]
        assert encoding.word_starts == tuple(begins[1:]), text


def test_a_word_is_one_word_when_a_piece_inside_it_is_masked(built_in_tokenizer):
    plain = encode(built_in_tokenizer, "an unaffable cat")
    inside = next(i for i, token in enumerate(plain.tokens) if token.startswith("##"))
    assert encode(built_in_tokenizer, "an unaffable cat", masked=(inside,)).word_starts == plain.word_starts


def test_a_text_of_ten_thousand_words_takes_little_more_than_the_tokenizer_itself(built_in_tokenizer):
    text, turns = "cat " * 10_000, range(5)
    own, ours = [], []
    for _ in turns:
        own.append(timeit.timeit(lambda: built_in_tokenizer(text, verbose=False), timer=time.process_time, number=1))
        ours.append(timeit.timeit(lambda: encode(built_in_tokenizer, text), timer=time.process_time, number=1))
    assert min(ours) < 3 * min(own)


# The trace


def test_every_query_spends_exactly_one_unit_of_attention(traced):
    one, _ = traced
    assert one.attentions.min() >= 0
    assert one.attentions.sum(-1) == pytest.approx(np.ones(one.attentions.shape[:-1]), abs=1e-5)


def test_the_embedding_output_is_the_layer_norm_of_the_input_sum(traced, model):
    one, _ = traced
    parts, norm = one.embeddings, model.embeddings.LayerNorm
    total = parts.word + parts.position + (0 if parts.token_type is None else parts.token_type)
    expected = F.layer_norm(tensor(total), total.shape[-1:], norm.weight, norm.bias, norm.eps)
    assert torch.allclose(tensor(parts.output), expected, **NEAR)


def test_only_the_teacher_has_a_segment_embedding(built_in):
    teacher, student = trace_pair(built_in, TWO)
    assert teacher.embeddings.token_type is not None
    assert student.embeddings.token_type is None
    rows = built_in.teacher.embeddings.token_type_embeddings.weight.numpy()
    assert np.array_equal(teacher.embeddings.token_type, rows[teacher.encoding.token_type_ids])


def test_the_first_hidden_state_is_the_embedding_output(traced):
    one, _ = traced
    assert np.array_equal(one.hidden_states[0], one.embeddings.output)
    assert len(one.hidden_states) == one.layers + 1


def test_attention_is_the_softmax_of_scaled_query_key_products(traced):
    one, _ = traced
    queries, keys = tensor(one.queries), tensor(one.keys)
    scores = queries @ keys.transpose(-1, -2) / math.sqrt(queries.shape[-1])
    assert torch.allclose(scores.softmax(-1), tensor(one.attentions), **NEAR)


def test_a_trace_equals_the_stock_pass(traced, model):
    one, stock = traced
    assert np.allclose(one.hidden_states, stock.hidden_states, **NEAR)
    assert np.allclose(one.attentions, stock.attentions, **NEAR)
    assert np.allclose(logits(model, one), stock.logits, **NEAR)
    for name, part in stock.embeddings.items():
        assert np.allclose(getattr(one.embeddings, name), part, **NEAR), name


def test_queries_keys_and_values_are_those_of_the_stock_pass(traced):
    one, stock = traced
    for layer, seen in enumerate(stock.layers):
        for name, heads in (("query", one.queries), ("key", one.keys), ("value", one.values)):
            side_by_side = heads[layer].transpose(1, 0, 2).reshape(len(one.encoding), -1)
            assert np.allclose(side_by_side, seen[name], **NEAR), (layer, name)


def test_the_sizes_of_a_trace_are_those_of_its_architecture(traced, model):
    one, _ = traced
    sizes, tokens = one.architecture, len(one.encoding)
    assert sizes == model.architecture
    assert one.attentions.shape == (sizes.layers, sizes.heads, tokens, tokens)
    assert one.queries.shape == (sizes.layers, sizes.heads, tokens, sizes.hidden // sizes.heads)


def test_a_text_is_traced_twice_with_equal_results_and_no_gradient(model):
    encoding = encode(model.tokenizer, TEXT)
    first, second = trace(model, encoding), trace(model, encoding)
    for name in ("hidden_states", "queries", "keys", "values", "attentions"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
        assert not np.shares_memory(getattr(first, name), getattr(second, name))
    assert all(parameter.grad is None for parameter in model.network.parameters())


def test_threads_that_trace_different_texts_at_once_each_get_their_own_attention(model):
    encodings = [encode(model.tokenizer, "word " * (3 + 5 * i) + TEXT) for i in range(4)]
    alone = [trace(model, encoding) for encoding in encodings]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda encoding: trace(model, encoding), encodings * 5))
    for expected, found in zip(alone * 5, together, strict=True):
        assert np.allclose(found.attentions, expected.attentions, **NEAR)
        assert np.allclose(found.hidden_states, expected.hidden_states, **NEAR)


def test_a_pair_is_traced_on_one_text_with_the_same_tokens_masked(built_in):
    pair = trace_pair(built_in, TEXT, masked=(2,))
    assert pair.encoding.tokens[2] == pair.student.encoding.tokens[2] == "[MASK]"
    assert (pair.teacher.layers, pair.student.layers, pair.initial_layers) == (6, 3, (0, 2, 5))


def test_a_model_is_read_up_to_its_last_position_and_no_further(built_in):
    assert built_in.teacher.longest == built_in.student.longest == 512
    pair = trace_pair(built_in, "cat " * 600)
    assert (len(pair.encoding), pair.encoding.dropped, pair.student.encoding.dropped) == (512, 90, 90)


# The stock pass


def test_the_stock_model_shares_every_weight_and_uses_the_eager_attention(model):
    stock = stock_model(model)
    mine, theirs = dict(model.network.named_parameters()), dict(stock.network.named_parameters())
    assert mine.keys() == theirs.keys()
    assert all(mine[name].data_ptr() == theirs[name].data_ptr() for name in mine)
    assert stock.network.config._attn_implementation == "eager"
    assert model.network.config._attn_implementation != "eager"
    assert not stock.network.training


def test_the_stock_pass_leaves_no_hook_behind(model):
    stock, encoding = stock_model(model), encode(model.tokenizer, TEXT)
    stock_pass(stock, encoding)  # transformers' own hooks come with the first pass
    before = [len(module._forward_hooks) for module in stock.network.modules()]
    stock_pass(stock, encoding)
    assert [len(module._forward_hooks) for module in stock.network.modules()] == before


# Inside a block


def test_every_station_of_every_block_equals_the_stock_pass(traced, model):
    one, stock = traced
    for layer in range(one.layers):
        for token in {0, len(one.encoding) - 1, len(one.encoding) // 2}:
            stations = block(model, one, layer, token)
            for name in model.family.block:
                assert np.allclose(getattr(stations, name).ravel(), stock.layers[layer][name][token], **NEAR), (layer, name)
            assert np.allclose(stations.weights, stock.attentions[layer, :, token], **NEAR)


def test_the_stations_of_a_block_lead_from_one_hidden_state_to_the_next(traced, model):
    one, _ = traced
    for layer in range(one.layers):
        stations = block(model, one, layer, 1)
        assert (stations.layer, stations.token) == (layer, 1)
        assert np.array_equal(stations.input, one.hidden_states[layer, 1])
        assert np.allclose(stations.input + stations.attention_output, stations.attention_residual, **NEAR)
        assert np.allclose(stations.attention_norm + stations.feed_forward, stations.output_residual, **NEAR)
        assert np.allclose(stations.output, one.hidden_states[layer + 1, 1], **NEAR)


def test_a_block_holds_one_token_of_the_trace_and_no_memory_of_the_others(model):
    one = trace(model, encode(model.tokenizer, TEXT))
    stations = block(model, one, 0, 3)
    for name, part in (("query", one.queries), ("key", one.keys), ("value", one.values)):
        assert np.array_equal(getattr(stations, name), part[0, :, 3])
    arrays = [part for part in vars(stations).values() if isinstance(part, np.ndarray)]
    assert len(arrays) == 15
    assert all(held(part) == part.nbytes for part in arrays)


def test_each_layer_norm_of_a_block_follows_its_residual_sum(traced, model):
    one, _ = traced
    for layer in range(one.layers):
        stations = block(model, one, layer, 0)
        for name, entering in (("attention_norm", stations.attention_residual), ("output", stations.output_residual)):
            norm = model.part(layer, name)
            expected = F.layer_norm(tensor(entering), entering.shape, norm.weight, norm.bias, norm.eps)
            assert torch.allclose(tensor(getattr(stations, name)), expected, **NEAR)


def test_inside_a_block_context_is_the_weighted_sum_of_values_and_the_activation_is_gelu(traced, model):
    one, _ = traced
    stations = block(model, one, 0, 1)
    assert np.allclose(
        stations.scores, np.einsum("hd,hkd->hk", stations.query, one.keys[0]) / math.sqrt(stations.key.shape[1]), **NEAR
    )
    assert np.allclose(stations.weights, one.attentions[0, :, 1], **NEAR)
    assert np.allclose(stations.context, np.einsum("hk,hkd->hd", stations.weights, one.values[0]), **NEAR)
    assert torch.allclose(tensor(stations.activation), F.gelu(tensor(stations.intermediate)), **NEAR)


def test_all_layers_at_once_are_the_blocks_one_by_one_up_to_the_rounding_of_their_largest_number(traced, model):
    one, _ = traced
    for token in {0, 1, len(one.encoding) - 1}:
        found = blocks(model, one, token)
        assert [(stations.layer, stations.token) for stations in found] == [(layer, token) for layer in range(one.layers)]
        for stations in found:
            whole = vars(block(model, one, stations.layer, token))
            largest = max(np.abs(part).max() for part in whole.values() if isinstance(part, np.ndarray))
            for name, part in vars(stations).items():
                assert np.allclose(part, whole[name], rtol=0, atol=3e-6 * largest), (stations.layer, name)


# Predictions


def test_the_last_states_predictions_are_the_softmax_of_the_logits(traced, model):
    one, stock = traced
    shown = predictions(model, one, 1, k=7)
    expected = tensor(stock.logits[1]).softmax(-1).topk(7)
    assert shown.position == 1
    assert shown.probabilities.shape == (one.layers + 1, 7)
    assert np.allclose(shown.probabilities[-1], expected.values.numpy(), **NEAR)
    assert [len(row) for row in shown.names] == [7] * (one.layers + 1)


def test_a_listed_token_has_the_probability_beside_it(traced, model):
    one, stock = traced
    shown = predictions(model, one, 1)
    found = tensor(stock.logits[1]).softmax(-1)[model.tokenizer.convert_tokens_to_ids(list(shown.names[-1]))]
    assert np.allclose(shown.probabilities[-1], found.numpy(), **NEAR)


def test_every_state_is_read_likeliest_first(traced, model):
    one, _ = traced
    probabilities = predictions(model, one, 0).probabilities
    assert (np.diff(probabilities) <= 0).all()
    assert (probabilities.sum(-1) <= 1 + 1e-5).all()
