"""Where it was lost, on the page: the first picture says it in a sentence, and every cell can be clicked."""

import re

import numpy as np
import pytest

from distilbert_viz import tracing
from distilbert_viz.figures.kept import lost as figures
from distilbert_viz.figures.kept import lost_maps, lost_tokens
from tests.support.canvases import decoded
from tests.support.pages import button, captions, visit, worked

TEXT = "The dog chased the [MASK] up a tree."


@pytest.fixture(scope="module")
def pair(built_in):
    return tracing.trace_pair(built_in, TEXT)


@pytest.fixture(scope="module")
def found(built_in, pair):
    return tracing.hand_over(built_in, pair, pair.encoding.mask_positions[0])


def differences(session) -> list[float]:
    checks = [c for c in captions(session) if c.startswith("checked against the model:")]
    return [float(number) for check in checks for number in re.findall(r"\d\.\de[+-]\d+", check)]


def test_the_sentence_adds_up_to_the_students_divergence(found):
    said = re.findall(r"(lost|brought back) (\d\.\d\d)", figures.sentence(found))
    numbers = [float(number) * (-1 if verb == "brought back" else 1) for verb, number in said]
    assert len(numbers) == 5
    assert sum(numbers) == pytest.approx(found.student.kl, abs=0.03)
    assert sum(step for _, step in figures.steps(found)) == pytest.approx(found.student.kl)


def test_the_verdict_names_the_part_that_lost_most_and_what_it_took_the_place_of(found):
    name, _ = max(figures.steps(found), key=lambda step: step[1])
    assert f"most was lost in {name}" in figures.verdict(found)
    taken = {
        "layer 0": "the teacher's layer 0.",
        "layer 1": "the teacher's layers 1 and 2.",
        "layer 2": "the teacher's layers 3 to 5.",
    }
    assert name not in taken or figures.verdict(found).endswith(taken[name])


def test_every_cell_of_both_maps_says_its_divergence_and_carries_its_marks(found):
    header, cells = decoded(lost_maps.maps(found, ("student", 1, 1)).data)
    for figure, panels, kl in zip(
        header["figures"], cells, (found.student_then_teacher.kl, found.teacher_then_student.kl), strict=True
    ):
        assert [part.item() for part in panels] == pytest.approx(kl.ravel())
        assert [panel["text"] for panel in figure["panels"]] == [f"{value:.2f}" for value in kl.ravel()]
        dots = {tuple(panel["id"]) for panel in figure["panels"] if "dot" in panel["marks"]}
        assert dots == set(enumerate(kl.argmin(1).tolist()))
        frames = {tuple(panel["id"]) for panel in figure["panels"] if "frame" in panel["marks"]}
        assert frames == ({(0, 0), (1, 1), (2, 3), (3, 6)} if figure["voice"] == "student" else {(0, 0), (1, 1), (3, 2), (6, 3)})
        assert figure["picks"] == "mixture"
    assert [figure["chosen"] for figure in header["figures"]] == [[1, 1], None]


def test_the_words_of_every_column_are_the_likeliest_of_its_mixture(found, built_in):
    table = figures.words(found, built_in.teacher.vocabulary, "light")["tables"][0]
    assert table["columns"] == ["teacher", "embeddings", "after L0", "after L1", "after L2", "student"]
    for column, answer in ((0, found.teacher), (2, found.student_then_teacher.answer(1, 1)), (5, found.student)):
        said = [row["cells"][column]["text"] for row in table["rows"]]
        names = built_in.teacher.named(answer.ids.tolist())
        assert [text.rsplit(" ", 2)[0] for text in said] == list(names)


def test_the_token_map_is_the_shares_and_its_sentence_the_largest(built_in, pair, found):
    *_, seen = tracing.patches(built_in, pair, found.position, "state")
    header, ((cells,),) = decoded(lost_tokens.token_map(seen, pair.encoding, (0, 5)).data)
    assert cells == pytest.approx(seen.shares)
    assert (header["figures"][0]["scale"], header["figures"][0]["picks"]) == ("signed", "patch")
    row, token = np.unravel_index(seen.shares.argmax(), seen.shares.shape)
    assert f"“{pair.encoding.tokens[token]}” ({figures.depth_name(int(row))}" in lost_tokens.token_sentence(seen, pair.encoding)


@pytest.mark.parametrize("text", [TEXT, "The cat sat on the mat. [SEP] Then it fell [MASK] in the sun."], ids=["one", "two"])
def test_the_page_says_where_it_was_lost_and_every_number_on_it_is_checked(loaded, text):
    session = worked(visit("lost", text))
    assert any(md.value.startswith("**Of the student's ") for md in session.markdown)
    assert any("nats from the teacher" in md.value for md in session.markdown)
    assert any(re.search(r"so (nothing came back: it is )?\d+% (came back|farther)\.", md.value) for md in session.markdown)
    assert any("Floors are means" in caption for caption in captions(session))
    assert len(differences(session)) >= 14
    assert max(differences(session)) < 1e-4


@pytest.mark.parametrize("cell", [("student", 0, 0), ("student", 3, 6), ("teacher", 0, 0), ("teacher", 6, 3), ("teacher", 5, 2)])
def test_a_click_shows_the_mixture_beside_both_models(loaded, cell):
    session = visit("lost", TEXT)
    session.session_state["mixture"] = cell
    session.run()
    (said,) = (md.value for md in session.markdown if md.value.startswith("**The "))
    assert said.startswith(f"**The {cell[0]}'s")
    assert max(differences(session)) < 1e-4


@pytest.mark.parametrize("part", tracing.PARTS)
def test_every_part_can_be_put_in_and_a_click_says_before_and_after(loaded, part):
    session = visit("lost", TEXT)
    session.segmented_control(key="patch_part").set_value(part).run()
    session = worked(session)
    session.session_state["patch"] = ("", 1, 6)
    session.run()
    assert any(md.value.startswith("**“up” ") for md in session.markdown)
    assert not session.exception


def test_a_cell_that_another_pair_had_is_none_of_this_one(loaded):
    session = visit("lost", TEXT)
    session.session_state["mixture"], session.session_state["patch"] = ("student", 6, 12), ("", 6, 90)
    session = worked(session.run())
    assert not session.exception


def test_many_texts_are_read_at_a_press_and_their_table_can_be_taken_along(loaded, monkeypatch):
    monkeypatch.setattr("distilbert_viz.distillation.sentences.held_out", lambda: (TEXT, "He drank a cup of tea.", "It rained."))
    session = visit("lost", TEXT)
    button(session, "Hand over on 3 lines").click().run()
    session = worked(session)
    assert max(differences(session)) < 1e-3
    assert any(md.value.startswith("**Over 3 texts") for md in session.markdown)


def test_the_embeddings_page_says_what_the_missing_segment_costs(loaded):
    session = visit("embeddings", TEXT)
    values = {metric.label: metric.value for metric in session.metric}
    assert set(values) == {
        "the student as it is",
        "with the segment vector folded in",
        "a fresh copy, step 0",
        "a fresh copy, folded",
    }
    assert any("worse at step 0" in caption for caption in captions(session))
