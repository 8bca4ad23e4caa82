"""The page Head atlas shows what a person would count in the stock model's attention, and names heads by the rule it prints."""

import math

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from scipy.spatial.distance import jensenshannon

from distilbert_viz import comparison
from distilbert_viz.drawing.colours import STUDENT, TEACHER
from distilbert_viz.figures.kept import atlas as figures
from distilbert_viz.records import StockPass, TracePair
from distilbert_viz.tracing import encode, stock_pass, trace_pair
from distilbert_viz.tracing.stock import stock_model
from tests.support.browsers import settled
from tests.support.canvases import assert_carries, decoded
from tests.support.pages import captions, go_to, visit, worked
from tests.support.shares import plain_share

pytestmark = pytest.mark.usefixtures("loaded")
TEXT = "Who wrote it? [SEP] A woman, I think."
LONG = "The cat sat on the mat. " * 25
CHOSEN = ((2, 3), (1, 4))
WRITTEN = figures.SHORT | {"[CLS]": "CLS", "[SEP]": "SEP"}
MEASURES = ["entropy", "distance", "itself", "previous", "next", "[CLS]", "[SEP]", "punctuation", "other segment"]


@pytest.fixture(scope="module")
def pair(built_in) -> TracePair:
    return trace_pair(built_in, TEXT)


@pytest.fixture(scope="module")
def stock(built_in) -> tuple[StockPass, ...]:
    return tuple(stock_pass(stock_model(model), encode(model.tokenizer, TEXT)) for model in built_in)


@pytest.fixture(scope="module")
def both(pair) -> figures.Atlases:
    return tuple(comparison.head_atlas(trace.attentions, pair.encoding) for trace in pair)


def plain_kind(row: dict, tokens: int) -> str:
    """The kind of a head by the rules that the page prints, from its row of the page's own table."""
    if row["entropy, nats"] >= 0.9 * math.log(tokens):
        return "broad"
    named = [name.removeprefix("to ") for name, value in row.items() if name.startswith("to ") and value > 0.5]
    return named[0] if named else "no single kind"


# What goes to the browser


@pytest.mark.parametrize("measure", MEASURES)
def test_every_cell_of_the_map_is_its_heads_measure_and_says_its_kind(measure, pair, both):
    drawing = figures.head_map(pair, both, measure, CHOSEN, aligned=False)
    named = [{"entropy": atlas.entropy, "distance": atlas.distance, **atlas.shares}[measure] for atlas in both]
    header = assert_carries(drawing, [[value.reshape(1, 1) for value in part.ravel()] for part in named])
    for figure, atlas in zip(header["figures"], both, strict=True):
        kinds = [kind for layer in atlas.kinds for kind in layer]
        assert [panel["name"].split(", ", 1)[1] for panel in figure["panels"]] == kinds
        assert [panel["text"] for panel in figure["panels"]] == [WRITTEN[kind] for kind in kinds]
    assert [figure["chosen"] for figure in header["figures"]] == [[2, 3], [1, 4]]


@pytest.mark.parametrize("measure", MEASURES)
def test_both_models_are_coloured_on_one_scale_that_begins_at_zero_and_holds_every_head(measure, pair, both):
    drawn = decoded(figures.head_map(pair, both, measure, CHOSEN, aligned=False).data)[0]["figures"]
    contrasts = {tuple(panel["contrast"]) for figure in drawn for panel in figure["panels"]}
    ((low, high),) = contrasts
    assert low == 0
    assert high >= max(figures.measures(atlas)[measure].max() for atlas in both) - 1e-6


def test_a_student_layer_lies_beside_the_teacher_layer_that_started_it_and_gaps_are_named(pair, both):
    student = decoded(figures.head_map(pair, both, "entropy", CHOSEN, aligned=True).data)[0]["figures"][1]
    for panel in student["panels"]:
        assert panel["slot"] == [pair.initial_layers[panel["id"][0]], panel["id"][1]]
    missing = sorted(set(range(pair.teacher.layers)) - set(pair.initial_layers))
    assert [gap[0] for gap in student["gaps"]] == missing


def test_words_for_kinds_are_short_enough_for_a_cell_and_no_two_are_alike():
    assert len(set(WRITTEN.values())) == len(WRITTEN)
    assert max(map(len, WRITTEN.values())) <= 5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_head_is_a_point_at_its_place_that_names_its_model_head_and_kind(theme, pair, both):
    found = comparison.head_space(pair.student.attentions, pair.teacher.attentions)
    drawn = figures.space(found, both, CHOSEN, theme)
    for trace, points, atlas, colour in zip(drawn.data, (found.teacher, found.student), both, (TEACHER, STUDENT), strict=False):
        assert np.stack([trace.x, trace.y], -1) == pytest.approx(points.reshape(-1, 2))
        heads = [(layer, head) for layer in range(points.shape[0]) for head in range(points.shape[1])]
        assert list(trace.text) == [f"{trace.name} L{i} H{h}: {atlas.kinds[i][h]}" for i, h in heads]
        assert trace.marker.color == colour
    teacher, student, rings = drawn.data
    assert teacher.marker.symbol != student.marker.symbol
    assert np.stack([rings.x, rings.y], -1) == pytest.approx(np.stack([found.teacher[2, 3], found.student[1, 4]]))
    assert drawn.layout.yaxis.scaleanchor == "x"


# The page


