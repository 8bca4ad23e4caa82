"""Pairs of other tasks from a shell."""

import json

import numpy as np

from tests.support.kinds import FIRST, SECOND, TAGS, TEXTS
from tests.support.shell import typed_of as typed


def test_soft_labels_from_a_shell_are_of_what_the_task_has_them_for(kind_folders):
    tags = json.loads(typed(kind_folders("tags"), "soft-labels", FIRST, "--json").stdout)["positions"]
    assert [label["of"] for label in tags][:2] == ["position 1", "position 2"]
    assert {candidate["tag"] for label in tags for candidate in label["candidates"]} == set(TAGS)
    ends = json.loads(typed(kind_folders("questions"), "soft-labels", TEXTS["two texts"], "--json").stdout)["positions"]
    assert [label["of"] for label in ends] == ["the start of the answer", "the end of the answer"]
    lost = typed(kind_folders("tags"), "lost", SECOND)
    assert (lost.exit_code, lost.stderr) == (2, "Every token has a soft label of its own: name one with --position.\n")
    assert json.loads(typed(kind_folders("tags"), "lost", SECOND, "--position", "2", "--json").stdout)["position"] == 2
    refused = typed(kind_folders("encoders"), "soft-labels", FIRST)
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert "encoder without a head" in refused.stderr


def test_a_trace_from_a_shell_holds_what_the_task_has(kind_folders, tmp_path):
    axes = {}
    for kind in ("tags", "questions", "encoders"):
        file = tmp_path / f"{kind}.npz"
        assert typed(kind_folders(kind), "trace", FIRST, "--out", file).exit_code == 0
        axes[kind] = json.loads(str(np.load(file)["axes"])).get("teacher.logits")
    assert axes == {"tags": ["token", "class"], "questions": ["end", "token"], "encoders": None}
