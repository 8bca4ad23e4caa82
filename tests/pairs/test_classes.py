"""What two classifiers tell apart: names, order, what both have, and what is no pair of classifiers."""

import json

import numpy as np
import pytest
from transformers import BertForMaskedLM

from distilbert_viz import tracing
from distilbert_viz.pairs import load_pair
from distilbert_viz.tracing.stock import stock_model
from tests.support import folders as tiny_folders
from tests.support.classifiers import NAMES, TEXTS
from tests.support.stock import stock_logits
from tests.support.tiny import bert_config, random_model, save_classifier


def refusal(teacher: str, student: str) -> str:
    """The one sentence with which a pair is refused."""
    return tiny_folders.refusal(teacher=teacher, student=student, device="cpu")


def test_both_models_classify_and_the_students_names_stand_for_a_teachers_that_nobody_gave(classifiers):
    assert {classifiers.task.name, classifiers.teacher.task.name, classifiers.student.task.name} == {"classification"}
    assert classifiers.teacher.classes == classifiers.student.classes == ("NEGATIVE", "POSITIVE")


def test_names_are_the_teachers_where_the_student_has_none_and_case_is_no_difference(
    tmp_path, built_in_tokenizer, classifier_folders
):
    named = save_classifier(tmp_path / "named", "bert", built_in_tokenizer, ["negative", "positive"])
    unnamed = save_classifier(tmp_path / "unnamed", "distilbert", built_in_tokenizer, ["LABEL_0", "LABEL_1"])
    assert load_pair(teacher=named, student=unnamed, device="cpu").student.classes == ("negative", "positive")
    assert load_pair(teacher=named, student=classifier_folders[1], device="cpu").teacher.classes == ("NEGATIVE", "POSITIVE")


def test_a_classifier_and_a_masked_lm_model_are_no_pair(tmp_path, built_in_tokenizer, classifier_folders):
    config = bert_config(4, vocab_size=len(built_in_tokenizer), max_position_embeddings=512)
    random_model(BertForMaskedLM, config).save_pretrained(tmp_path)
    built_in_tokenizer.save_pretrained(tmp_path)
    said = f"{tmp_path} is a masked-LM model and {classifier_folders[1]} is a classifier: what they predict can't be compared."
    assert refusal(str(tmp_path), classifier_folders[1]) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["LABEL_0", "LABEL_1", "LABEL_2"], "has 2 classes and {} 3, not both with names"),
        (["bad", "positive"], "has the classes negative, positive and {} bad, positive, of which fewer than 2 are the same"),
        (["a\nb", "c" * 99], f"has the classes negative, positive and {{}} a b, {'c' * 40}, of which fewer than 2 are the same"),
    ],
)
def test_fewer_than_two_classes_in_common_are_no_pair(names, said, tmp_path, built_in_tokenizer):
    teacher = save_classifier(tmp_path / "one", "bert", built_in_tokenizer, ["negative", "positive"])
    student = save_classifier(tmp_path / "other", "distilbert", built_in_tokenizer, names)
    assert refusal(teacher, student) == f"{teacher} {said.format(student)}: their soft labels can't be compared."


def test_classes_in_another_order_or_with_more_of_them_are_compared_by_name_on_what_both_have(tmp_path, built_in_tokenizer):
    ours, theirs = ["negative", "neutral", "positive"], ["POSITIVE", "mixed", "NEGATIVE"]
    teacher = save_classifier(tmp_path / "one", "bert", built_in_tokenizer, ours)
    student = save_classifier(tmp_path / "other", "distilbert", built_in_tokenizer, theirs)
    classifiers = load_pair(teacher=teacher, student=student, device="cpu")
    assert classifiers.teacher.classes == classifiers.student.classes == ("POSITIVE", "NEGATIVE")
    traces = tracing.trace_pair(classifiers, TEXTS[0])
    for model, trace, folder, places in zip(classifiers, traces, (teacher, student), ([2, 0], [0, 2]), strict=True):
        alone = stock_logits(folder, trace.encoding)[:, places]
        assert np.allclose(tracing.logits(model, trace), alone, rtol=0, atol=1e-5)
        assert np.allclose(tracing.stock_pass(stock_model(model), trace.encoding).logits, alone, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("names", "problem", "said"),
    [
        (["LABEL_0"], None, "predicts a number and no classes, so it has no soft labels."),
        (NAMES, "regression", "predicts a number and no classes, so it has no soft labels."),
        (NAMES, "multi_label_classification", "gives each class a probability of its own, so it has no soft labels over classes."),
    ],
)
def test_what_gives_no_distribution_over_classes_is_refused(names, problem, said, tmp_path, built_in_tokenizer):
    source = save_classifier(tmp_path, "bert", built_in_tokenizer, names, problem_type=problem)
    assert refusal(source, source) == f"{source} {said}"


def test_a_classifier_whose_head_is_lost_is_refused_and_not_made_up(tmp_path, built_in_tokenizer, classifier_folders):
    config = bert_config(4, vocab_size=len(built_in_tokenizer), max_position_embeddings=512)
    random_model(BertForMaskedLM, config).save_pretrained(tmp_path)
    built_in_tokenizer.save_pretrained(tmp_path)
    file = tmp_path / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"architectures": ["BertForSequenceClassification"]}))
    assert refusal(str(tmp_path), classifier_folders[1]).startswith(
        f"{tmp_path} can't be loaded: its weights lack 4 of the model's tensors"
    )
