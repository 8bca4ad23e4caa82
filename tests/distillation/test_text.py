"""Lines of text as rows of tokens: cut, split and never mixed."""

import datasets
import pytest
from datasets import Dataset

from distilbert_viz.distillation import text
from tests.support.learning import CLS, SEP, stories, write


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    """Data sets of a test are not kept."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


@pytest.mark.parametrize("length", [16, 64, 128])
def test_rows_begin_with_cls_end_with_sep_fit_and_spell_their_lines_again(length, built_in_tokenizer):
    lines = [*stories(40), "", "short", "no end of a sentence " * 100]
    rows = text.rows(Dataset.from_dict({"text": lines}), built_in_tokenizer, length, 10**9, 7)
    assert all(row[0] == CLS and row[-1] == SEP and 2 < len(row) <= length for row in rows)
    spelt = [piece for row in rows for piece in row[1:-1]]
    assert spelt == [piece for line in lines for piece in built_in_tokenizer(line, add_special_tokens=False)["input_ids"]]


def test_a_row_belongs_to_one_line_alone(built_in_tokenizer):
    rows = text.rows(Dataset.from_dict({"text": ["one two.", "three four."]}), built_in_tokenizer, 64, 10**9, 7)
    assert [built_in_tokenizer.decode(row) for row in rows] == ["[CLS] one two. [SEP]", "[CLS] three four. [SEP]"]
    assert [len(row) for row in rows] == [5, 5]


def test_a_long_line_is_cut_at_ends_of_sentences_where_there_is_one(built_in_tokenizer):
    line = "the cat sat on the mat. " * 40
    rows = text.rows(Dataset.from_dict({"text": [line]}), built_in_tokenizer, 64, 10**9, 7)
    assert len(rows) > 2
    assert {built_in_tokenizer.convert_ids_to_tokens(row[-2]) for row in rows} == {"."}


def test_a_text_is_prepared_where_it_is_wanted_and_leaves_no_copy_elsewhere(built_in_tokenizer, tmp_path):
    source = write(tmp_path / "my.txt", stories(80))
    text.prepare_in(tmp_path / "run")
    text.material((source,), built_in_tokenizer, 64, 100, 7)
    assert list((tmp_path / "run").rglob("*.arrow"))
    assert not (tmp_path / "cache").exists()


def test_rows_stop_once_they_hold_enough_tokens_and_repeat_with_the_seed(built_in_tokenizer):
    lines = Dataset.from_dict({"text": stories(200)})
    one, again, other = (text.rows(lines, built_in_tokenizer, 64, 2000, seed) for seed in (7, 7, 8))
    assert 2000 <= sum(map(len, one)) < 2100
    assert one == again != other


def test_skipped_lines_are_not_read_and_change_nothing_in_the_rows_of_the_others(built_in_tokenizer):
    lines = Dataset.from_dict({"text": stories(30)})
    whole, rest = (text.rows(lines, built_in_tokenizer, 64, 10**9, 7, skip) for skip in (0, 10))
    assert whole[-len(rest) :] == rest
    assert "story 0 10." in built_in_tokenizer.decode(rest[0])


def test_a_quarter_of_the_lines_is_cut_short_so_that_short_texts_are_read_too(built_in_tokenizer):
    lines = Dataset.from_dict({"text": ["the cat sat on the mat. " * 17] * 400})
    lengths = [len(row) for row in text.rows(lines, built_in_tokenizer, 128, 10**9, 7)]
    assert 0.2 < sum(length < 100 for length in lengths) / len(lengths) < 0.7
    assert max(lengths) > 115


def test_the_built_in_sentences_are_a_row_each_and_held_out_ones_are_never_trained_on(built_in_tokenizer):
    training, held_out = text.material(("sentences",), built_in_tokenizer, 64, 10**9, 7)
    assert not {tuple(row) for row in training} & {tuple(row) for row in held_out}
    assert all(row[0] == CLS and row[-1] == SEP and len(row) < 40 for row in training + held_out)


def test_held_out_and_training_text_share_no_line_and_lose_none(tmp_path):
    first, second = stories(300), stories(50, seed=1)
    kept, held = text.split([write(tmp_path / "a.txt", first), write(tmp_path / "b.txt", second)], 7)
    assert len(held) == 30  # a tenth of a short source; a hundredth of a long one
    assert set(held["text"]) < set(first)
    assert set(kept["text"]) & set(held["text"]) == set()
    assert sorted([*kept["text"], *held["text"]]) == sorted([*first, *second])


def test_the_split_repeats_with_its_seed(tmp_path):
    source = [write(tmp_path / "a.txt", stories(300))]
    splits = [[list(part["text"]) for part in text.split(source, seed)] for seed in (7, 7, 8)]
    assert splits[0] == splits[1]
    assert splits[0][0] != splits[2][0]
    assert splits[0][1] != splits[2][1]
