"""A figure shows its numbers and nothing else: what goes to the browser is decoded and measured again, here."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from distilbert_viz import comparison, wordpiece
from distilbert_viz.cost import FULL_SIZE
from distilbert_viz.drawing import canvas, colours, labels
from distilbert_viz.figures.forward import attention, embeddings, flow, hidden_states, soft_labels, tokens, vectors
from distilbert_viz.figures.forward import block as block_figures
from distilbert_viz.figures.savings import cost as cost_figures
from distilbert_viz.records import Figure, Labels, Panel, Predictions, TracePair
from distilbert_viz.tracing import block, encode, logits, predictions, reading, trace_pair
from tests.support.canvases import assert_carries, decoded, with_tokens
from tests.support.counted import sizes
from tests.support.paths import ROOT

TEXT = "Who sold the [MASK]? [SEP] A man from the village did."
LONG = "The quick brown fox jumps over the lazy dog. " * 7
FIRST = ((0, 0), (0, 0))
THEMES = ["light", "dark"]
TRAP = "<b>x</b>"


@pytest.fixture(scope="module")
def pair(built_in) -> TracePair:
    return trace_pair(built_in, TEXT)


@pytest.fixture(scope="module")
def long_pair(built_in) -> TracePair:
    return trace_pair(built_in, LONG)


@pytest.fixture(scope="module")
def vocabulary(built_in) -> tuple[str, ...]:
    tokenizer = built_in.teacher.tokenizer
    return tuple(tokenizer.convert_ids_to_tokens(range(len(tokenizer))))


def blocks_of(built_in, pair: TracePair, token: int = 1) -> tuple:
    """All layers of both models at one token."""
    both = zip(built_in, pair, strict=True)
    return tuple(tuple(block(model, trace, layer, token) for layer in range(trace.layers)) for model, trace in both)


def predictions_of(built_in, pair: TracePair, token: int = 1) -> tuple:
    return tuple(predictions(model, trace, token) for model, trace in zip(built_in, pair, strict=True))


# What goes to the browser


@pytest.mark.parametrize(("kind", "steps"), [("u1", 255), ("u2", 65535), ("f4", None)])
@pytest.mark.parametrize("limits", [(0.0, 1.0), (-3.5, 3.5)])
def test_a_drawing_is_decoded_to_what_it_says_it_shows(kind, steps, limits):
    low, high = limits
    matrices = [np.random.default_rng(i).uniform(low, high, (3 + i, 5)).astype(np.float32) for i in range(3)]
    panels = [Panel("…", (i, 0), (i, 0)) for i in range(3)]
    drawing = canvas.pack([figure_of(panels, "a title", dtype=kind, range=limits)], [matrices], "a hint ü")
    assert drawing.step == (pytest.approx((high - low) / steps / 2) if steps else 0)
    header = assert_carries(drawing, [matrices])
    assert header["hint"] == drawing.hint == "a hint ü"
    assert header["figures"][0]["title"] == drawing.figures[0].heading == "Teacher · a title"


def figure_of(panels: list[Panel], title: str = "", **form: object) -> Figure:
    """A figure of the teacher's."""
    return Figure(voice="teacher", title=title, panels=panels, tokens=Labels([], []), **form)


def test_values_beyond_the_range_are_drawn_at_its_ends():
    drawing = canvas.pack([figure_of([Panel("")], dtype="u1")], [[np.array([[-1.0, 0.0, 1.0, 7.0]], np.float32)]], "")
    assert decoded(drawing.data)[1][0][0].tolist() == [[0, 0, 1, 1]]


def test_the_end_and_the_middle_of_a_signed_range_are_kept():
    figure = figure_of([Panel("")], dtype="u2", range=(-2.0, 2.0))
    drawing = canvas.pack([figure], [[np.array([[-2.0, 0.0, 2.0]], np.float32)]], "")
    assert decoded(drawing.data)[1][0][0][0] == pytest.approx([-2, 0, 2], abs=drawing.step * 1.001)


