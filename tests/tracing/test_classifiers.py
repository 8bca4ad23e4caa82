"""A pair of two classifiers in numbers: its soft labels are over classes, of the whole text."""

import numpy as np
import pytest
from scipy.special import rel_entr, softmax

from distilbert_viz import attribution, comparison, tracing
from distilbert_viz.distillation.engine import load_teacher
from distilbert_viz.distillation.recipe import RecipeError
from distilbert_viz.pairs import load_pair
from distilbert_viz.records import AttributionChoices, Intervention
from distilbert_viz.tracing.stock import stock_model
from tests.support.classifiers import NAMES, TEXTS
from tests.support.stock import stock_logits
from tests.support.tiny import save_classifier


@pytest.fixture(scope="module", params=TEXTS, ids=["one sentence", "two sentences", "one word"])
def traces(request, classifiers):
    return tracing.trace_pair(classifiers, request.param)


def test_logits_are_those_of_the_stock_class_and_one_row_for_the_whole_text(classifiers, traces, classifier_folders):
    for model, trace, folder in zip(classifiers, traces, classifier_folders, strict=True):
        found = tracing.logits(model, trace)
        assert found.shape == (1, 2)
        assert np.allclose(found, stock_logits(folder, trace.encoding), rtol=0, atol=1e-5)
        assert np.allclose(tracing.logits_at(model, trace, 1), found[0], rtol=0, atol=1e-6)


@pytest.mark.parametrize("family", ["bert", "distilbert"])
def test_logits_of_three_classes_are_those_of_the_stock_class(family, tmp_path, built_in_tokenizer):
    source = save_classifier(tmp_path, family, built_in_tokenizer, ["a", "b", "c"], seed=3)
    classifiers = load_pair(teacher=source, student=source, device="cpu")
    trace = tracing.trace_pair(classifiers, TEXTS[1]).teacher
    assert np.allclose(tracing.logits(classifiers.teacher, trace), stock_logits(source, trace.encoding), rtol=0, atol=1e-5)


def test_the_witness_is_the_stock_classifier_and_not_the_recorded_pass(classifiers, traces, classifier_folders):
    for model, trace, folder in zip(classifiers, traces, classifier_folders, strict=True):
        stock = stock_model(model)
        assert type(stock.network).__name__.endswith("ForSequenceClassification")
        seen = tracing.stock_pass(stock, trace.encoding)
        assert np.allclose(seen.logits, stock_logits(folder, trace.encoding), rtol=0, atol=1e-5)
        assert np.allclose(seen.hidden_states, trace.hidden_states, rtol=0, atol=1e-5)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_soft_labels_over_classes_sum_to_one_and_their_kl_is_scipys(classifiers, traces, temperature):
    both = [tracing.logits(model, trace) for model, trace in zip(classifiers, traces, strict=True)]
    labels = comparison.soft_labels(*both, classifiers.teacher.classes, 0, temperature, outcome="class")
    p, q = (softmax(logits[0].astype(float) / temperature) for logits in both)
    assert sorted(labels.names) == NAMES
    assert (labels.teacher.sum(), labels.student.sum()) == (pytest.approx(1, abs=1e-6), pytest.approx(1, abs=1e-6))
    assert labels.teacher == pytest.approx(p[labels.candidates], abs=1e-6)
    assert labels.kl == pytest.approx(rel_entr(p, q).sum(), abs=1e-6)


def test_every_layers_reading_is_the_head_on_its_cls_and_the_last_is_the_prediction(classifiers, traces):
    for model, trace in zip(classifiers, traces, strict=True):
        shown = tracing.predictions(model, trace, 1)
        assert (shown.position, shown.outcome, shown.probabilities.shape) == (0, "class", (trace.layers + 1, 2))
        last = softmax(tracing.logits(model, trace)[0])
        order = [NAMES.index(name) for name in shown.names[-1]]
        assert shown.probabilities[-1] == pytest.approx(last[order], abs=1e-6)


def test_a_head_that_is_off_moves_the_label_as_the_stock_model_says(classifiers, classifier_folders):
    before = tracing.trace_pair(classifiers, TEXTS[1])
    found = tracing.what_if(classifiers, before, Intervention(((1, 0), (1, 2)), ((0, 1),), swapped=True))
    witness = tracing.stock_what_if(tuple(map(stock_model, classifiers)), found)
    for model, after, seen in zip(classifiers, found.after, witness, strict=True):
        assert seen.logits.shape == (1, 2)
        assert np.allclose(tracing.logits(model, after), seen.logits, rtol=0, atol=1e-5)


def test_the_sweep_is_the_kl_of_the_whole_text_without_each_head(classifiers):
    before = tracing.trace_pair(classifiers, TEXTS[0])
    *_, found = tracing.sweep(classifiers, before.encoding, 3, 2.0)
    assert (found.position, found.teacher.shape, found.student.shape) == (0, (4, 3), (2, 3))
    without = tracing.what_if(classifiers, before, Intervention(student_off=((1, 2),)))
    p, q = (softmax(tracing.logits(classifiers.student, t.student)[0].astype(float) / 2) for t in (before, without.after))
    assert found.student[1, 2] == pytest.approx(rel_entr(p, q).sum(), abs=1e-6)


def test_what_a_class_owes_to_its_tokens_adds_up_to_its_log_probability(classifiers):
    encoding = tracing.trace_pair(classifiers, TEXTS[0]).encoding
    pad = classifiers.teacher.tokenizer.pad_token_id
    *_, found = attribution.attribute(classifiers, encoding, AttributionChoices(0, 1, pad, 200))
    for part, model, folder in zip(found[:2], classifiers, (0, 1), strict=True):
        logits = tracing.logits(model, tuple(tracing.trace_pair(classifiers, TEXTS[0]))[folder])[0]
        assert part.output == pytest.approx(float(np.log(softmax(logits))[1]), abs=1e-5)
        assert part.total == pytest.approx(part.gap, abs=abs(part.delta) + 1e-4)


def test_a_classifier_cannot_teach_masked_words(classifier_folders):
    with pytest.raises(RecipeError, match="has no masked-language-modelling head"):
        load_teacher(classifier_folders[0])
