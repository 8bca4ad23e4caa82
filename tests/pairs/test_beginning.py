"""Whether a student began as copies of its teacher's layers is said as far as it is known."""

import re
from dataclasses import replace

from distilbert_viz import comparison, tracing
from distilbert_viz.families import words
from distilbert_viz.figures.forward import flow
from distilbert_viz.figures.kept import heads, sentences
from distilbert_viz.tracing.inside import block
from tests.support import odd

TEXT = "The capital of france is [MASK]."


def test_a_student_that_says_so_began_as_copies_and_no_other_is_said_to(pair_of, tmp_path):
    said, silent = odd.configure(odd.student(tmp_path / "said"), initial_layers=[0, 2]), odd.student(tmp_path / "silent")
    known, unknown = (tracing.trace_pair(pair_of(student=folder), TEXT) for folder in (said, silent))
    assert (known.initial_layers, known.began_as_copies) == ((0, 2), True)
    assert (unknown.initial_layers, unknown.began_as_copies) == ((0, 3), False)
    beginning = "ach layer of the student began as a copy of the teacher layer beside it; the gaps were left out."
    assert words.beginning(known, False) == f"E{beginning}"
    assert words.beginning(known, True) == f"Before either model was fine-tuned, e{beginning}"
    assert words.beginning(unknown, False).startswith("Whether the student's layers began as copies isn't known of this pair:")


def test_a_student_of_other_sizes_began_as_no_copy_whatever_its_configuration_says(pair_of, tmp_path):
    folder = odd.configure(odd.student(tmp_path / "narrow", dim=12, hidden_dim=20), initial_layers=[0, 2])
    traces = tracing.trace_pair(pair_of(student=folder), TEXT)
    assert not traces.began_as_copies
    assert words.beginning(traces, False).startswith("The student has other sizes, so that none of its layers began as a copy;")


def test_heads_are_said_to_have_begun_as_copies_only_where_that_is_known(pair_of):
    pair = pair_of()
    unknown = tracing.trace_pair(pair, TEXT)
    blocks = tuple(
        tuple(block(model, trace, layer, 1) for layer in range(trace.layers)) for model, trace in zip(pair, unknown, strict=True)
    )
    found = comparison.head_similarity(unknown)
    matching = comparison.best_matching(found, comparison.JS)
    for traces, said in ((unknown, "in the same place"), (replace(unknown, copied=True), "began as")):
        told = " ".join([
            heads.matching_sentence(found, matching, traces), sentences.heads(found, comparison.JS, traces),
            *heads.matching_table(found, matching, traces),
        ])  # fmt: skip
        assert said in told
        assert bool(re.search("began|start", told)) == traces.copied
        drawn = flow.flow(traces, blocks, None, ("WordPiece", 20))["rows"]
        notes = [box["note"] for row in drawn for box in row if box["voice"] == "student" and "key" in box]
        assert notes == [f"{'started from' if traces.copied else 'drawn beside'} teacher L{layer}" for layer in (0, 3)]
