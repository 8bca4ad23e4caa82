"""A pair of two classifiers from a shell."""

import json

import numpy as np
import pytest
from scipy.special import rel_entr, softmax
from transformers import AutoModelForSequenceClassification

from distilbert_viz import tracing
from distilbert_viz.cli.shared import requested
from distilbert_viz.cost import models
from distilbert_viz.cost.loading import loading
from tests.support.classifiers import NAMES, TEXTS
from tests.support.shell import typed_of as typed


def test_soft_labels_from_a_shell_are_of_the_whole_text(classifier_folders, classifiers):
    answer = json.loads(typed(classifier_folders, "soft-labels", TEXTS[0], "--json").stdout)
    (label,) = answer["positions"]
    before = tracing.trace_pair(classifiers, TEXTS[0])
    p, q = (softmax(tracing.logits(m, t)[0].astype(float) / 2) for m, t in zip(classifiers, before, strict=True))
    assert label["kl"] == pytest.approx(rel_entr(p, q).sum(), abs=1e-6)
    assert sorted(candidate["class"] for candidate in label["candidates"]) == NAMES
    shown = typed(classifier_folders, "soft-labels", TEXTS[0]).stdout
    assert "the whole text, T = 2" in shown
    assert "POSITIVE" in shown


@pytest.mark.parametrize("command", ["soft-labels", "report"])
def test_a_position_means_nothing_to_two_classifiers(command, classifier_folders, tmp_path):
    out = ("--out", tmp_path / "x.html") if command == "report" else ()
    answer = typed(classifier_folders, command, TEXTS[0], "--position", 1, *out)
    assert (answer.exit_code, answer.stderr.strip()) == (
        2,
        "Two classifiers have one soft label for the whole text: leave --position out.",
    )


def test_a_trace_from_a_shell_has_one_row_of_logits_and_the_names_of_the_classes(classifier_folders, classifiers, tmp_path):
    file = tmp_path / "trace.npz"
    assert typed(classifier_folders, "trace", TEXTS[0], "--out", file).exit_code == 0
    arrays = np.load(file)
    axes = json.loads(str(arrays["axes"]))
    assert (arrays["classes"].tolist(), axes["teacher.logits"]) == (NAMES, ["text", "class"])
    trace = tracing.trace_pair(classifiers, TEXTS[0]).teacher
    assert np.allclose(arrays["teacher.logits"], tracing.logits(classifiers.teacher, trace), atol=1e-6)


def test_a_report_from_a_shell_says_whose_soft_labels_it_shows(classifier_folders, tmp_path):
    file = tmp_path / "report.html"
    assert typed(classifier_folders, "report", TEXTS[0], "--out", file).exit_code == 0
    page = file.read_text(encoding="utf-8")
    assert "<h2>Soft labels of the whole text</h2>" in page
    assert "<bdi>NEGATIVE</bdi>" in page
    assert "vocabulary, teacher → student" not in page


def test_size_from_a_shell_counts_classifiers_as_classifiers(classifier_folders):
    answer = json.loads(typed(classifier_folders, "size", "--json").stdout)
    assert answer["teacher"]["class"] == "BertForSequenceClassification"
    counted = sum(p.numel() for p in AutoModelForSequenceClassification.from_pretrained(classifier_folders[1]).parameters())
    assert answer["student"]["parameters"] == counted
    assert json.loads(typed(classifier_folders, "size", "--form", "encoder", "--json").stdout)["teacher"]["class"] == "BertModel"


def test_bench_from_a_shell_measures_classifiers_as_classifiers(classifier_folders):
    request = requested(None, *classifier_folders)
    both = tuple(models.ready(request, config) for config in models.configurations(request))
    assert (request.form, [model.name for model in both]) == (
        "classification",
        ["BertForSequenceClassification", "DistilBertForSequenceClassification"],
    )
    assert all(seconds > 0 for times in loading(request, both) for seconds in times)
    assert requested(None, *classifier_folders, form="encoder").form == "encoder"
