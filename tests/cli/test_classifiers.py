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
from distilbert_viz.pairs import load_pair
from tests.support.classifiers import NAMES, TEXTS, save_classifiers
from tests.support.shell import typed_of as typed


@pytest.fixture(scope="module")
def folders(tmp_path_factory, built_in_tokenizer):
    """A teacher whose classes nobody named, and a student whose are."""
    return save_classifiers(tmp_path_factory.mktemp("classifiers"), built_in_tokenizer)


@pytest.fixture(scope="module")
def pair(folders):
    return load_pair(teacher=folders[0], student=folders[1], device="cpu")


def test_soft_labels_from_a_shell_are_of_the_whole_text(folders, pair):
    answer = json.loads(typed(folders, "soft-labels", TEXTS[0], "--json").stdout)
    (label,) = answer["positions"]
    before = tracing.trace_pair(pair, TEXTS[0])
    p, q = (softmax(tracing.logits(m, t)[0].astype(float) / 2) for m, t in zip(pair, before, strict=True))
    assert label["kl"] == pytest.approx(rel_entr(p, q).sum(), abs=1e-6)
    assert sorted(candidate["class"] for candidate in label["candidates"]) == NAMES
    shown = typed(folders, "soft-labels", TEXTS[0]).stdout
    assert "the whole text, T = 2" in shown
    assert "POSITIVE" in shown


@pytest.mark.parametrize("command", ["soft-labels", "report"])
def test_a_position_means_nothing_to_two_classifiers(command, folders, tmp_path):
    out = ("--out", tmp_path / "x.html") if command == "report" else ()
    answer = typed(folders, command, TEXTS[0], "--position", 1, *out)
    assert (answer.exit_code, answer.stderr.strip()) == (
        2,
        "Two classifiers have one soft label for the whole text: leave --position out.",
    )


def test_a_trace_from_a_shell_has_one_row_of_logits_and_the_names_of_the_classes(folders, pair, tmp_path):
    file = tmp_path / "trace.npz"
    assert typed(folders, "trace", TEXTS[0], "--out", file).exit_code == 0
    arrays = np.load(file)
    axes = json.loads(str(arrays["axes"]))
    assert (arrays["classes"].tolist(), axes["teacher.logits"]) == (NAMES, ["text", "class"])
    trace = tracing.trace_pair(pair, TEXTS[0]).teacher
    assert np.allclose(arrays["teacher.logits"], tracing.logits(pair.teacher, trace), atol=1e-6)


def test_a_report_from_a_shell_says_whose_soft_labels_it_shows(folders, tmp_path):
    file = tmp_path / "report.html"
    assert typed(folders, "report", TEXTS[0], "--out", file).exit_code == 0
    page = file.read_text(encoding="utf-8")
    assert "<h2>Soft labels of the whole text</h2>" in page
    assert "<bdi>NEGATIVE</bdi>" in page
    assert "vocabulary, teacher → student" not in page


def test_size_from_a_shell_counts_classifiers_as_classifiers(folders):
    answer = json.loads(typed(folders, "size", "--json").stdout)
    assert answer["teacher"]["class"] == "BertForSequenceClassification"
    counted = sum(p.numel() for p in AutoModelForSequenceClassification.from_pretrained(folders[1]).parameters())
    assert answer["student"]["parameters"] == counted
    assert json.loads(typed(folders, "size", "--form", "encoder", "--json").stdout)["teacher"]["class"] == "BertModel"


def test_bench_from_a_shell_measures_classifiers_as_classifiers(folders):
    request = requested(None, *folders)
    both = tuple(models.ready(request, config) for config in models.configurations(request))
    assert (request.form, [model.name for model in both]) == (
        "classification",
        ["BertForSequenceClassification", "DistilBertForSequenceClassification"],
    )
    assert all(seconds > 0 for times in loading(request, both) for seconds in times)
    assert requested(None, *folders, form="encoder").form == "encoder"