@pytest.mark.parametrize("matrices", [0, 2])
def test_a_figure_has_as_many_matrices_as_panels(matrices):
    with pytest.raises(ValueError, match="argument"):
        canvas.pack([figure_of([Panel("")])], [[np.zeros((1, 1), np.float32)] * matrices], "")


# Attention


def every_head(pair: TracePair, change=lambda maps: maps) -> list[list[np.ndarray]]:
    return [[head for layer in change(trace.attentions) for head in layer] for trace in pair]


@pytest.mark.parametrize("aligned", [False, True])
def test_the_overview_carries_every_head_of_both_models(aligned, pair):
    drawing = attention.attention_overview(pair, ((2, 3), (1, 4)), aligned)
    header = assert_carries(drawing, every_head(pair))
    for figure, trace, chosen in zip(header["figures"], pair, ([2, 3], [1, 4]), strict=True):
        assert [panel["id"] for panel in figure["panels"]] == [[i, h] for i in range(trace.layers) for h in range(trace.heads)]
        assert (figure["chosen"], len(figure["tokens"]["rows"])) == (chosen, len(pair.encoding))


def test_an_aligned_student_layer_lies_beside_the_teacher_layer_that_started_it(pair):
    teacher, student = decoded(attention.attention_overview(pair, FIRST, True).data)[0]["figures"]
    assert teacher["slots"] == student["slots"] == [6, 12]
    assert {panel["id"][0]: panel["slot"][0] for panel in student["panels"]} == {0: 0, 1: 2, 2: 5}
    assert student["rows"] == ["L0", "", "L1", "", "", "L2"]
    assert [gap[0] for gap in student["gaps"]] == [1, 3, 4]
    assert teacher["gaps"] == []


def test_unaligned_a_model_has_as_many_rows_as_layers_and_no_gap(pair):
    teacher, student = decoded(attention.attention_overview(pair, FIRST, False).data)[0]["figures"]
    assert (teacher["slots"], student["slots"]) == ([6, 12], [3, 12])
    assert teacher["gaps"] == student["gaps"] == []


