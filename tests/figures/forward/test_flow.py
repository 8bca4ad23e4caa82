"""The drawing of both models from the words to the answer: its boxes, and its gaps."""

import json

import numpy as np

from distilbert_viz.figures.forward import flow
from distilbert_viz.records import Predictions, TracePair
from tests.support.forward import blocks_of, predictions_of


def boxes(drawing: dict) -> list[dict]:
    return [box for row in drawing["rows"] for box in row]


def test_the_flow_has_a_gap_for_each_layer_left_out_and_for_the_segment_embedding(built_in, pair):
    drawing = flow.flow(pair, blocks_of(built_in, pair), predictions_of(built_in, pair), ("WordPiece", 30522))
    gaps = [box for box in boxes(drawing) if box.get("gap")]
    assert {box["voice"] for box in gaps} == {"student"}
    assert [box["name"] for box in gaps] == ["No segment embedding", *(f"No layer beside teacher L{i}" for i in (1, 3, 4))]


def test_a_classifier_is_not_said_to_make_as_many_logits_as_are_listed(built_in, pair):
    listed = Predictions(0, (("a", "b", "c", "d", "e"),) * 7, np.full((7, 5), 0.1, np.float32), "class")
    drawing = flow.flow(pair, blocks_of(built_in, pair), (listed, listed), ("WordPiece", 30522))
    shapes = [box["shape"] for box in boxes(drawing) if box["name"].startswith("Classification head")]
    assert [shape.rpartition(" → ")[2] for shape in shapes] == ["(1, classes) logits"] * 2


def test_a_student_that_keeps_everything_leaves_no_gap_in_the_flow(built_in, pair):
    twins = TracePair(pair.teacher, pair.teacher, tuple(range(6)))
    mine, said = blocks_of(built_in, pair)[0], predictions_of(built_in, pair)[0]
    assert not any(box.get("gap") for box in boxes(flow.flow(twins, (mine, mine), (said, said), ("WordPiece", 30522))))


def test_the_flow_is_plain_json_with_a_box_a_block(built_in, pair):
    drawing = flow.flow(pair, blocks_of(built_in, pair), predictions_of(built_in, pair), ("WordPiece", 30522))
    assert json.loads(json.dumps(drawing, allow_nan=False))["heads"] == [
        {"voice": "teacher", "name": "Teacher · BERT, 6 layers"},
        {"voice": "student", "name": "Student · DistilBERT, 3 layers"},
    ]
    blocks = [box["key"] for box in boxes(drawing) if "key" in box]
    assert sorted(blocks) == sorted([f"teacher{i}" for i in range(6)] + [f"student{i}" for i in range(3)])
    assert all(box.get("gap") or (box["shape"] and box["live"] and box["page"]) for box in boxes(drawing))


def test_a_student_layer_says_which_teacher_layer_started_it(built_in, pair):
    drawing = flow.flow(pair, blocks_of(built_in, pair), predictions_of(built_in, pair), ("WordPiece", 30522))
    notes = {box["key"]: box["note"] for box in boxes(drawing) if box.get("key", "").startswith("student")}
    assert notes == {f"student{i}": f"started from teacher L{start}" for i, start in enumerate((0, 2, 5))}
