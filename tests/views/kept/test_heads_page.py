"""Which heads survived: the matrix, the matching and the two chosen heads, each against the same thing worked plainly."""

import json

import numpy as np
import pytest
from playwright.sync_api import expect
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import jensenshannon

from distilbert_viz import comparison, tracing
from distilbert_viz.figures.kept import heads
from tests.support.browsers import settled
from tests.support.pages import captions, visit

SENTENCE = "The old sailor drank a cup of [MASK] by the sea."
CHOSEN = ((2, 5), (1, 5))


@pytest.fixture(scope="module")
def pair(built_in):
    return tracing.trace_pair(built_in, SENTENCE)


@pytest.fixture(scope="module")
def found(pair):
    return comparison.head_similarity(pair)


@pytest.fixture(scope="module")
def matching(found):
    return comparison.best_matching(found, comparison.JS)


def header(drawing) -> dict:
    length = int.from_bytes(drawing.data[:4], "little")
    return json.loads(drawing.data[4 : 4 + length])["figures"]


def test_every_cell_of_the_matrix_is_scipys_distance_between_its_two_heads(pair, found, matching):
    drawing = heads.head_matrix(found, matching, pair, heads.ORDERS[0], CHOSEN)
    ((shown,),) = drawing.shown
    assert shown.shape == (36, 72)
    for row, column in ((0, 0), (17, 29), (35, 71)):
        student, teacher = pair.student.attentions[divmod(row, 12)], pair.teacher.attentions[divmod(column, 12)]
        plain = np.mean(jensenshannon(student, teacher, axis=-1, base=2))
        assert shown[row, column] == pytest.approx(plain, abs=1e-3)


def test_dots_are_the_best_matching_and_frames_are_the_heads_that_began_as_copies(pair, found, matching):
    (figure,) = header(heads.head_matrix(found, matching, pair, heads.ORDERS[0], CHOSEN))
    marks = {kind: {(row, column) for row, column, k in figure["marks"] if k == kind} for kind in ("dot", "frame")}
    assert marks["dot"] == set(zip(*linear_sum_assignment(found.measures[comparison.JS]), strict=True))
    copies = {(12 * layer + head, 12 * start + head) for layer, start in enumerate((0, 2, 5)) for head in range(12)}
    assert marks["frame"] == copies
    assert figure["cell"] == [17, 29]


def test_near_heads_are_dark_whichever_way_the_measure_runs(pair, found):
    for measure, contrast in ((comparison.JS, [1.0, 0.0]), (comparison.COSINE, [0.0, 1.0])):
        matching = comparison.best_matching(found, measure)
        (figure,) = header(heads.head_matrix(found, matching, pair, heads.ORDERS[0], CHOSEN))
        assert figure["panels"][0]["contrast"] == contrast