def test_the_overview_pools_a_text_of_more_than_64_tokens(long_pair):
    count = len(long_pair.encoding)
    assert 64 < count <= 128
    drawing = attention.attention_overview(long_pair, FIRST, False)
    header = assert_carries(drawing, every_head(long_pair, lambda maps: comparison.pooled(maps, 64)[0]))
    panel = header["figures"][0]["panels"][0]
    assert (panel["step"], panel["shape"]) == (2, [-(-count // 2)] * 2)
    assert len(header["figures"][0]["tokens"]["rows"]) == count


def test_the_longest_text_makes_an_overview_of_less_than_a_megabyte(built_in):
    drawing = attention.attention_overview(trace_pair(built_in, "cat " * 600), FIRST, False)
    assert len(drawing.data) < 1e6
    assert all(panel.shape == (64, 64) for panels in drawing.shown for panel in panels)


@pytest.mark.parametrize("hide", [False, True])
def test_hidden_special_tokens_leave_their_labels_too(hide, pair):
    drawing = attention.attention_overview(pair, FIRST, False, hide)
    kept = [i for i, special in enumerate(pair.encoding.special) if not (hide and special)]
    header = assert_carries(drawing, every_head(pair, lambda maps: maps[..., kept, :][..., kept]))
    assert header["figures"][1]["tokens"]["columns"] == [pair.encoding.tokens[i] for i in kept]


@pytest.mark.parametrize("head", [5, None])
def test_a_head_in_full_is_exactly_the_attention_of_the_model(head, long_pair):
    drawing = attention.head_maps(long_pair, ((3, head), (2, head)), 1)
    maps = [long_pair.teacher.attentions[3], long_pair.student.attentions[2]]
    originals = [m.mean(0) if head is None else m[head] for m in maps]
    assert drawing.step == 0
    assert_carries(drawing, [[original] for original in originals])
    for shown, original in zip(decoded(drawing.data)[1], originals, strict=True):
        assert shown[0].dtype == np.float32
        assert np.array_equal(shown[0], original)


def test_the_chosen_token_of_a_map_is_counted_among_the_drawn_ones(pair):
    def chosen(position, hide):
        figure = decoded(attention.head_maps(pair, FIRST, position, hide).data)[0]["figures"][0]
        return figure["token"], figure["positions"]

    assert pair.encoding.special[6]
    assert chosen(7, False) == (7, list(range(len(pair.encoding))))
    assert chosen(7, True)[0] == 5
    assert chosen(7, True)[1][5] == 7
    assert (chosen(6, True)[0], chosen(None, True)[0]) == (None, None)


def test_the_table_of_a_token_is_its_row_of_attention(pair):
    table = attention.table(pair, ((1, 2), (0, None)), 4)
    assert list(table) == ["key", "teacher L1 H2", "student L0 mean"]
    assert np.array_equal(table["teacher L1 H2"], pair.teacher.attentions[1, 2, 4])
    assert table["student L0 mean"] == pytest.approx(pair.student.attentions[0, :, 4].mean(0), abs=1e-7)


# Vectors


def test_the_embedding_heatmaps_carry_every_part_of_both_sums(pair):
    drawing = vectors.embedding_heatmaps(pair, 2)
    originals = []
    for trace in pair:
        e = trace.embeddings
        total = e.word + e.position + (0 if e.token_type is None else e.token_type)
        originals.append([part for part in (e.word, e.position, e.token_type, total, e.output) if part is not None])
    header = assert_carries(drawing, originals)
    assert [len(panels) for panels in drawing.shown] == [5, 4]
    assert [figure["gaps"] for figure in header["figures"]] == [[], [[2, "no segment embedding in this model"]]]
    assert [figure["token"] for figure in header["figures"]] == [2, 2]


def test_both_models_share_the_colours_of_a_part(pair):
    teacher, student = decoded(vectors.embedding_heatmaps(pair, 0).data)[0]["figures"]
    spans = [{panel["name"]: panel["contrast"] for panel in figure["panels"]} for figure in (teacher, student)]
    assert all(spans[0][name] == spans[1][name] for name in spans[1])


def test_the_stations_of_a_block_are_drawn_exactly(built_in, pair):
    chosen = tuple(blocks[1] for blocks in blocks_of(built_in, pair))
    drawing = vectors.block_stations(pair, chosen)
    originals = [[getattr(one, station).reshape(1, -1) for station in vectors.STATIONS] for one in chosen]
    header = assert_carries(drawing, originals)
    assert drawing.step == 0
    assert [figure["title"] for figure in header["figures"]] == ["Teacher · L1", "Student · L1"]


@pytest.mark.parametrize("what", ["scores", "weights"])
def test_the_heads_of_a_block_are_drawn_exactly(what, built_in, pair):
    chosen = tuple(blocks[0] for blocks in blocks_of(built_in, pair))
    header = assert_carries(vectors.block_heads(pair, chosen, what), [[getattr(one, what)] for one in chosen])
    assert header["figures"][0]["range"][1] > 0
    assert header["figures"][0]["labels"]["columns"] == list(pair.encoding.tokens)


def test_a_station_is_as_long_as_its_vector(built_in, pair):
    chosen = tuple(blocks[0] for blocks in blocks_of(built_in, pair))
    teacher, student = block_figures.lengths(chosen).data
    assert list(teacher.y) == pytest.approx([np.linalg.norm(getattr(chosen[0], name)) for name in block_figures.STATIONS])
    assert (teacher.name, student.name, len(student.y)) == ("teacher L0", "student L0", 7)
    table = block_figures.table(chosen)
    assert len({len(column) for column in table.values()}) == 1
    assert table["teacher shape"][table["tensor"].index("query")] == "12 × 32"


# Colours


def lightness(srgb: np.ndarray) -> np.ndarray:
    """OKLab's L of sRGB from 0 to 255 (Ottosson 2020)."""
    c = srgb / 255
    red, green, blue = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4).T
    long = np.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = np.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = np.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance of sRGB from 0 to 255 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def parsed(colour: str) -> tuple[int, int, int]:
    if colour.startswith("#"):
        return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return tuple(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "anchors", [colours.SEQUENTIAL, colours.SIGNED, colours.DIFFERENCE], ids=["sequential", "signed", "difference"]
)
def test_equal_steps_of_a_value_are_equal_steps_of_lightness(anchors, theme):
    steps = np.abs(np.diff(lightness(colours.table(anchors[theme]))))
    climbed = np.concatenate([[0], np.cumsum(steps)]) / steps.sum()
    assert np.abs(climbed - np.linspace(0, 1, 256)).max() < 0.02


@pytest.mark.parametrize("theme", THEMES)
def test_the_lightness_of_a_sequential_map_never_turns(theme):
    steps = np.diff(lightness(colours.table(colours.SEQUENTIAL[theme])))
    assert (steps < 0).all() if theme == "light" else (steps > 0).all()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("anchors", [colours.SIGNED, colours.DIFFERENCE], ids=["signed", "difference"])
def test_the_lightness_of_a_two_sided_map_turns_once_at_the_background(anchors, theme):
    rows = colours.table(anchors[theme])
    signs = np.sign(np.diff(lightness(rows)))
    turns = [i + 1 for i, (a, b) in enumerate(pairwise(signs)) if a != b]
    assert 1 <= len(turns) <= 2
    assert np.abs(rows[turns[0]] - np.array(parsed(colours.BACKGROUND[theme]))).max() < 4


def test_a_map_begins_and_ends_at_its_outer_colours():
    for anchors in (colours.SEQUENTIAL["light"], colours.SIGNED["dark"]):
        rows = colours.table(anchors)
        assert (rows[0], rows[-1]) == (pytest.approx(parsed(anchors[0]), abs=0.6), pytest.approx(parsed(anchors[-1]), abs=0.6))
        assert 0 <= rows.min() <= rows.max() <= 255


@pytest.mark.parametrize("theme", THEMES)
def test_words_stay_readable_on_every_cell_that_may_lie_under_them(theme):
    shades = [parsed(colour) for colour in colours.under_text(theme)]
    steps = np.diff(lightness(np.array(shades)))
    assert (steps <= 0).all() if theme == "light" else (steps >= 0).all()
    assert min(contrast(parsed(colours.TEXT[theme]), shade) for shade in shades) >= 4.5
    assert shades[0] == parsed(colours.BACKGROUND[theme])


@pytest.mark.parametrize("theme", THEMES)
def test_words_stay_readable_on_every_area_of_the_treemap(theme):
    trace = cost_figures.treemap(sizes(FULL_SIZE, "as pre-trained"), theme).data[0]
    fills, inks = trace.marker.colors, trace.textfont.color
    assert len(fills) == len(inks) == len(trace.labels) > 4
    seen = {(colours.BACKGROUND[theme] if fill == "rgba(0,0,0,0)" else fill, ink) for fill, ink in zip(fills, inks, strict=True)}
    assert min(contrast(parsed(ink), parsed(fill)) for fill, ink in seen) >= 4.5


def test_no_word_of_the_treemap_is_too_small_to_be_read():
    words = cost_figures.treemap(sizes(FULL_SIZE, "as pre-trained"), "light").layout.uniformtext
    assert (words.mode, words.minsize >= 10) == ("hide", True)


@pytest.mark.parametrize("theme", THEMES)
def test_a_heads_kind_stays_readable_on_every_colour_of_the_atlas(theme):
    source = (ROOT / "distilbert_viz" / "frame" / "components" / "canvas.js").read_text(encoding="utf-8")
    threshold, bright, dim = re.search(r'0\.7152 \* g \+ 0\.0722 \* b > ([\d.]+) \? "(#\w+)" : "(#\w+)"', source).groups()
    inks = {True: parsed(f"#{2 * bright[1:]}"), False: parsed(f"#{2 * dim[1:]}")}
    shades = [tuple(shade) for shade in colours.table(colours.SEQUENTIAL[theme]).round().astype(int).tolist()]
    assert min(contrast(inks[luminance(shade) > float(threshold)], shade) for shade in shades) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_two_voices_stand_out_from_the_background(theme):
    for voice in (colours.TEACHER, colours.STUDENT):
        assert contrast(parsed(voice), parsed(colours.BACKGROUND[theme])) >= 3


# Words on a figure


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("<b>", "&lt;b&gt;"),
        ("a&b", "a&amp;b"),
        ("\u202e", "U+202E"),
        ("\x00", "U+0000"),
        ("x" * 30, "x" * 17 + "…"),
        ("café", "café"),
        ("👍", "👍"),
    ],
)
def test_a_word_on_a_figure_is_no_markup_nor_invisible_nor_too_long(token, shown):
    assert labels.plain(token) == shown


