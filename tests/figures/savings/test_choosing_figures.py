"""The answer as a table and as discs."""

import dataclasses

import pytest

from distilbert_viz.drawing.colours import BACKGROUND
from distilbert_viz.figures.savings import choosing as figures
from distilbert_viz.figures.savings import pareto
from tests.support.choices import GLUE, MB, verdict


def test_the_table_says_what_was_asked_found_and_missed():
    table = figures.table(verdict(latency=0.08, price=3.6))
    rows = {name: {column: values[i] for column, values in table.items()} for i, name in enumerate(table[""])}
    latency = {"asked": "80 ms", "teacher": "100 ms: misses by 20 ms (25%)", "student": "60 ms"}
    assert rows["latency"] == latency | {"": "latency"}
    assert (rows["memory"]["asked"], rows["memory"]["teacher"]) == ("–", "450 MB")
    assert (rows["a million texts"]["teacher"], rows["a million texts"]["student"]) == (
        "27.8 h (cost 100)",
        "16.7 h (cost 60)",
    )


def test_a_disc_is_as_large_as_the_memory_and_needs_are_lines_and_a_ring():
    figure = pareto.pareto(verdict(latency=0.08, memory=300 * MB, quality=78.0), GLUE, "one text alone", "light")
    teacher, student, rings = figure.data
    assert (teacher.marker.sizemode, teacher.marker.size[0] / student.marker.size[0]) == ("area", pytest.approx(450 / 280))
    assert teacher.marker.sizeref == student.marker.sizeref == rings.marker.sizeref
    assert set(rings.marker.size) == {300 * MB}
    assert (teacher.x[0], teacher.y[0], student.x[0], student.y[0]) == pytest.approx((100, 79.5, 60, 77.0))
    assert {(shape.x0, shape.x1) for shape in figure.layout.shapes} == {(0, 1), (80, 80)}
    assert figure.layout.xaxis.range[0] == 0


def test_a_need_far_beyond_both_is_named_and_not_drawn():
    figure = pareto.pareto(verdict(latency=10.0), GLUE, "one text alone", "dark")
    assert not figure.layout.shapes
    assert "10,000 ms, far to the right" in figure.layout.annotations[0].text
    assert figure.layout.xaxis.range[1] == pytest.approx(125)


def test_time_can_be_that_of_a_text_of_a_batch():
    figure = pareto.pareto(verdict(throughput=15.0), GLUE, "a text of a batch", "light")
    assert [trace.x[0] for trace in figure.data] == pytest.approx([100, 50])
    assert figure.layout.shapes[0].x0 == pytest.approx(1000 / 15)


def test_a_model_that_is_worse_in_nothing_is_said_to_be():
    assert pareto.dominance(verdict()).startswith("Neither")
    better = dataclasses.replace(GLUE, student=80.0)
    assert pareto.dominance(verdict(score=better)).startswith("The student is no worse than the teacher")


def test_a_models_name_stands_above_its_disc_and_no_line_runs_through_it():
    figure = pareto.pareto(verdict(latency=0.06, quality=78.0), GLUE, "one text alone", "dark")
    teacher, student = (note for note in figure.layout.annotations if note.text in ("teacher", "student"))
    assert (teacher.bgcolor, student.bgcolor) == (BACKGROUND["dark"],) * 2
    assert (student.x, student.y, student.yanchor) == (pytest.approx(60), 77.0, "bottom")
    assert (teacher.yshift, student.yshift) == pytest.approx((pareto.WIDEST / 2 + 2, pareto.WIDEST / 2 * (280 / 450) ** 0.5 + 2))