def test_the_sentence_counts_what_the_matching_took_from_the_layers_that_started_the_students(pair, found, matching):
    rows, columns = linear_sum_assignment(found.measures[comparison.JS])
    layers = sum(column // 12 == (0, 2, 5)[row // 12] for row, column in zip(rows, columns, strict=True))
    very = sum(column == 12 * (0, 2, 5)[row // 12] + row % 12 for row, column in zip(rows, columns, strict=True))
    said = heads.matching_sentence(found, matching, pair)
    assert f"Of 36 student heads {layers} are matched into the layer that started theirs, {very} with the very head." in said
    assert f"{found.measures[comparison.JS][rows, columns].mean():.2f} on average" in said


def test_the_difference_map_is_student_less_teacher_on_a_scale_that_is_even_around_zero(pair):
    drawing = heads.two_heads(pair, CHOSEN, 3)
    teacher, student, difference = (part[0] for part in drawing.shown)
    assert np.array_equal(teacher, pair.teacher.attentions[2, 5])
    assert np.array_equal(student, pair.student.attentions[1, 5])
    assert np.allclose(difference, student - teacher, atol=1e-7)
    low, high = header(drawing)[2]["range"]
    assert (low, header(drawing)[2]["scale"]) == (-high, "difference")
    assert high == pytest.approx(np.abs(difference).max())


def test_tables_hold_the_matrix_and_every_match(pair, found, matching):
    table = heads.matching_table(found, matching, pair)
    row, column = matching.pairs[7]
    assert table["student head"][7] == heads.name(found.student[row])
    assert table["matched with"][7] == heads.name(found.teacher[column])
    assert table["began as"][13] == "L2 H1"
    whole = heads.matrix_table(found, comparison.JS, heads.ORDERS[1])
    assert whole["teacher L5 H11"][35] == pytest.approx(float(found.shuffled[comparison.JS][35, 71]))


def test_a_text_file_gives_the_mean_over_its_lines_beside_the_same_from_stock_models(built_in):
    from distilbert_viz.tracing.stock import stock_model
    from distilbert_viz.views.kept import compared

    lines = ["The cat sat on the mat.", "Rain fell all night on the roof."]
    *_, (mean, layers, witness) = compared.means(built_in, tuple(map(stock_model, built_in)), lines)
    each = [comparison.head_similarity(tracing.trace_pair(built_in, line)) for line in lines]
    plain = np.mean([one.measures[comparison.COSINE] for one in each], axis=0)
    assert np.allclose(mean.measures[comparison.COSINE], plain, atol=1e-6)
    assert np.allclose(witness.measures[comparison.COSINE], plain, atol=1e-5)
    assert (mean.texts, layers.texts) == (2, 2)


def test_a_file_without_two_words_on_a_line_is_refused_with_a_sentence():
    from distilbert_viz.views.kept import compared

    with pytest.raises(ValueError, match="No line of this file has 2 words or more"):
        compared.readable(["one", "two"])
    assert compared.readable(["a b " * 100, "c"]) == [" ".join(["a", "b"] * 48)]


def test_the_page_shows_all_heads_checked_and_says_what_shuffled_tokens_give(loaded):
    session = visit("heads")
    said = " ".join(captions(session))
    assert "Best one-to-one matching by JS distance" in said
    assert "with the student's tokens shuffled the best matching reaches" in said
    assert said.count("checked against the model: max") == 3


def test_a_short_text_has_heads_but_says_that_its_layers_cannot_be_compared(loaded):
    session = visit("heads", "?")
    assert any("from 4 tokens on" in info.value for info in session.info)


def test_a_long_text_is_compared_at_a_press(loaded):
    session = visit("heads", "word " * 200)
    assert any(button.label == "Compare all heads" for button in session.button)


@pytest.mark.browser
def test_a_click_on_a_cell_opens_its_two_heads_and_arrow_keys_walk_on(open_page, pair, found):
    page = open_page("which-heads-survived?head=chosen", SENTENCE)  # L0 H0 is chosen, from which the keys count
    matrix = page.locator(".canvas").first.locator("canvas").first
    expect(matrix).to_be_visible(timeout=60_000)
    matrix.scroll_into_view_if_needed()
    matrix.focus()
    readout = page.locator(".canvas").first.locator(".readout")
    row, column = 13, 26  # student L1 H1 with teacher L2 H2
    for key, times in (("ArrowDown", row), ("ArrowRight", column)):
        for _ in range(times):
            matrix.press(key)
    expect(readout).to_contain_text("L1 H1 → L2 H2")
    assert float(readout.text_content().split()[-1]) == pytest.approx(float(found.measures[comparison.JS][row, column]), abs=1e-3)
    matrix.press("Enter")
    expect(page.get_by_text("Student L1 H1 with teacher L2 H2")).to_be_visible(timeout=60_000)
    settled(page)
    titles = page.locator(".canvas").nth(1).locator(".title")
    expect(titles).to_have_text(["Teacher · L2 H2", "Student · L1 H1", "Student − teacher"])
    maps = page.locator(".canvas").nth(1).locator("canvas")
    maps.nth(1).focus()
    maps.nth(1).press("ArrowDown")
    weight = float(page.locator(".canvas").nth(1).locator(".readout").text_content().split()[-1])
    token = pair.encoding.tokens.index("[MASK]")
    assert weight in [pytest.approx(float(w), abs=6e-5) for w in pair.student.attentions[1, 1, [1, token + 1], 0]]
    box = matrix.bounding_box()
    for x in np.linspace(box["width"] - 2, 0.8 * box["width"], 40):
        matrix.hover(position={"x": x, "y": box["height"] - 18})
        if "L2 H11 → L5 H11" in readout.text_content():
            break
    assert "L2 H11 → L5 H11" in readout.text_content()
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_text("Student L2 H11 with teacher L5 H11")).to_be_visible(timeout=60_000)
