"""Words in place of their pieces, several tokens at once, one segment and the other."""

import numpy as np
import pytest
import torch

from distilbert_viz import comparison
from distilbert_viz.tracing import encode

TWO = "Who wrote it? [SEP] A woman did."


def random_maps(*shape: int, seed: int = 0) -> np.ndarray:
    """Attention maps: rows that sum to 1."""
    return torch.softmax(torch.from_numpy(3 * np.random.default_rng(seed).standard_normal(shape)), -1).float().numpy()


@pytest.fixture
def split(built_in_tokenizer):
    """A text with a word of several pieces at its start, in its middle and at its end."""
    return encode(built_in_tokenizer, "unaffableness, the zyzzyva and quixotically")


# Words


def test_pieces_are_joined_to_the_words_that_were_typed(split):
    words = comparison.whole_words(split)
    assert words.labels == ("[CLS]", "unaffableness", ",", "the", "zyzzyva", "and", "quixotically", "[SEP]")
    assert len(split) > len(words.labels)
    assert words.lengths.sum() == len(split)
    for label, start, length in zip(words.labels, words.starts, words.lengths, strict=True):
        pieces = split.tokens[start : start + length]
        assert "".join(piece.removeprefix("##") for piece in pieces) == label
        assert [piece.startswith("##") for piece in pieces] == [False] + [True] * (length - 1)


def test_a_text_without_split_words_stays_as_it_is(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "the cat [MASK] here")
    words = comparison.whole_words(encoding)
    attentions = random_maps(2, 2, 6, 6)
    assert words.labels == encoding.tokens
    assert np.array_equal(comparison.by_word(attentions, words), attentions)


def test_special_tokens_stay_alone_and_a_sign_typed_twice_is_no_piece(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "## [SEP] #a")
    assert comparison.whole_words(encoding).labels == encoding.tokens


def test_a_piece_after_a_masked_piece_belongs_to_the_mask(split, built_in_tokenizer):
    first = split.tokens.index("the") + 1
    masked = encode(built_in_tokenizer, split.text, masked=(first,))
    label = comparison.whole_words(masked).labels[4]
    assert label == "[MASK]" + "zyzzyva".removeprefix(split.tokens[first])


def test_attention_to_a_word_is_a_sum_and_from_a_word_a_mean(split):
    attentions, words = random_maps(2, 3, len(split), len(split)), comparison.whole_words(split)
    found = comparison.by_word(attentions, words)
    groups = [range(start, start + length) for start, length in zip(words.starts, words.lengths, strict=True)]
    assert found.shape == (2, 3, len(groups), len(groups))
    for row, queries in enumerate(groups):
        for column, keys in enumerate(groups):
            reference = np.mean([sum(attentions[1, 2, query, key] for key in keys) for query in queries])
            assert found[1, 2, row, column] == pytest.approx(reference, abs=1e-6)


def test_every_word_spends_exactly_one_unit_of_attention(split):
    found = comparison.by_word(random_maps(2, 3, len(split), len(split)), comparison.whole_words(split))
    assert found.sum(-1) == pytest.approx(np.ones(found.shape[:-1]), abs=1e-6)


def test_one_map_alone_is_merged_by_hand(built_in_tokenizer):
    """[CLS], one word of two pieces, [SEP]: rows 1 and 2 are averaged, columns 1 and 2 added."""
    encoding = encode(built_in_tokenizer, "zebras")
    assert len(encoding) == 4
    attention = np.array([[0.1, 0.2, 0.3, 0.4], [0.5, 0.5, 0, 0], [0.1, 0.2, 0.1, 0.6], [0, 0, 1, 0]], np.float32)
    merged = comparison.by_word(attention, comparison.whole_words(encoding))
    assert merged == pytest.approx(np.array([[0.1, 0.5, 0.4], [0.3, 0.4, 0.3], [0, 1, 0]]), abs=1e-6)


# Several tokens


def test_several_tokens_look_where_the_mean_of_their_rows_does():
    attentions = random_maps(2, 3, 7, 7)
    found = comparison.mean_row(attentions, [1, 4, 5])
    assert found == pytest.approx((attentions[..., 1, :] + attentions[..., 4, :] + attentions[..., 5, :]) / 3, abs=1e-6)
    assert found.sum(-1) == pytest.approx(np.ones((2, 3)), abs=1e-6)


def test_one_token_looks_where_its_row_does():
    attention = random_maps(7, 7)
    assert np.array_equal(comparison.mean_row(attention, (2,)), attention[2])


def test_no_token_looks_nowhere():
    with pytest.raises(ValueError, match="choose at least one token"):
        comparison.mean_row(random_maps(7, 7), [])


# Segments


def test_a_mask_holds_the_queries_of_one_segment_and_the_keys_of_the_other(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, TWO)
    first = range(encoding.tokens.index("[SEP]") + 1)
    for of in "AB":
        for to in "AB":
            mask = comparison.segment_mask(encoding, of, to)
            for query, key in np.ndindex(mask.shape):
                assert mask[query, key] == ((query in first) == (of == "A") and (key in first) == (to == "A"))


def test_the_share_is_what_the_queries_of_a_segment_give_to_the_keys(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, TWO)
    attentions = random_maps(2, 3, len(encoding), len(encoding))
    first = encoding.tokens.index("[SEP]") + 1
    found = comparison.segment_share(attentions, comparison.segment_mask(encoding, "B", "A"))
    assert found == pytest.approx(attentions[..., first:, :first].sum(-1).mean(-1), abs=1e-6)


@pytest.mark.parametrize("of", ["A", "B"])
def test_what_a_segment_gives_to_both_is_all_it_has(of, built_in_tokenizer):
    encoding = encode(built_in_tokenizer, TWO)
    attention = random_maps(len(encoding), len(encoding))
    shares = [comparison.segment_share(attention, comparison.segment_mask(encoding, of, to)) for to in "AB"]
    assert float(sum(shares)) == pytest.approx(1, abs=1e-6)


def test_a_text_of_one_segment_has_no_second(built_in_tokenizer):
    encoding = encode(built_in_tokenizer, "the cat sat.")
    assert comparison.segment_mask(encoding, "A", "A").all()
    for of, to in (("A", "B"), ("B", "A"), ("B", "B")):
        with pytest.raises(ValueError, match=r"this text has one segment: write \[SEP\] where the second one starts"):
            comparison.segment_mask(encoding, of, to)
