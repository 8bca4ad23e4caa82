"""`soft-labels` says what comparison says."""

import pytest

from distilbert_viz import comparison
from tests.support.shell import BUILT_IN, TEXT, answered, typed


def test_the_json_says_what_comparison_says_at_every_mask(built_in, traces, logits):
    ids = built_in.teacher.tokenizer.get_vocab()
    vocabulary = tuple(sorted(ids, key=ids.get))
    answer = answered(TEXT, "--temperature", 3, "--k", 7)
    masks = [i for i, token in enumerate(traces.encoding.tokens) if token == "[MASK]"]
    assert (answer["text"], answer["temperature"], len(masks)) == (TEXT, 3.0, 2)
    assert [position["position"] for position in answer["positions"]] == masks
    for position in answer["positions"]:
        labels = comparison.soft_labels(*logits, vocabulary, position["position"], 3.0, 7)
        candidates = position.pop("candidates")
        assert position == {
            "position": labels.position,
            "of": f"position {labels.position}",
            "token": "[MASK]",
            "kl": labels.kl,
            "kl_times_t2": labels.kl * 9,
            "teacher_entropy": labels.teacher_entropy,
            "student_entropy": labels.student_entropy,
        }
        assert [c["token"] for c in candidates] == list(labels.names)
        assert [c["id"] for c in candidates] == labels.candidates.tolist()
        for voice in ("teacher", "student"):
            assert [c[voice] for c in candidates] == getattr(labels, voice).tolist()
            assert [c[f"{voice}_rank"] for c in candidates] == getattr(labels, f"{voice}_ranks").tolist()


def test_the_better_the_rank_the_higher_the_probability():
    (position,) = answered("He drank a cup of [MASK].")["positions"]
    for voice in ("teacher", "student"):
        ranked = sorted(position["candidates"], key=lambda candidate: candidate[f"{voice}_rank"])
        probabilities = [candidate[voice] for candidate in ranked]
        assert [candidate[f"{voice}_rank"] for candidate in ranked[:10]] == list(range(1, 11))
        assert probabilities == sorted(probabilities, reverse=True)
        assert 0 < probabilities[-1] <= sum(probabilities) <= 1


def test_any_token_can_be_asked_for():
    (position,) = answered("The cat slept.", "--position", 2)["positions"]
    assert (position["position"], position["token"]) == (2, "cat")


def test_a_folder_of_each_model_is_a_pair_as_well():
    folders = ("--teacher", BUILT_IN / "teacher", "--student", BUILT_IN / "student")
    assert answered("A [MASK].", *folders) == answered("A [MASK].") == answered("A [MASK].", "--pair", "built-in")


def test_device_and_dtype_are_chosen_by_hand():
    (exact,) = answered("A [MASK].", "--device", "cpu")["positions"]
    (rounded,) = answered("A [MASK].", "--device", "cpu", "--dtype", "bfloat16")["positions"]
    assert exact["candidates"][0]["teacher"] == pytest.approx(rounded["candidates"][0]["teacher"], rel=0.1)
    assert exact["kl"] != rounded["kl"]


def test_the_table_shows_the_numbers_of_the_json():
    (position,) = answered("A cup of [MASK].", "--k", 3)["positions"]
    shown = typed("soft-labels", "A cup of [MASK].", "--k", 3).stdout
    assert f"{position['kl']:.4f} nats" in shown
    assert f"T^2 {position['kl_times_t2']:.4f}" in shown
    for voice in ("teacher", "student"):
        assert f"{position[f'{voice}_entropy']:.4f} nats" in shown
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in shown.splitlines() if line.startswith("│")]
    assert rows == [
        [c["token"], f"{c['teacher']:#.3g}", f"{c['student']:#.3g}", str(c["teacher_rank"]), str(c["student_rank"])]
        for c in position["candidates"]
    ]


@pytest.mark.parametrize(("words", "said"), [(506, "1 token did not fit."), (508, "3 tokens did not fit.")])
def test_what_did_not_fit_is_not_said_to_be_the_end_of_a_text_whose_first_sentence_was_cut(words, said):
    answer = typed("soft-labels", f"{'word ' * words}[SEP] A cup [MASK].")
    assert answer.exit_code == 0
    assert said in answer.stdout.splitlines()
