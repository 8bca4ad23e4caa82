"""Words and sets: what the page draws, against the same sums done plainly on the model's own attention."""

import numpy as np
import pytest

from distilbert_viz import tracing
from distilbert_viz.comparison import whole_words
from distilbert_viz.figures.forward import words as figures
from tests.support.pages import captions, visit

PAIR = "The electroencephalographer sat down. [SEP] She slept."
HEADS = ((2, 5), (1, 5))


@pytest.fixture(scope="module")
def pair(built_in):
    return tracing.trace_pair(built_in, PAIR)


@pytest.fixture(scope="module")
def words(pair):
    return whole_words(pair.encoding)


def pieces(words) -> list[list[int]]:
    return [list(range(s, s + n)) for s, n in zip(words.starts.tolist(), words.lengths.tolist(), strict=True)]


def test_a_words_weight_is_the_mean_over_its_pieces_of_what_they_give_to_all_pieces_of_the_other(pair, words):
    drawing = figures.word_maps(pair, words, HEADS, figures.ALL, 2)
    for trace, head, (shown,) in zip(pair, HEADS, drawing.shown, strict=True):
        attention = trace.attentions[head]
        plain = [[np.mean([attention[q, to].sum() for q in of]) for to in pieces(words)] for of in pieces(words)]
        assert len(words.labels) < len(pair.encoding)
        assert np.allclose(shown, plain, atol=1e-6)


def test_a_direction_draws_the_words_of_its_two_sentences_alone(pair, words):
    queries, keys = figures.drawn_words(words, pair.encoding, "A → B")
    assert [words.labels[i] for i in queries] == ["[CLS]", "The", "electroencephalographer", "sat", "down", ".", "[SEP]"]
    assert [words.labels[i] for i in keys] == ["She", "slept", ".", "[SEP]"]
    everything = figures.word_map(pair.teacher.attentions[HEADS[0]], words, pair.encoding, figures.ALL)
    shown = figures.word_map(pair.teacher.attentions[HEADS[0]], words, pair.encoding, "A → B")
    assert np.array_equal(shown, everything[:7, 7:])


def test_several_words_together_look_where_their_tokens_look_on_average(pair, words):
    for trace, head in zip(pair, HEADS, strict=True):
        tokens = [token for i in (2, 3) for token in pieces(words)[i]]
        row = trace.attentions[head][tokens].mean(0)
        found = figures.together(trace, words, head, [2, 3])
        assert np.allclose(found, [row[to].sum() for to in pieces(words)], atol=1e-6)
        assert found.sum() == pytest.approx(1, abs=1e-5)


def test_the_shares_of_a_sentences_attention_add_up_to_one_in_every_head(pair):
    table = figures.share_table(pair)
    assert len(table["head"]) == 72 + 36
    for of in "AB":
        assert np.allclose(np.add(table[f"{of} → A"], table[f"{of} → B"]), 1, atol=1e-5)
    segments = pair.encoding.token_type_ids
    plain = pair.student.attentions[1, 5][segments == 0][:, segments == 1].sum(1).mean()
    assert table["A → B"][72 + 12 + 5] == pytest.approx(float(plain), abs=1e-6)


def test_the_page_checks_every_panel_and_offers_directions_only_where_there_are_two_sentences(loaded):
    one, two = visit("words"), visit("words", PAIR)
    assert any("This text has one sentence" in info.value for info in one.info)
    assert not two.info
    for session, panels in ((one, 2), (two, 3)):
        checks = [c for c in captions(session) if c.startswith("checked against the model: max")]
        assert len(checks) == panels
    two.segmented_control(key="direction").set_value("A → B").run()
    assert not two.exception
    assert any("Rows are not renormalised" in caption for caption in captions(two))
    two.text_input(key="typed").set_value("One sentence only.").run()
    assert not two.exception
    assert two.segmented_control(key="direction").value == figures.ALL