def test_the_pages_table_holds_what_a_person_would_count_in_the_stock_models(pair, stock):
    found = visit("atlas", TEXT).dataframe[1].value
    assert len(found) == sum(one.attentions.shape[0] * one.attentions.shape[1] for one in stock)
    for row in found.to_dict("records"):
        attention = stock[row["model"] == "student"].attentions[row["layer"], row["head"]].astype(np.float64)
        tokens = len(attention)
        entropy = -sum(p * math.log(p) for p in attention.ravel() if p > 0) / tokens
        far = sum(abs(q - k) * attention[q, k] for q in range(tokens) for k in range(tokens)) / tokens
        assert row["entropy, nats"] == pytest.approx(entropy, abs=1e-4)
        assert row["distance, tokens"] == pytest.approx(far, abs=1e-4)
        for name in MEASURES[2:]:
            assert row[f"to {name}"] == pytest.approx(plain_share(attention, name, pair.encoding), abs=1e-5), name


def test_every_head_is_named_by_the_rule_that_the_page_prints_and_every_kind_is_counted(pair):
    session = visit("atlas", TEXT)
    kinds, heads = (frame.value for frame in session.dataframe[:2])
    rows = heads.to_dict("records")
    assert [row["kind"] for row in rows] == [plain_kind(row, len(pair.encoding)) for row in rows]
    for rule in kinds.to_dict("records"):
        for voice in ("teacher", "student"):
            own = [row["kind"] for row in rows if row["model"] == voice]
            assert rule[f"{voice} heads"] == f"{own.count(rule['kind'])} of {len(own)}"
    assert {"entropy ≥ 0.9 ln(tokens)", "> 50% to the next token"} <= set(kinds["named so if"])
    assert any("threshold of our own" in caption for caption in captions(session))


def test_the_chosen_head_is_said_in_words_and_stays_chosen_on_the_next_page():
    session = visit("atlas", TEXT)
    session.selectbox(key="teacher_layer").set_value(4).run()
    session.selectbox(key="teacher_head").set_value(7).run()
    row = session.dataframe[1].value.set_index(["model", "layer", "head"]).loc["teacher", 4, 7]
    said = next(caption for caption in captions(session) if caption.startswith("Teacher L4 H7")).replace("\\", "")
    assert said.startswith(f"Teacher L4 H7: {row['kind']}. ")
    assert f"entropy {row['entropy, nats']:.2f} of " in said
    go_to(session, "attention").run()
    assert (session.selectbox(key="teacher_layer").value, session.selectbox(key="teacher_head").value) == (4, 7)


def test_a_measure_that_the_text_does_not_have_gives_way_to_entropy():
    session = visit("atlas", TEXT)
    session.segmented_control(key="atlas_measure").set_value("other segment").run()
    session.text_input(key="typed").set_value("one sentence").run()
    assert session.segmented_control(key="atlas_measure").value == "entropy"
    assert not {"to other segment", "to punctuation"} & set(session.dataframe[1].value)
    assert visit("atlas", atlas_measure="no such measure").segmented_control(key="atlas_measure").value == "entropy"
    assert visit("atlas", atlas_measure="[SEP]").segmented_control(key="atlas_measure").value == "[SEP]"


def test_the_share_that_the_plane_holds_is_torgersons_of_the_jensen_shannon_distances(stock):
    maps = np.concatenate([one.attentions.reshape(-1, *one.attentions.shape[2:]) for one in stock]).astype(np.float64)
    squared = np.array([jensenshannon(one[None], maps, base=2, axis=-1).mean(-1) for one in maps]) ** 2
    centring = np.eye(len(maps)) - 1 / len(maps)
    values = np.linalg.eigvalsh(-centring @ squared @ centring / 2)
    held = values[-2:].sum() / np.abs(values).sum()
    said = next(caption for caption in captions(visit("atlas", TEXT)) if caption.startswith("The plane holds"))
    assert float(said.split("holds ")[1].split("%")[0]) == pytest.approx(100 * held, abs=0.6)


def test_the_heads_of_a_long_text_are_laid_out_at_a_press():
    session = visit("atlas", LONG)
    assert not any(caption.startswith("The plane holds") for caption in captions(session))
    next(button for button in session.button if button.label == "Lay out the heads").click().run()
    assert any(caption.startswith("The plane holds") for caption in captions(worked(session)))


@pytest.mark.browser
def test_a_head_reached_with_the_keys_says_its_kind_and_is_chosen_on_every_page(page: Page, app: str, both):
    page.goto(f"{app}/head-atlas?teacher_layer=L2&teacher_head=H0&text={TEXT.replace(' ', '+').replace('?', '%3F')}")
    expect(page.get_by_text("What to notice").first).to_be_visible(timeout=120_000)
    settled(page)
    canvas = page.locator(".canvas canvas").first  # a table is drawn on a canvas too
    canvas.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        canvas.press(key)
    said = page.locator(".readout").first.text_content()
    name, unit, value = said.split(" · ")
    assert (name, unit) == (f"Teacher L3 H2, {both[0].kinds[3][2]}", "entropy, nats")
    assert float(value) == pytest.approx(both[0].entropy[3, 2], abs=6e-5)
    canvas.press("Enter")
    settled(page)
    assert {"teacher_layer=L3", "teacher_head=H2"} <= set(page.url.split("?")[1].split("&"))
