"""Hidden states compared and read: similarity, the cosine of the last ones, and the logit lens."""

import numpy as np
import pytest

from distilbert_viz import comparison
from distilbert_viz.drawing import colours, labels
from distilbert_viz.figures.forward import hidden_states
from distilbert_viz.records import Predictions
from distilbert_viz.tracing import trace_pair
from tests.support.colours import THEMES
from tests.support.forward import predictions_of


def cells_of(table: dict, name: str) -> list[list]:
    """One thing of every cell, row by row."""
    return [[cell.get(name) for cell in row["cells"]] for row in table["rows"]]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("measure", ["cosine", "CKA"])
def test_the_similarity_holds_every_student_state_against_every_teacher_state(measure, theme, pair):
    (table,) = hidden_states.similarity(pair, measure, theme)["tables"]
    states = [trace.hidden_states for trace in (pair.student, pair.teacher)]
    compare = {"cosine": lambda a, b: comparison.cosine(a, b).mean(), "CKA": comparison.debiased_cka}[measure]
    said = [[float(words.split()[-1]) for words in row] for row in cells_of(table, "words")]
    assert np.array(said) == pytest.approx(np.array([[compare(s, t) for t in states[1]] for s in states[0]]), abs=6e-5)
    assert np.array(cells_of(table, "text"), float) == pytest.approx(np.array(said), abs=0.0051)
    assert cells_of(table, "words")[1][3].startswith("student after L0, teacher after L2: ")
    assert (table["columns"][0], [row["state"] for row in table["rows"]][:2]) == ("embeddings", ["embeddings", "after L0"])


def test_the_similarity_outlines_the_state_that_each_student_layer_started_from(pair):
    (table,) = hidden_states.similarity(pair, "cosine", "light")["tables"]
    outlined = cells_of(table, "outlined")
    assert [(row, column) for row in range(4) for column in range(7) if outlined[row][column]] == [(0, 0), (1, 1), (2, 3), (3, 6)]


def test_a_text_of_three_tokens_is_too_short_for_cka_and_the_figure_says_so(built_in):
    pair = trace_pair(built_in, "x")
    assert len(pair.encoding) == 3
    with pytest.raises(ValueError, match="at least 4 tokens, and this text has 3"):
        hidden_states.similarity(pair, "CKA", "light")


@pytest.mark.parametrize("theme", THEMES)
def test_the_larger_a_number_the_stronger_its_colour_from_nothing_to_one(theme, pair):
    shades = colours.under_text(theme)
    drawn = hidden_states.lens((Predictions(0, (("a", "b", "c"),), np.array([[1.0, 0.5, 0.0]], np.float32)),) * 2, theme)
    assert cells_of(drawn["tables"][0], "colour") == [[shades[100], shades[50], shades[0]]]
    assert drawn["ink"] == colours.TEXT[theme]
    (table,) = hidden_states.similarity(pair, "cosine", theme)["tables"]
    values = [float(words.split()[-1]) for row in cells_of(table, "words") for words in row]
    places = [shades.index(colour) for row in cells_of(table, "colour") for colour in row]
    assert [places[i] for i in np.argsort(values, kind="stable")] == sorted(places)


def test_the_cosine_of_the_last_states_is_a_bar_a_token(pair):
    bars = hidden_states.final_cosine(pair).data[0].y
    assert bars == pytest.approx(comparison.cosine(pair.teacher.hidden_states[-1], pair.student.hidden_states[-1]), abs=1e-6)


def test_the_lens_has_a_row_a_state_and_a_column_a_rank(built_in, pair):
    shown = predictions_of(built_in, pair)
    teacher, student = hidden_states.lens(shown, "dark")["tables"]
    assert (teacher["voice"], student["voice"]) == ("teacher", "student")
    assert [row["state"] for row in student["rows"]] == ["embeddings", "after L0", "after L1", "after L2"]
    assert student["columns"] == ["#1", "#2", "#3", "#4", "#5"]
    for table, said in zip((teacher, student), shown, strict=True):
        assert cells_of(table, "text") == [[labels.visible(token) for token in row] for row in said.names]
        read = [[float(words.split()[-1]) for words in row] for row in cells_of(table, "words")]
        assert np.array(read) == pytest.approx(said.probabilities, abs=6e-5)


def test_invisible_characters_of_a_listed_token_are_named(pair):
    drawn = hidden_states.lens((Predictions(1, (("\u202e",),), np.ones((1, 1), np.float32)),) * 2, "light")
    assert drawn["tables"][0]["rows"][0]["cells"][0]["text"] == "U+202E"