def test_labels_stay_distinct_when_a_token_occurs_twice():
    assert labels.numbered(("the", "the", "<")) == ["0 the", "1 the", "2 &lt;"]


def plotly_figures(built_in, pair: TracePair, vocabulary: tuple[str, ...]) -> list[go.Figure]:
    """Every plotly figure of the app on one pair of traces."""
    read = [logits(model, trace) for model, trace in zip(built_in, pair, strict=True)]
    candidates = comparison.soft_labels(*read, vocabulary, 1, 2.0)
    chosen = tuple(blocks[0] for blocks in blocks_of(built_in, pair))
    return [
        embeddings.norms(pair),
        embeddings.share_bars(pair),
        hidden_states.final_cosine(pair),
        soft_labels.bars(candidates, int(pair.encoding.original_ids[1])),
        block_figures.lengths(chosen),
    ]


def test_a_token_that_looks_like_markup_is_escaped_on_every_plotly_figure(built_in, pair, vocabulary):
    trap = with_tokens(pair, TRAP, TRAP)
    read = [logits(model, trace) for model, trace in zip(built_in, pair, strict=True)]
    candidates = comparison.soft_labels(*read, vocabulary, 1, 2.0)
    figures = [
        embeddings.norms(trap),
        embeddings.share_bars(trap),
        hidden_states.final_cosine(trap),
        soft_labels.bars(replace(candidates, names=(TRAP,) * len(candidates.names)), None),
    ]
    for figure in figures:
        strings = list(strings_in(json.loads(figure.to_json())))
        assert any("&lt;b&gt;" in text for text in strings)
        assert not any("<b>" in text for text in strings)


