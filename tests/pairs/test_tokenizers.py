"""Tokenizers that can't be used are refused; those with names and frames of their own read as the model expects."""

import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.processors import TemplateProcessing

from distilbert_viz import tracing
from distilbert_viz.families import words
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.tracing.trial import tried
from tests.support import odd
from tests.support.folders import WORDS, refusal
from tests.support.stock import alone

pytestmark = pytest.mark.usefixtures("no_hub")


@pytest.mark.parametrize(
    "content", ["", "{nonsense", "{}", "[]", '{"added_tokens": []}', '{"model": {"type": "WordPiece"}, "added_tokens": []}']
)
def test_a_damaged_tokenizer_is_refused(content, folder):
    source = folder("stammering")
    Path(source, "tokenizer.json").write_text(content)
    assert refusal(teacher=source, student=source).startswith(f"{source} can't be loaded: its tokenizer can't be read (")


def test_a_tokenizer_that_has_no_special_tokens_is_refused(folder):
    source = folder("plain")
    Path(source, "tokenizer_config.json").write_text('{"tokenizer_class": "NoSuchTokenizer"}')
    assert refusal(teacher=source, student=source) == f"{source} has a tokenizer without [CLS], [SEP] and [MASK]."


def test_a_folder_without_a_tokenizer_is_refused(folder):
    source = folder("mute", words=None)
    assert refusal(teacher=source, student=source) == f"{source} holds no tokenizer, so no word could be read."


def test_a_tokenizer_with_more_tokens_than_its_model_is_refused(folder):
    source = folder("wordy", words=WORDS + [f"w{i}" for i in range(100)])
    assert refusal(teacher=source, student=source).startswith(f"{source} knows 60 tokens and its tokenizer 108")


def test_a_tokenizer_that_frames_texts_in_another_way_is_refused(folder):
    source = folder("unframed")
    file = Path(source, "tokenizer.json")
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A", pair="[CLS] $A $B", special_tokens=[("[CLS]", 2)])
    tokenizer.save(str(file))
    Path(source, "tokenizer_config.json").write_text(
        json.dumps(
            {"tokenizer_class": "PreTrainedTokenizerFast", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
        )
    )
    said = f"{source} has a tokenizer that frames two texts as cls A B, and not as cls A sep B sep."
    assert refusal(teacher=source, student=source) == said


def test_a_mask_and_a_separator_are_known_by_berts_names_too(pair_of, tmp_path):
    tokenizer = odd.wordpiece(odd.ANGLE)
    pair = pair_of(odd.teacher(tmp_path / "t", tokenizer), odd.student(tmp_path / "s", tokenizer))
    text = "the [MASK] sat [SEP] a [MASK] b"
    encoding = tracing.trace_pair(pair, text).encoding
    own = tracing.trace_pair(pair, text.replace("[MASK]", "<mask>").replace("[SEP]", "</s>")).encoding
    assert (encoding.tokens, encoding.token_type_ids.tolist()) == (own.tokens, own.token_type_ids.tolist())
    assert [encoding.tokens[i] for i in encoding.mask_positions] == ["<mask>", "<mask>"]
    assert np.array_equal(encoding.original_ids, encoding.input_ids)


def test_a_tokenizer_that_can_read_nothing_is_found_before_the_pair_is_shown(pair_of, monkeypatch):
    pair = pair_of()
    monkeypatch.setattr(pair.teacher.tokenizer, "convert_ids_to_tokens", lambda ids: {}["offset_mapping"])
    with pytest.raises(PairError, match=r"can't be shown: not even “.*” can be read \(KeyError: 'offset_mapping'\)\."):
        tried(pair)


def test_a_tokenizer_that_frames_no_text_is_given_its_familys_frame_and_the_page_says_so(pair_of, tmp_path):
    tokenizer = odd.byte_level()
    folders = odd.teacher(tmp_path / "t", tokenizer), odd.student(tmp_path / "s", tokenizer)
    pair = pair_of(*folders)
    traces = tracing.trace_pair(pair, "The cat [MASK]")
    assert traces.encoding.tokens == ("[CLS]", *"ĠTheĠcatĠ", "[MASK]", "[SEP]")
    assert tracing.trace_pair(pair, "a [SEP] b").encoding.tokens == ("[CLS]", "Ġ", "a", "[SEP]", "Ġ", "b", "[SEP]")
    assert "Its tokenizer puts nothing around a text;" in words.held("teacher", pair.teacher.held)
    for model, trace, folder in zip(pair, traces, folders, strict=True):
        assert np.allclose(tracing.logits(model, trace), alone(folder, traces.encoding.input_ids), rtol=0, atol=1e-5)
