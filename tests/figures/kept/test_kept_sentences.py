"""Sentences on what the student kept: of ties, of nothing, of one, and of a student that doesn't end where its teacher does."""

import numpy as np
import pytest

from distilbert_viz import comparison
from distilbert_viz.figures.kept import atlas as atlas_figures
from distilbert_viz.figures.kept import attribution, lost, lost_tokens, sentences, what_if
from distilbert_viz.records import Answer, Attribution, Encoding, HandOver, HeadAtlas, LostOverTexts, Mixtures, Patches

TOKENS = ("[CLS]", "the", "dog", "the", "[SEP]")


def encoding() -> Encoding:
    """[CLS] the dog the [SEP]"""
    ids, special = np.array([0, 1, 2, 1, 3]), (True, False, False, False, True)
    offsets = np.array([[0, 0], [0, 3], [4, 7], [8, 11], [0, 0]])
    return Encoding("the dog the", TOKENS, ids, 0 * ids, offsets, ids, special, 0, (), (True,) * 5)


# Attribution


def owed(*scores: list[float]) -> list[Attribution]:
    """What teacher and student owe to each token, by one method."""
    voices = ("teacher", "student")
    return [
        Attribution(voice, "integrated gradients", np.array(part, np.float32), -1.0, -2.0, None)
        for voice, part in zip(voices, scores, strict=True)
    ]


DOG, FIRST, SECOND, NONE = (
    [0.0, 0.1, 0.5, -0.2, 0.0],
    [0.0, 0.5, 0.1, 0.0, 0.0],
    [0.0, 0.1, 0.0, 0.5, 0.0],
    [1e-5, -0.1, -0.2, -0.3, 0.0],
)


@pytest.mark.parametrize(
    ("teacher", "student", "said"),
    [
        (DOG, DOG, "In both models “dog” speaks for “cat” more than any other token of your text."),
        (DOG, FIRST, "Most for “cat” speaks “dog” in the teacher, and “the” in the student."),
        (FIRST, SECOND, "Most for “cat” speaks “the” in the teacher, and another “the” in the student."),
        (NONE, DOG, "Most for “cat” speaks no token in the teacher, and “dog” in the student."),
        (NONE, NONE, "No token of your text speaks for “cat” in either model."),
    ],
)
def test_a_word_in_two_places_is_two_tokens_and_one_that_lifts_nothing_is_none(teacher, student, said):
    assert sentences.attribution(owed(teacher, student), encoding(), "cat") == said


def test_nothing_is_owed_to_the_frame_of_a_text_that_lifts_nothing():
    said = attribution.sentence(owed(DOG, NONE), encoding())
    assert said == "Teacher: most is owed to 2 “dog”, +0.50 nats. Student: no token lifts it."


# The head atlas


def atlas(*kinds: str) -> HeadAtlas:
    """One layer of heads of these kinds."""
    numbers = np.zeros((1, len(kinds)), np.float32)
    return HeadAtlas(5, numbers, numbers, {"next": numbers}, (kinds,))


@pytest.mark.parametrize(
    ("teacher", "student", "said"),
    [
        (
            ("next", "broad"),
            ("next", "broad"),
            "1 of the teacher's 2 heads looks mostly at the next token; of the student's 2 heads 1 does.",
        ),
        (
            ("next", "next"),
            ("broad", "broad"),
            "2 of the teacher's 2 heads look mostly at the next token; of the student's 2 heads 0 do.",
        ),
        (
            ("broad",) * 2,
            ("next",) * 2,
            "none of the teacher's 2 heads is of one kind: each looks broadly, or at no single kind of place.",
        ),
    ],
)
def test_heads_are_counted_one_and_many_and_a_broad_one_is_of_no_kind_whatever_it_looks_at(teacher, student, said):
    assert sentences.atlas((atlas(*teacher), atlas(*student))) == f"On this text {said}"


def test_the_place_that_gets_most_is_one_of_those_that_have_a_name():
    said = atlas_figures.sentence((atlas("broad"), atlas("next")), ((0, 0), (0, 0)))
    assert said.startswith("Teacher L0 H0: broad. Of the places that have a name, the next token gets most, 0%; entropy 0.00 of ")


# Where it was lost


def handed_over(matched: tuple[int, ...], layers: int, curve: list[float], student: float, outcome: str = "token") -> HandOver:
    """A hand-over with these numbers at matched depths, between a student and a teacher of so many layers."""
    depths, starts = len(matched), layers + 1
    kl = np.full((depths, starts), 9.0, np.float32)
    kl[range(depths), list(matched)] = curve
    return HandOver(0, outcome, matched, True, answer(0.0), answer(student), mixtures(kl), mixtures(kl.T.copy()))


