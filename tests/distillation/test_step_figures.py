"""What is drawn and said of one distillation step is what its numbers say."""

import re

import numpy as np
import pytest
import torch

from distilbert_viz import comparison
from distilbert_viz.distillation.one_step import one_step
from distilbert_viz.figures.training import one_step as figures
from distilbert_viz.figures.training.step_flow import flow, power
from distilbert_viz.records import StepChoices
from distilbert_viz.tracing import trace_pair
from tests.support.one_step import TEXT, example


@pytest.fixture(scope="module")
def vocabulary(built_in) -> tuple[str, ...]:
    tokenizer = built_in.teacher.tokenizer
    return tuple(tokenizer.convert_ids_to_tokens(range(len(tokenizer))))


def test_every_arrow_joins_two_boxes_that_are_there(built_in, step, vocabulary):
    drawing = flow(step, trace_pair(built_in, TEXT), vocabulary, 0)
    assert len(drawing["edges"]) == len(drawing["rows"]) - 1
    for edges, above, below in zip(drawing["edges"], drawing["rows"], drawing["rows"][1:], strict=False):
        assert {a for a, _ in edges} == set(range(len(above)))
        assert {b for _, b in edges} == set(range(len(below)))


def test_the_combined_box_spells_a_sum_that_is_right_and_names_its_source(built_in, step, vocabulary):
    rows = flow(step, trace_pair(built_in, TEXT), vocabulary, 0)["rows"]
    box = next(row[0] for row in rows if row[0]["name"] == "Combined loss")
    terms, total = box["live"].split(" = ")
    products = [float(a) * float(b) for a, b in (term.split(" × ") for term in terms.split(" + "))]
    assert sum(products) == pytest.approx(float(total), rel=2e-3)
    assert float(total) == pytest.approx(step.before.combined(step.choices), rel=1e-3)
    assert ("Sanh et al. 2019" if step.choices.form == "published" else "1503.02531") in box["note"]


def test_the_bars_at_a_label_are_the_softened_logits(step, vocabulary):
    figure = figures.label_bars(step, 1, vocabulary)
    true, temperature = int(step.text.labels[step.text.positions[1]]), step.choices.temperature
    labels = comparison.soft_labels(step.teacher_logits, step.student_logits, vocabulary, 1, temperature, 6, true)
    after = comparison.soften(step.student_after[1], temperature)[labels.candidates]
    assert [bar.name for bar in figure.data] == ["teacher", "student before", "student after"]
    for bar, expected in zip(figure.data, (labels.teacher, labels.student, after), strict=True):
        assert np.array_equal(bar.x, expected)
    assert sum("(true token)" in name for name in figure.layout.yaxis.ticktext) == 1


def test_what_is_said_of_the_way_that_the_student_went_is_what_its_distributions_say(step):
    for index in range(len(step.text.positions)):
        teacher, before, after = (
            torch.from_numpy(rows[index]).double().log_softmax(0)
            for rows in (step.teacher_logits, step.student_logits, step.student_after)
        )
        far = [float((teacher.exp() * (teacher - student)).sum()) for student in (before, after)]
        said = figures.moved_sentence(step, index)
        assert said.startswith(f"The step moved the student {'towards' if far[1] < far[0] else 'away from'} its teacher, from ")
        assert [float(number) for number in re.findall(r"from (\S+) to (\S+) nats", said)[0]] == pytest.approx(far, rel=0.02)
    longest = np.linalg.norm(step.gradient_norms[:, 1:], axis=0).argmax()
    assert f" L_{('ce', 'mlm', 'cos')[longest]} pulled hardest" in said


def test_a_step_by_the_teacher_alone_says_nothing_of_a_true_token(built_in):
    alone = one_step(built_in.teacher, built_in.student, example(built_in), StepChoices(alpha_mlm=0.0))
    assert "true token" not in figures.moved_sentence(alone, 0)
    assert figures.moved_sentence(alone, 0).startswith("The step moved the student towards its teacher")


def test_the_curve_with_t_squared_is_the_other_one_times_t_squared(step):
    squared, plain, _ = figures.temperature_curve(step).data
    assert np.allclose(squared.y, plain.y * step.temperatures**2)


def test_the_gradient_table_ends_with_the_length_over_all_components(step):
    table = figures.gradient_table(step)
    assert table["component"][-1] == "all"
    assert table["combined"][-1] == pytest.approx(np.linalg.norm(step.gradient_norms[:, 0]))


def test_a_small_number_is_written_short():
    assert [power(x) for x in (5e-5, 4.93e-5, 1e-3, 0.0)] == ["5e-5", "4.9e-5", "1e-3", "0"]
