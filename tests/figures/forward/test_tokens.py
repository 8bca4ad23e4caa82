"""A text on its way to ids: the walk through a word, the stages, the table."""

import pytest

from distilbert_viz import wordpiece
from distilbert_viz.figures.forward import tokens
from distilbert_viz.tracing import encode, reading
from tests.support.forward import TEXT

SMALL = {"[UNK]": 0, "[MASK]": 1, "un": 2, "##aff": 3, "##able": 4, "!": 5}


def test_a_walk_shows_the_word_cut_where_each_trial_looks():
    rows = tokens.walk(wordpiece.walk("unaffable", SMALL))
    assert all(row["before"] + row["matched"] + row["after"] == "unaffable" for row in rows)
    assert [(r["before"], r["matched"], r["after"]) for r in rows if r["found"]] == [
        ("", "un", "affable"),
        ("un", "aff", "able"),
        ("unaff", "able", ""),
    ]
    assert rows[0] == {"before": "", "matched": "unaffable", "after": "", "candidate": "unaffable", "found": False}


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("!", "1 trial, 1 piece."),
        ("un", "1 trial, 1 piece."),
        ("unable", "6 trials, 2 pieces."),
        ("unx", "No piece covers x (U+0078), so the whole word becomes [UNK]."),
        ("\u200b", "No piece covers U+200B (U+200B), so the whole word becomes [UNK]."),
        ("x" * 101, "A word of more than 100 characters becomes [UNK] without a trial."),
    ],
)
def test_the_outcome_of_a_walk_is_one_sentence(word, said):
    assert tokens.outcome(wordpiece.walk(word, SMALL), SMALL) == said


@pytest.mark.parametrize("text", [TEXT, "Unaffable café's [MASK]!", "👍 x\u200by", "a" * 150])
def test_the_stages_of_a_text_end_in_the_pieces_and_ids_of_the_tokenizer(text, built_in_tokenizer):
    encoding = encode(built_in_tokenizer, text)
    found = reading(built_in_tokenizer, text)
    pieces = tokens.pieces(found, tokens.walks(found, built_in_tokenizer.get_vocab()))
    assert list(pieces) == built_in_tokenizer.tokenize(text)
    stages = {stage["name"]: stage["parts"] for stage in tokens.stages(found, encoding, pieces)}
    assert list(stages) == ["Text", "Normalised", "Words", "WordPieces", "Ids"]
    assert (stages["Text"], stages["Ids"]) == ([text], [str(i) for i in encoding.original_ids.tolist()])


def test_a_typed_special_token_is_one_found_trial(built_in_tokenizer):
    walks = tokens.walks(reading(built_in_tokenizer, "a [MASK]"), built_in_tokenizer.get_vocab())
    assert tokens.walk(walks[1]) == [{"before": "", "matched": "[MASK]", "after": "", "candidate": "[MASK]", "found": True}]


def test_the_token_table_says_what_was_typed_and_which_sentence_it_is_in(pair):
    table = tokens.table(pair.encoding)
    assert table["typed"][1:4] == ["Who", "sold", "the"]
    assert (table["characters"][0], table["characters"][1]) == ("added", "0-3")
    assert "".join(table["segment"]) == "A" * 7 + "B" * (len(pair.encoding) - 7)
