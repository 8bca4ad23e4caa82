"""python -m distilbert_viz lost: the page's numbers from a shell."""

import json

import pytest
from typer.testing import CliRunner

from distilbert_viz import tracing
from distilbert_viz.cli import app
from distilbert_viz.figures.kept import lost

TEXT = "The dog chased the [MASK] up a tree."


def typed(*arguments: object):
    """What the command line answers."""
    return CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "120"})


@pytest.fixture(scope="module")
def found(built_in):
    traces = tracing.trace_pair(built_in, TEXT)
    return tracing.hand_over(built_in, traces, traces.encoding.mask_positions[0])


def test_the_json_holds_every_mixture_the_curve_and_the_sentence(found, built_in):
    answer = typed("lost", TEXT, "--json", "--device", "cpu")
    assert (answer.exit_code, answer.stderr) == (0, "")
    said = json.loads(answer.stdout)
    assert (said["text"], said["position"], said["token"]) == (TEXT, found.position, "[MASK]")
    assert [point["kl"] for point in said["hand_over"]] == pytest.approx(found.curve, abs=1e-5)
    assert [point["teacher_from"] for point in said["hand_over"]] == [0, 1, 3, 6]
    assert (
        said["hand_over"][1]["likeliest"][0]["token"] == built_in.teacher.named([int(found.student_then_teacher.ids[1, 1, 0])])[0]
    )
    for name in ("student_then_teacher", "teacher_then_student"):
        for ours, theirs in zip(said[name], getattr(found, name).kl.tolist(), strict=True):
            assert ours == pytest.approx(theirs, abs=1e-4)
    assert said["student"]["kl"] == pytest.approx(found.student.kl, abs=1e-5)
    assert sum(step["nats"] for step in said["steps"]) == pytest.approx(found.student.kl, abs=1e-5)
    assert said["sentence"] == lost.sentence(found)
    assert said["segment_embedding"]["copy"] > said["segment_embedding"]["copy_folded"]


def test_a_person_reads_the_sentence_first_and_then_tables(found):
    answer = typed("lost", TEXT, "--device", "cpu")
    assert answer.exit_code == 0
    lines = answer.stdout.splitlines()
    assert lines[0] == TEXT
    assert lines[1] == lost.sentence(found)
    assert "teacher, then student" in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["No mask."], "holds no [MASK]"), ([TEXT, "--position", 99], "no position 99"), ([""], "The text is empty")],
)
def test_bad_input_is_refused_in_one_line(arguments, sentence):
    answer = typed("lost", *arguments)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert sentence in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
