"""An answer is computed once for the values that it was asked with, and once more for any other."""

import pytest
import streamlit as st

from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.session.once import once, once_without_pair

asked: list[tuple[str, int]] = []


def answer(text: str, number: int = 0) -> str:
    asked.append((text, number))
    return f"{text} {number}"


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session on the built-in pair, which need not be loaded."""
    asked.clear()
    monkeypatch.setattr(st, "session_state", type("State", (), {"pair": PairChoice.read("pair of test_once")})())


@pytest.mark.parametrize("compute", [once, once_without_pair])
def test_the_same_values_are_computed_once_and_others_again(compute):
    name = compute.__name__
    assert [compute(answer, name, 1), compute(answer, name, 1), compute(answer, name, 2)] == [f"{name} 1", f"{name} 1", f"{name} 2"]
    assert compute(answer, name, number=1) == f"{name} 1"
    assert asked == [(name, 1), (name, 2), (name, 1)]


def test_another_pair_computes_again_where_the_pair_counts():
    once(answer, "pairs")
    once_without_pair(answer, "no pair")
    st.session_state.pair = PairChoice.read("another pair of test_once")
    once(answer, "pairs")
    once_without_pair(answer, "no pair")
    assert [text for text, _ in asked] == ["pairs", "no pair", "pairs"]


def test_a_lambda_is_refused_since_what_it_holds_would_be_forgotten():
    with pytest.raises(TypeError, match="no name of its own"):
        once(lambda: 1)
