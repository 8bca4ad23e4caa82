"""`bench` says every time and what follows from them."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from distilbert_viz import cost
from distilbert_viz.cli import app
from distilbert_viz.records import Measurement
from tests.support import forks, odd
from tests.support.shell import typed
from tests.support.tiny import bert_config, distilbert_config


@pytest.fixture(scope="module")
def benched(tmp_path_factory):
    """A folder of tiny models, what `bench --json` says of them, and the file that it wrote."""
    from transformers import BertForMaskedLM, DistilBertForMaskedLM

    folder = tmp_path_factory.mktemp("bench")
    BertForMaskedLM(bert_config()).save_pretrained(folder / "teacher")
    DistilBertForMaskedLM(distilbert_config(1)).save_pretrained(folder / "student")
    for name in ("teacher", "student"):
        odd.wordpiece().save_pretrained(folder / name)
    grid = ("--lengths", "4,9", "--lengths", "4", "--batches", "1", "--repeats", "5", "--seconds", "0", "--threads", "1")
    pair = ("--teacher", folder / "teacher", "--student", folder / "student")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("distilbert_viz.cost.child.Lines", forks.lines)
        answer = typed("bench", *pair, *grid, "--json", "--out", folder / "speed.json")
    assert (answer.exit_code, answer.stderr) == (0, "")
    return folder, json.loads(answer.stdout)


def test_bench_says_every_time_and_what_follows_from_them(benched):
    folder, answer = benched
    measurement = cost.from_json(answer, Measurement)
    assert json.loads((folder / "speed.json").read_text(encoding="utf-8")) == answer
    assert [(timing.length, timing.batch, len(timing.teacher)) for timing in measurement.timings] == [(4, 1, 5), (9, 1, 5)]
    for timing, said in zip(measurement.timings, answer["summary"], strict=True):
        assert (said["length"], said["batch"]) == (timing.length, timing.batch)
        assert said["teacher"]["median"] == np.median(timing.teacher)
        assert (said["ratio"]["of_medians"], said["ratio"]["low"], said["ratio"]["high"]) == cost.ratio(timing)


def test_the_tables_of_bench_show_the_medians_and_the_ratio_of_the_json(benched, monkeypatch):
    _, answer = benched
    monkeypatch.setattr("distilbert_viz.cost.speed.measure", lambda request: iter([cost.from_json(answer, Measurement)]))
    shown = CliRunner().invoke(app, ["bench"], env={"COLUMNS": "150"}).stdout
    for said in answer["summary"]:
        assert "{of_medians:.2f} [{low:.2f}, {high:.2f}]".format(**said["ratio"]) in shown
        for voice in ("teacher", "student"):
            assert f"{1000 * said[voice]['median']:#.3g} (" in shown
    parts = [line.split("│")[1].strip() for line in shown.splitlines() if line.count("│") == 4]
    assert parts == ["embeddings", "L0", "L1", "head"]
    assert "random weights, sdpa, float32" in shown
