"""The first page: both models from the words to their answer, and four numbers that are this pair's and this text's."""

import re

import numpy as np
import pytest

from app import PAGES as CONTENTS
from distilbert_viz.frame import doors
from tests.support.components import given
from tests.support.pages import captions, plain_words, visit, worked

pytestmark = pytest.mark.usefixtures("loaded")


def words_of(session) -> list[str]:
    """Every text of the page, without the marks of its terms."""
    return [plain_words(text.value) for text in session.markdown]


SENTENCE = "The dog chased the [MASK] up a tree."


def test_every_door_is_a_page_of_the_table_of_contents():
    titles = [name for section in CONTENTS.values() for entry in section for name in (entry.title, *entry.views)]
    assert [door for name, door in vars(doors).items() if name.isupper() and door not in titles] == []


def test_the_first_page_has_no_address_of_its_own():
    assert next(iter(CONTENTS.values()))[0].title == doors.START


def test_start_says_what_the_student_kept_and_where_it_lost_most():
    session = worked(visit("first", SENTENCE))
    (said,) = [text for text in words_of(session) if "keeps its teacher's first choice at" in text]
    kept, words = map(int, re.search(r"at (\d+) of (\d+) words and marks; at “", said).groups())
    assert words == 9
    tiles = given(session, "numbers")["tiles"]
    assert [tile["name"] for tile in tiles] == ["Parameters", "Arithmetic", "Time of a pass", "They agree"]
    assert tiles[3]["value"] == f"{kept} of {words} words and marks"
    assert re.match(r"\d+\.\d+ → \d+\.\d+ ms", tiles[2]["value"])


def test_a_token_that_is_chosen_is_read_in_every_layer(built_in):
    from distilbert_viz.tracing import predictions, trace_pair

    session = visit("first", SENTENCE, position="2")
    session.session_state["position"] = 2
    drawn = given(session.run(), "stacks")
    pair = trace_pair(built_in, SENTENCE)
    for stack, model, trace, layers in zip(drawn["stacks"], built_in, pair, (range(6), built_in.initial_layers), strict=True):
        read = predictions(model, trace, 2, 5)
        rows = [row for row in stack["rows"] if "note" not in row]
        assert len(rows) == 1 + len(layers)
        for row, names, shares in zip(rows, read.names, read.probabilities, strict=True):
            assert [one["words"].rsplit(" ", 1)[0] for one in row["candidates"]] == list(names[:3])
            assert np.allclose([one["probability"] for one in row["candidates"]], shares[:3], atol=1e-5)
        assert [row["layer"] for row in rows[1:]] == list(layers)
    assert [("note" in row) for row in drawn["stacks"][1]["rows"]] == [False, False, True, False, True, True, False]


def test_the_strip_of_words_marks_where_first_choices_differ_and_reads_the_chosen_one(built_in):
    from distilbert_viz.tracing import logits, trace_pair

    pair = trace_pair(built_in, SENTENCE)
    firsts = [logits(model, trace).argmax(-1) for model, trace in zip(built_in, pair, strict=True)]
    words = given(visit("first", SENTENCE), "agreement")["words"]
    assert [word["text"] for word in words] == ["The", "dog", "chased", "the", "[MASK]", "up", "a", "tree", "."]
    assert [word["agree"] for word in words] == (firsts[0] == firsts[1])[1:-1].tolist()
    assert [word["position"] for word in words if word["chosen"]] == [5]


def test_the_three_quoted_numbers_stand_beside_what_was_counted_and_measured():
    session = worked(visit("first"))
    said = " ".join(words_of(session))
    for quoted in ("40% smaller", "60% faster", "97% kept"):
        assert quoted in said
    assert "39.2% fewer" in said
    assert not any("–" in tile.get("value", "") for tile in given(session, "numbers")["tiles"])
    assert any("checked against the model" in caption for caption in captions(session))
