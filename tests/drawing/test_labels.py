"""A token as a word on a figure: no markup, visible, short and distinct."""

import pytest

from distilbert_viz.drawing import labels


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("<b>", "&lt;b&gt;"),
        ("a&b", "a&amp;b"),
        ("\u202e", "U+202E"),
        ("\x00", "U+0000"),
        ("x" * 30, "x" * 17 + "…"),
        ("café", "café"),
        ("👍", "👍"),
    ],
)
def test_a_word_on_a_figure_is_no_markup_nor_invisible_nor_too_long(token, shown):
    assert labels.plain(token) == shown


def test_labels_stay_distinct_when_a_token_occurs_twice():
    assert labels.numbered(("the", "the", "<")) == ["0 the", "1 the", "2 &lt;"]
