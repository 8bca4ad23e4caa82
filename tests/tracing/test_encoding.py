"""Any text can be read: its tokens, segments, masks and offsets, and what is cut of a long one."""

import time
import timeit
from random import Random

import numpy as np
import pytest

from distilbert_viz.tracing import encode, trace
from tests.support.traced import TEXT, TWO

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


def test_a_text_of_ten_thousand_words_takes_less_than_three_times_the_tokenizers_own_time(built_in_tokenizer):
    text, turns = "cat " * 10_000, range(5)
    own, ours = [], []
    for _ in turns:
        own.append(timeit.timeit(lambda: built_in_tokenizer(text, verbose=False), timer=time.process_time, number=1))
        ours.append(timeit.timeit(lambda: encode(built_in_tokenizer, text), timer=time.process_time, number=1))
    assert min(ours) < 3 * min(own)
