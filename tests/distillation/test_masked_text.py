"""The masking of one text: the draw that training makes, and what became of each token."""

import numpy as np
import pytest

from distilbert_viz.distillation.masking import IGNORED, mask
from distilbert_viz.figures.training import one_step as figures
from distilbert_viz.tracing import encode
from tests.support.one_step import TEXT, example


def test_the_draw_is_the_one_that_training_makes_with_this_seed(built_in):
    tokenizer, text = built_in.teacher.tokenizer, example(built_in)
    row = encode(tokenizer, TEXT).input_ids.tolist()
    ids, labels = mask(row, set(tokenizer.all_special_ids), tokenizer.mask_token_id, len(tokenizer), 0.3, (5, 0, 0))
    assert np.array_equal(text.encoding.input_ids, ids)
    assert np.array_equal(text.labels, labels)
    assert text.encoding.tokens == tuple(tokenizer.convert_ids_to_tokens(ids.tolist()))


def test_every_outcome_says_what_became_of_its_token(built_in):
    met = set()
    for seed in range(30):
        text = example(built_in, seed=seed)
        before, after = text.encoding.original_ids, text.encoding.input_ids
        for i, outcome in enumerate(text.outcomes):
            met.add(outcome)
            assert (outcome == "") == (text.labels[i] == IGNORED)
            assert outcome != "masked" or text.encoding.tokens[i] == "[MASK]"
            assert outcome != "replaced" or after[i] != before[i]
            assert outcome not in ("kept", "") or after[i] == before[i]
    assert met == {"", "masked", "replaced", "kept"}


def test_typed_masks_and_added_tokens_are_never_drawn_and_have_no_label(built_in):
    text = example(built_in, share=1.0)
    untouched = [i for i, token in enumerate(encode(built_in.teacher.tokenizer, TEXT).tokens) if token.startswith("[")]
    assert len(untouched) == 4
    assert not set(untouched) & set(text.positions)
    assert len(text.positions) == text.ordinary == len(text.labels) - 4


def test_a_token_masked_by_hand_keeps_its_mask_and_gets_its_true_label(built_in):
    text = example(built_in, masked=(3,), share=0.1)
    assert (text.encoding.tokens[3], text.outcomes[3]) == ("[MASK]", "by hand")
    assert built_in.teacher.tokenizer.convert_ids_to_tokens([int(text.labels[3])]) == ["sailor"]
    assert "1 masked by hand" in figures.masking_sentence(text)


@pytest.mark.parametrize("text", ["[MASK]", "[MASK] [SEP] [MASK] [MASK]", "😀 🏳️‍🌈"])
def test_a_text_with_nothing_to_mask_is_refused_in_one_sentence(built_in, text):
    with pytest.raises(ValueError, match="nothing to mask in this text"):
        example(built_in, text)
