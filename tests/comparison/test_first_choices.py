"""Where two models have one first choice."""

import numpy as np

from distilbert_viz import comparison
from distilbert_viz.records import Encoding, PositionLabels

NAMES = ("zero", "one", "two")


def encoding() -> Encoding:
    """[CLS] un ##do it [SEP]: two words, the first of two tokens."""
    tokens = ("[CLS]", "un", "##do", "it", "[SEP]")
    ids = np.arange(5)
    special, starts = (True, False, False, False, True), (True, True, False, True, True)
    offsets = np.array([[0, 0], [0, 2], [2, 4], [5, 7], [0, 0]])
    return Encoding("undo it", tokens, ids, 0 * ids, offsets, ids, special, 0, (), starts)


def labels(teacher: list[int], student: list[int], kl: list[float]) -> PositionLabels:
    """First choices at every token, with probabilities a half and a quarter."""
    shares = np.full(len(teacher), 0.5, np.float32)
    return PositionLabels(1.0, np.array(teacher), np.array(student), shares, shares / 2, np.array(kl, np.float32))


def test_a_word_agrees_where_each_of_its_tokens_does_and_frames_are_no_words():
    found = comparison.agreement(labels([0, 1, 2, 0, 1], [1, 1, 0, 0, 2], [9, 0.1, 0.3, 0.2, 9]), encoding(), NAMES)
    assert (found.words, found.agree.tolist(), found.kept) == (("undo", "it"), [False, True], 1)
    assert (found.worst, found.positions.tolist()) == (0, [2, 3])
    assert (found.teacher[0], found.student[0]) == (("two", 0.5), ("zero", 0.25))


def test_two_classifiers_agree_on_the_whole_text():
    found = comparison.whole_agreement(labels([2], [2], [0.4]), ("a text",), NAMES)
    assert (found.words, found.kept, found.outcome) == (("a text",), 1, "class")