def strings_in(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in inner for text in strings_in(part)]


# Bars and matrices


def test_the_bars_of_shares_add_up_to_one_at_every_token(pair):
    figure = embeddings.share_bars(pair)
    for axis in ("x", "x2"):
        bars = [trace.y for trace in figure.data if trace.xaxis == axis]
        assert np.sum(bars, axis=0) == pytest.approx(np.ones(len(pair.encoding)), abs=1e-4)


def test_the_bars_of_lengths_are_the_lengths_of_the_parts(pair):
    figure = embeddings.norms(pair)
    assert [(t.name, t.xaxis) for t in figure.data] == [
        ("word", "x"), ("position", "x"), ("segment", "x"), ("word", "x2"), ("position", "x2")
    ]  # fmt: skip
    assert figure.data[0].y == pytest.approx(np.linalg.norm(pair.teacher.embeddings.word, axis=-1))


def test_the_tables_have_a_row_a_token(pair):
    for table in (embeddings.table(pair), attention.table(pair, FIRST, 0), tokens.table(pair.encoding)):
        assert {len(column) for column in table.values()} == {len(pair.encoding)}


def cells_of(table: dict, name: str) -> list[list]:
    """One thing of every cell, row by row."""
    return [[cell.get(name) for cell in row["cells"]] for row in table["rows"]]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("measure", ["cosine", "CKA"])
