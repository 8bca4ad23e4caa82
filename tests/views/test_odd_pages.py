"""Odd checkpoints on the pages: every page stands, says what is the case, and whatever fails leaves the pair before."""

import json
import re

import pytest
from typer.testing import CliRunner

from distilbert_viz.cli import app
from distilbert_viz.pairs.choice import PairChoice
from distilbert_viz.session.cache import cache
from tests.support import odd
from tests.support.pages import PAGES, button, captions, end_jobs, visit, words

TWO = "the cat sat. [SEP] a [MASK] b"
LAYER_1 = "distilbert.transformer.layer.1.ffn.lin2.bias"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Tiny checkpoints by name."""
    root = tmp_path_factory.mktemp("odd")
    odd.teacher(root / "teacher")
    odd.student(root / "student")
    odd.teacher(root / "odd", vocab_size=24, type_vocab_size=1, hidden_act="relu", tie_word_embeddings=False)
    odd.student(root / "short", max_position_embeddings=16)
    odd.student(root / "narrow", dim=12, hidden_dim=20)
    strange = {"tokenizer": odd.wordpiece(odd.ANGLE)}
    odd.teacher(root / "strange-teacher", **strange, type_vocab_size=1, hidden_act="relu", tie_word_embeddings=False)
    odd.student(root / "strange-student", **strange, activation="relu")
    odd.spoil(odd.student(root / "late"), LAYER_1)
    odd.spoil(odd.student(root / "early"), "distilbert.transformer.layer.0.attention.q_lin.bias")
    odd.change(odd.student(root / "compiled"), lambda tensors: {f"_orig_mod.{name}": t for name, t in tensors.items()})
    odd.configure(odd.teacher(root / "relative"), position_embedding_type="relative_key")
    yield root
    end_jobs()


@pytest.fixture(scope="module")
def shown(folders):
    """Loads a pair on the server, and says how an address names it."""

    def load(teacher: str, student: str) -> str:
        name = f"{folders / teacher}|{folders / student}"
        waiting = cache().load(PairChoice.read(name))
        assert waiting.finished.wait(60)
        assert waiting.error is None, waiting.error
        return name

    return load


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_a_padded_untied_teacher_of_one_segment_and_a_short_student_and_its_checks_agree(page, shown):
    session = visit(page, TWO, pair=shown("odd", "short"))
    assert not session.warning
    assert "[id " not in words(session)
    for check in (caption for caption in captions(session) if caption.startswith("checked against the model:")):
        numbers = [float(number) for number in re.findall(r"\d\.\de[+-]\d+", check)]
        assert max(numbers[:2]) <= 1.05 * (numbers[2] if len(numbers) > 2 else 0) + 2e-5, check


@pytest.fixture(scope="module")
def strange(shown) -> str:
    """A pair of ReLUs with other special tokens, without segments, of which nobody knows how the student began."""
    return shown("strange-teacher", "strange-student")


OTHERS = ("GELU", "[CLS]", "[SEP]", "[MASK]", "a segment embedding, which tells", "started from teacher", "that started theirs",
          "the very teacher head", "heads that began as copies", "began as a copy of the teacher", "drops the segment")  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_no_page_says_of_a_pair_what_holds_for_another(page, strange):
    session = visit(page, "the cat sat. </s> a <mask> b", pair=strange)
    said = f"{words(session)} {' '.join(chart.proto.spec for chart in session.get('plotly_chart'))}"
    assert [other for other in OTHERS if other in said] == []


def test_a_block_names_the_papers_of_its_own_activations(shown, strange):
    assert "ReLU: Nair & Hinton 2010 (ICML); the same block" in words(visit("block", TWO, pair=strange))
    both = "ReLU: Nair & Hinton 2010 (ICML); GELU: Hendrycks & Gimpel 2016 (arXiv 1606.08415); the same block"
    assert both in words(visit("block", TWO, pair=shown("odd", "short")))


def test_of_a_narrower_student_it_is_not_said_that_it_lacks_no_segment_embedding(shown):
    said = words(visit("embeddings", TWO, pair=shown("teacher", "narrow")))
    assert "lacks no segment embedding" not in said
    assert "The student lacks its teacher's segment embedding; the models differ in width" in said


@pytest.mark.parametrize("page", ["first", "architecture"])
def test_how_a_student_began_is_said_as_far_as_it_is_known(page, shown, loaded):
    assert "isn't known of this pair" in words(visit(page, TWO, pair=shown("teacher", "student")))
    assert "Each layer of the student began as a copy of the teacher layer beside it" in words(visit(page, TWO))


def test_what_an_odd_pair_is_stands_in_words(shown):
    session = visit("architecture", TWO, pair=shown("odd", "short"))
    said = words(session)
    assert "of 16 tokens · the student has positions for 16, and both read no more" in said
    assert "the teacher knows one segment: two sentences are read as one" in said
    assert "different: vocabulary 20 instead of 24, GELU instead of ReLU and projection onto the vocabulary tied to" in said
    assert re.search(r"Held against its files, the teacher holds all of its numbers: \d\d tensors, equal one by one", said)
    assert "the second one lacks another vector" not in words(visit("embeddings", TWO, pair=shown("odd", "short")))


@pytest.mark.parametrize(
    ("page", "student", "place"),
    [
        *((page, "early", "in layer 0") for page in PAGES),
        *((page, "late", "in layer 1") for page in ("embeddings", "lost", "maps")),
    ],
)
def test_a_page_of_numbers_that_are_not_finite_names_model_and_layer(page, student, place, shown, folders):
    session = visit(page, TWO, pair=shown("teacher", student))
    assert f"{folders / student} gives numbers that aren't finite (NaN or infinity), first {place}" in words(session)
    assert words(session).count("first in layer") == 1
    assert not re.search(r"\bnan\b", words(session) + " ".join(metric.value for metric in session.metric))
    assert "NaN" not in "".join(chart.proto.spec for chart in session.get("plotly_chart"))


@pytest.mark.parametrize(
    ("teacher", "student", "said"), [("teacher", "compiled", "_orig_mod."), ("relative", "student", "relative_key")]
)
def test_a_pair_that_fails_after_it_was_chosen_leaves_the_one_before_and_every_control(teacher, student, said, shown, folders):
    before = shown("teacher", "student")
    session = visit("tokens", TWO, pair=before)
    session.text_input(key="own_teacher").set_value(str(folders / teacher))
    session.text_input(key="own_student").set_value(str(folders / student))
    button(session, "Open this pair").click().run()
    for _ in range(100):
        if said in words(session):
            break
        session.run()
    assert said in words(session)
    assert session.session_state["pair"].spelling == before
    assert session.text_input(key="own_teacher").value == str(folders / teacher)
    assert any("of 64 tokens" in caption for caption in captions(session))


@pytest.mark.parametrize(
    ("teacher", "student", "said"), [("teacher", "compiled", "_orig_mod."), ("relative", "student", "relative_key")]
)
def test_a_link_to_a_pair_that_cannot_be_shown_says_why_and_keeps_every_control(teacher, student, said, folders):
    name = f"{folders / teacher}|{folders / student}"
    assert cache().load(PairChoice.read(name)).finished.wait(60)
    session = visit("attention", TWO, pair=name)
    assert said in words(session)
    assert any(one.label == "Open this pair" for one in session.button)


def typed(folders, teacher: str, student: str, *arguments: object):
    own = ("--teacher", folders / teacher, "--student", folders / student)
    return CliRunner().invoke(app, list(map(str, (*arguments, *own))), env={"COLUMNS": "100"})


@pytest.mark.parametrize(
    ("teacher", "student", "said"),
    [
        ("teacher", "compiled", "all names begin with _orig_mod."),
        ("relative", "student", "its positions are relative"),
        ("teacher", "late", "gives numbers that aren't finite (NaN or infinity), first in layer 1"),
    ],
)
@pytest.mark.parametrize(
    "command",
    [("soft-labels", TWO, "--json"), ("lost", TWO, "--json"), ("report", TWO, "--out", "x.html"), ("trace", TWO, "--out", "x.npz")],
)
def test_a_shell_refuses_what_a_page_refuses_with_status_2_and_one_sentence(command, teacher, student, said, folders, tmp_path):
    arguments = [tmp_path / word if word.startswith("x.") else word for word in command]
    answer = typed(folders, teacher, student, *arguments)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


def test_soft_labels_of_a_padded_vocabulary_are_json_from_a_shell(folders):
    answer = json.loads(typed(folders, "odd", "student", "soft-labels", TWO, "--json", "--k", "20").stdout)
    (label,) = answer["positions"]
    assert len(label["candidates"]) == 20
    assert sum(candidate["teacher"] for candidate in label["candidates"]) == pytest.approx(1, abs=1e-5)