def answer(kl: float) -> Answer:
    """A soft label so far from the teacher's."""
    return Answer(kl, np.zeros(1, np.int64), np.ones(1, np.float32))


def mixtures(kl: np.ndarray) -> Mixtures:
    """Mixtures so far from the teacher's answer."""
    return Mixtures(
        kl, np.zeros((*kl.shape, 1), np.int64), np.ones((*kl.shape, 1), np.float32), np.zeros((*kl.shape, 2), np.float32)
    )


@pytest.mark.parametrize(
    ("matched", "curve", "name"),
    [
        ((0, 1, 3, 6), [0.1, 0.2, 0.3, 0.4], "its own head"),
        ((0, 1, 3, 5), [0.1, 0.2, 0.3, 0.4], "its own head in place of the teacher's layer 5"),
        ((0, 1, 3), [0.1, 0.2, 0.3], "its own head in place of the teacher's layers 3 to 5"),
        ((0, 1), [0.1, 0.2], "its own head in place of the teacher's layers 1 to 5"),
    ],
)
def test_what_the_student_has_no_layer_for_at_the_end_is_not_laid_on_its_head_alone(matched, curve, name):
    found = handed_over(matched, 6, curve, 3.0)
    steps = lost.steps(found)
    assert [step for step, _ in steps] == ["the embeddings", *(f"layer {i}" for i in range(len(matched) - 1)), name]
    assert sum(nats for _, nats in steps) == pytest.approx(3.0)
    assert lost.verdict(found) == f"So most was lost in {name}."


@pytest.mark.parametrize(("outcome", "name"), [("token", "tokens"), ("class", "classes"), ("tag", "tags")])
def test_outcomes_have_their_plural(outcome, name):
    found = handed_over((0, 1), 1, [0.1, 0.2], 0.3, outcome)
    assert lost.words(found, ("one", "two"), "light")["tables"][0]["name"] == f"The likeliest {name}"


def patches(*shares: float) -> Patches:
    """A row of these shares of one nat that came back, a token each."""
    kl = 1 - np.array([shares], np.float32)
    return Patches(1, "state", 1, 1.0, kl, np.zeros((1, len(shares), 2), np.float32))


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((0.0, 0.25, -0.5, 0.0, 0.0), "Most comes back with “the” (embeddings, 25%); “dog” (embeddings, -50%) makes it worst."),
        ((0.25, 0.5, 0.75, 0.5, 0.5), "Most comes back with “dog” (embeddings, 75%); “[CLS]” (embeddings, 25%) brings least."),
        ((-0.5, -0.5, -0.25, -0.5, -0.75), "Nothing comes back with any token: nearest to it is “dog” (embeddings, -25%); "
                                           "“[SEP]” (embeddings, -75%) makes it worst."),
    ],
)  # fmt: skip
def test_where_every_token_makes_it_worse_nothing_is_said_to_come_back(shares, said):
    assert lost_tokens.token_sentence(patches(*shares), encoding()) == said


def test_a_negative_share_is_no_share_that_came_back():
    assert lost_tokens.came_back(0.61) == "61% came back"
    assert lost_tokens.came_back(-0.32) == "nothing came back: it is 32% farther"


def over(texts: int) -> LostOverTexts:
    """Means of a half and deviations of a quarter, of a student of one layer and a teacher of two."""
    handed, returned = np.full((2, 3), 0.5, np.float32), np.full((3, 2), 0.5, np.float32)
    return LostOverTexts(texts, (0, 1), 0.5, 0.25, handed, returned, handed / 2, returned / 2)


def test_one_text_has_no_deviation():
    assert lost_tokens.mean_sentence(over(1)) == "On one text: the student 0.50 nats; handed over, 0.50 embeddings, 0.50 after L0."
    assert lost_tokens.mean_sentence(over(3)) == (
        "Over 3 texts, mean ± deviation: the student 0.50 ± 0.25 nats; handed over, 0.50 ± 0.25 embeddings, 0.50 ± 0.25 after L0."
    )
    assert set(lost_tokens.mean_table(over(1))["deviation"]) == {None}
    assert set(lost_tokens.mean_table(over(3))["deviation"]) == {0.25}


@pytest.mark.parametrize(("more", "said"), [(0.0, "0 nats"), (2e-4, "0 nats"), (0.5, "0.0309 nats")])
def test_what_two_passes_differ_by_in_rounding_is_no_move(more, said):
    before = np.array([1.0, 1.0], np.float32)
    after = before + np.array([more, 0], np.float32)
    labels = comparison.moved_labels(before, after, ("a", "b"), 0, 1.0)
    assert f"KL(before ‖ after) {said};" in what_if.labels_sentence("teacher", labels)