def test_the_similarity_holds_every_student_state_against_every_teacher_state(measure, theme, pair):
    (table,) = hidden_states.similarity(pair, measure, theme)["tables"]
    states = [trace.hidden_states for trace in (pair.student, pair.teacher)]
    compare = {"cosine": lambda a, b: comparison.cosine(a, b).mean(), "CKA": comparison.debiased_cka}[measure]
    said = [[float(words.split()[-1]) for words in row] for row in cells_of(table, "words")]
    assert np.array(said) == pytest.approx(np.array([[compare(s, t) for t in states[1]] for s in states[0]]), abs=6e-5)
    assert np.array(cells_of(table, "text"), float) == pytest.approx(np.array(said), abs=0.0051)
    assert cells_of(table, "words")[1][3].startswith("student after L0, teacher after L2: ")
    assert (table["columns"][0], [row["state"] for row in table["rows"]][:2]) == ("embeddings", ["embeddings", "after L0"])


def test_the_similarity_outlines_the_state_that_each_student_layer_started_from(pair):
    (table,) = hidden_states.similarity(pair, "cosine", "light")["tables"]
    outlined = cells_of(table, "outlined")
    assert [(row, column) for row in range(4) for column in range(7) if outlined[row][column]] == [(0, 0), (1, 1), (2, 3), (3, 6)]


@pytest.mark.parametrize("theme", THEMES)
def test_the_larger_a_number_the_stronger_its_colour_from_nothing_to_one(theme, pair):
    shades = colours.under_text(theme)
    drawn = hidden_states.lens((Predictions(0, (("a", "b", "c"),), np.array([[1.0, 0.5, 0.0]], np.float32)),) * 2, theme)
    assert cells_of(drawn["tables"][0], "colour") == [[shades[100], shades[50], shades[0]]]
    assert drawn["ink"] == colours.TEXT[theme]
    (table,) = hidden_states.similarity(pair, "cosine", theme)["tables"]
    values = [float(words.split()[-1]) for row in cells_of(table, "words") for words in row]
    places = [shades.index(colour) for row in cells_of(table, "colour") for colour in row]
    assert [places[i] for i in np.argsort(values, kind="stable")] == sorted(places)


def test_the_cosine_of_the_last_states_is_a_bar_a_token(pair):
    bars = hidden_states.final_cosine(pair).data[0].y
    assert bars == pytest.approx(comparison.cosine(pair.teacher.hidden_states[-1], pair.student.hidden_states[-1]), abs=1e-6)


def test_the_lens_has_a_row_a_state_and_a_column_a_rank(built_in, pair):
    shown = predictions_of(built_in, pair)
    teacher, student = hidden_states.lens(shown, "dark")["tables"]
    assert (teacher["voice"], student["voice"]) == ("teacher", "student")
    assert [row["state"] for row in student["rows"]] == ["embeddings", "after L0", "after L1", "after L2"]
    assert student["columns"] == ["#1", "#2", "#3", "#4", "#5"]
    for table, said in zip((teacher, student), shown, strict=True):
        assert cells_of(table, "text") == [[labels.visible(token) for token in row] for row in said.names]
        read = [[float(words.split()[-1]) for words in row] for row in cells_of(table, "words")]
        assert np.array(read) == pytest.approx(said.probabilities, abs=6e-5)


def test_invisible_characters_of_a_listed_token_are_named(pair):
    drawn = hidden_states.lens((Predictions(1, (("\u202e",),), np.ones((1, 1), np.float32)),) * 2, "light")
    assert drawn["tables"][0]["rows"][0]["cells"][0]["text"] == "U+202E"


def test_the_bars_of_soft_labels_show_probability_rank_and_true_token(built_in, pair, vocabulary):
    read = [logits(model, trace) for model, trace in zip(built_in, pair, strict=True)]
    shown = comparison.soft_labels(*read, vocabulary, 1, 2.0)
    figure = soft_labels.bars(shown, int(shown.candidates[1]))
    assert [trace.name for trace in figure.data] == ["teacher", "student"]
    assert np.array_equal(figure.data[1].x, shown.student)
    assert [i for i, name in enumerate(figure.layout.yaxis.ticktext) if name.endswith("(true token)")] == [1]
    table = soft_labels.table(shown)
    assert np.array_equal(table["rank move"], np.array(table["student rank"]) - np.array(table["teacher rank"]))


