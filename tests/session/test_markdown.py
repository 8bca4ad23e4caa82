"""A refusal's own line stands as code, and what a visitor typed is never read as markup."""

import pytest

from distilbert_viz.session.markdown import literal, with_code


def test_what_stands_between_backticks_is_code_as_it_is():
    line = """python -c 'from x import y; y("a*b", {"c": 1})'"""
    assert with_code(f"it is *wrapped*; `{line}` mends it.") == f"it is \\*wrapped\\*; `` {line} `` mends it\\."


@pytest.mark.parametrize("text", ["a ` b", "a `` b", "`", "` `", "one `two", "plain *words*"])
def test_backticks_with_nothing_between_them_are_read_as_they_stand(text):
    assert with_code(text) == literal(text)