def test_the_table_of_positions_says_whether_the_models_agree(built_in, pair, vocabulary):
    read = [logits(model, trace) for model, trace in zip(built_in, pair, strict=True)]
    table = soft_labels.positions_table(comparison.position_labels(*read, 2.0), pair.encoding, vocabulary)
    same = [a == b for a, b in zip(table["teacher says"], table["student says"], strict=True)]
    assert table["agree"].tolist() == same
    assert list(table)[-1] == "KL at T = 2, nats"


# The flow


def boxes(drawing: dict) -> list[dict]:
    return [box for row in drawing["rows"] for box in row]


def test_the_flow_has_a_gap_for_each_layer_left_out_and_for_the_segment_embedding(built_in, pair):
    drawing = flow.flow(pair, blocks_of(built_in, pair), predictions_of(built_in, pair), ("WordPiece", 30522))
    gaps = [box for box in boxes(drawing) if box.get("gap")]
    assert {box["voice"] for box in gaps} == {"student"}
    assert [box["name"] for box in gaps] == ["No segment embedding", *(f"No layer beside teacher L{i}" for i in (1, 3, 4))]


def test_a_classifier_is_not_said_to_make_as_many_logits_as_are_listed(built_in, pair):
    listed = Predictions(0, (("a", "b", "c", "d", "e"),) * 7, np.full((7, 5), 0.1, np.float32), "class")
    drawing = flow.flow(pair, blocks_of(built_in, pair), (listed, listed), ("WordPiece", 30522))
    shapes = [box["shape"] for box in boxes(drawing) if box["name"].startswith("Classification head")]
    assert [shape.rpartition(" → ")[2] for shape in shapes] == ["(1, classes) logits"] * 2


def test_a_student_that_keeps_everything_leaves_no_gap_in_the_flow(built_in, pair):
    twins = TracePair(pair.teacher, pair.teacher, tuple(range(6)))
    mine, said = blocks_of(built_in, pair)[0], predictions_of(built_in, pair)[0]
    assert not any(box.get("gap") for box in boxes(flow.flow(twins, (mine, mine), (said, said), ("WordPiece", 30522))))


def test_the_flow_is_plain_json_with_a_box_a_block(built_in, pair):
    drawing = flow.flow(pair, blocks_of(built_in, pair), predictions_of(built_in, pair), ("WordPiece", 30522))
    assert json.loads(json.dumps(drawing, allow_nan=False))["heads"] == [
        {"voice": "teacher", "name": "Teacher · BERT, 6 layers"},
        {"voice": "student", "name": "Student · DistilBERT, 3 layers"},
    ]
    blocks = [box["key"] for box in boxes(drawing) if "key" in box]
    assert sorted(blocks) == sorted([f"teacher{i}" for i in range(6)] + [f"student{i}" for i in range(3)])
    assert all(box.get("gap") or (box["shape"] and box["live"] and box["page"]) for box in boxes(drawing))


def test_a_student_layer_says_which_teacher_layer_started_it(built_in, pair):
    drawing = flow.flow(pair, blocks_of(built_in, pair), predictions_of(built_in, pair), ("WordPiece", 30522))
    notes = {box["key"]: box["note"] for box in boxes(drawing) if box.get("key", "").startswith("student")}
    assert notes == {f"student{i}": f"started from teacher L{start}" for i, start in enumerate((0, 2, 5))}


# A text on its way to ids

SMALL = {"[UNK]": 0, "[MASK]": 1, "un": 2, "##aff": 3, "##able": 4, "!": 5}


def test_a_walk_shows_the_word_cut_where_each_trial_looks():
    rows = tokens.walk(wordpiece.walk("unaffable", SMALL))
    assert all(row["before"] + row["matched"] + row["after"] == "unaffable" for row in rows)
    assert [(r["before"], r["matched"], r["after"]) for r in rows if r["found"]] == [
        ("", "un", "affable"),
        ("un", "aff", "able"),
        ("unaff", "able", ""),
    ]
    assert rows[0] == {"before": "", "matched": "unaffable", "after": "", "candidate": "unaffable", "found": False}


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("!", "1 trial, 1 piece."),
        ("un", "1 trial, 1 piece."),
        ("unable", "6 trials, 2 pieces."),
        ("unx", "No piece covers x (U+0078), so the whole word becomes [UNK]."),
        ("\u200b", "No piece covers U+200B (U+200B), so the whole word becomes [UNK]."),
        ("x" * 101, "A word of more than 100 characters becomes [UNK] without a trial."),
    ],
)
def test_the_outcome_of_a_walk_is_one_sentence(word, said):
    assert tokens.outcome(wordpiece.walk(word, SMALL), SMALL) == said


@pytest.mark.parametrize("text", [TEXT, "Unaffable café's [MASK]!", "👍 x\u200by", "a" * 150])
def test_the_stages_of_a_text_end_in_the_pieces_and_ids_of_the_tokenizer(text, built_in_tokenizer):
    encoding = encode(built_in_tokenizer, text)
    found = reading(built_in_tokenizer, text)
    pieces = tokens.pieces(found, tokens.walks(found, built_in_tokenizer.get_vocab()))
    assert list(pieces) == built_in_tokenizer.tokenize(text)
    stages = {stage["name"]: stage["parts"] for stage in tokens.stages(found, encoding, pieces)}
    assert list(stages) == ["Text", "Normalised", "Words", "WordPieces", "Ids"]
    assert (stages["Text"], stages["Ids"]) == ([text], [str(i) for i in encoding.original_ids.tolist()])


def test_a_typed_special_token_is_one_found_trial(built_in_tokenizer):
    walks = tokens.walks(reading(built_in_tokenizer, "a [MASK]"), built_in_tokenizer.get_vocab())
    assert tokens.walk(walks[1]) == [{"before": "", "matched": "[MASK]", "after": "", "candidate": "[MASK]", "found": True}]


def test_the_token_table_says_what_was_typed_and_which_sentence_it_is_in(pair):
    table = tokens.table(pair.encoding)
    assert table["typed"][1:4] == ["Who", "sold", "the"]
    assert (table["characters"][0], table["characters"][1]) == ("added", "0-3")
    assert "".join(table["segment"]) == "A" * 7 + "B" * (len(pair.encoding) - 7)


# Short texts


@pytest.mark.parametrize("text", ["x", "unaffable", "."])
def test_every_figure_can_draw_the_shortest_text(text, built_in, vocabulary):
    pair = trace_pair(built_in, text)
    chosen = tuple(blocks[0] for blocks in blocks_of(built_in, pair))
    for hide in (False, True):
        decoded(attention.attention_overview(pair, FIRST, True, hide).data)
        decoded(attention.head_maps(pair, FIRST, 0, hide).data)
    decoded(vectors.embedding_heatmaps(pair, 0).data)
    decoded(vectors.block_stations(pair, chosen).data)
    decoded(vectors.block_heads(pair, chosen, "scores").data)
    assert all(isinstance(figure, go.Figure) for figure in plotly_figures(built_in, pair, vocabulary))
    json.dumps(hidden_states.similarity(pair, "cosine", "light"), allow_nan=False)
    json.dumps(hidden_states.lens(predictions_of(built_in, pair), "dark"), allow_nan=False)
    json.dumps(flow.flow(pair, blocks_of(built_in, pair), predictions_of(built_in, pair), ("WordPiece", 30522)), allow_nan=False)


def test_a_text_of_three_tokens_is_too_short_for_cka_and_the_figure_says_so(built_in):
    pair = trace_pair(built_in, "x")
    assert len(pair.encoding) == 3
    with pytest.raises(ValueError, match="at least 4 tokens, and this text has 3"):
        hidden_states.similarity(pair, "CKA", "light")
