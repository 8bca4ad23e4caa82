"""Pictures in a notebook: their numbers are the models' own, and what is clicked comes back."""

import json
import zlib
from dataclasses import replace

import numpy as np
import pytest
from traitlets import TraitError, link

from distilbert_viz import comparison, tracing
from distilbert_viz.notebook import show
from distilbert_viz.notebook.widget import Drawing
from distilbert_viz.records import TracePair
from distilbert_viz.tracing.stock import stock_model
from distilbert_viz.tracing.stock_lost import stock_mixtures
from tests.support.canvases import decoded

TEXT = "The capital of France is [MASK]."
CLOSE = 1e-4


@pytest.fixture(scope="module")
def stocks(built_in):
    """Stock eager models with the same weights."""
    return tuple(map(stock_model, built_in))


@pytest.fixture(scope="module")
def passes(built_in, stocks):
    """What the stock models see in TEXT."""
    encoding = tracing.trace_pair(built_in, TEXT).encoding
    return tuple(tracing.stock_pass(stock, encoding) for stock in stocks)


@pytest.fixture
def overview(built_in):
    """Every head."""
    return show.attention(built_in, TEXT)


def drawn(widget: Drawing) -> tuple[dict, list[list[np.ndarray]]]:
    """Header and cells as the browser reads them."""
    return decoded(zlib.decompress(widget.data))


def chosen(widget: Drawing) -> list[list[int]]:
    """The head that is outlined in each figure."""
    return [figure["chosen"] for figure in drawn(widget)[0]["figures"]]


def click(widget: Drawing, **made: object) -> None:
    """What the browser sends of a click."""
    widget.comm.handle_msg({"content": {"data": {"method": "custom", "content": made}}, "buffers": []})


# Numbers


def test_every_head_of_both_models_is_what_the_stock_models_attend_to(overview, passes):
    for panels, stock in zip(drawn(overview)[1], passes, strict=True):
        maps = stock.attentions.reshape(-1, *stock.attentions.shape[2:])
        assert len(panels) == len(maps)
        assert max(np.abs(got - true).max() for got, true in zip(panels, maps, strict=True)) <= 1 / 255 / 2 + CLOSE


@pytest.mark.parametrize("picture", [show.head, show.lines])
def test_a_head_in_full_and_as_lines_is_the_stock_models_own(built_in, passes, picture):
    widget = picture(built_in, TEXT, teacher=(3, 7), student=(1, 2))
    (teacher,), (student,) = drawn(widget)[1]
    assert np.abs(teacher - passes[0].attentions[3, 7]).max() < CLOSE
    assert np.abs(student - passes[1].attentions[1, 2]).max() < CLOSE


def test_without_a_head_it_is_the_mean_over_the_layers(built_in, passes):
    (teacher,), (student,) = drawn(show.head(built_in, TEXT, teacher=(3, None)))[1]
    assert np.abs(teacher - passes[0].attentions[3].mean(0)).max() < CLOSE
    assert np.abs(student - passes[1].attentions[1].mean(0)).max() < CLOSE


@pytest.mark.parametrize("measure", [comparison.JS, comparison.COSINE])
def test_the_matrix_of_heads_holds_the_stock_models_attention_against_each_other(built_in, passes, measure):
    widget = show.heads(built_in, TEXT, measure=measure)
    seen = (replace(trace, attentions=stock.attentions) for trace, stock in zip(widget.traces, passes, strict=True))
    traces = TracePair(*seen, built_in.initial_layers)
    ((matrix,),) = drawn(widget)[1]
    assert np.abs(matrix - comparison.head_similarity(traces).measures[measure]).max() < 1e-3


def test_every_mixture_is_as_far_from_the_teacher_as_stock_layers_say(built_in, stocks, passes):
    widget = show.lost(built_in, TEXT)
    at = widget.token
    label = passes[0].logits[at]
    mixed = stock_mixtures(stocks, (passes[0].hidden_states, passes[1].hidden_states), at)
    for panels, stock, states in zip(drawn(widget)[1], stocks, mixed, strict=True):
        logits = stock.predict(stock.tensor(states)).detach().numpy()
        kl = comparison.kl(np.broadcast_to(label, logits.shape), logits, 1.0)
        assert np.abs(np.array([panel.item() for panel in panels]).reshape(kl.shape) - kl).max() < 1e-3


def test_the_flow_ends_in_what_the_stock_models_predict(built_in, passes):
    widget = show.flow(built_in, TEXT)
    ends = json.loads(zlib.decompress(widget.data))["rows"][-1]
    for box, stock in zip(ends, passes, strict=True):
        probabilities = comparison.soften(stock.logits[widget.token], 1.0)
        best = built_in.teacher.pieces([int(probabilities.argmax())])[0]
        assert f"{best} {probabilities.max():.0%}" in box["live"]


def test_soft_labels_are_the_stock_models_softened(built_in, passes):
    bars = show.soft_labels(built_in, TEXT, temperature=3.0)
    for shown, stock, trace in zip((bars.labels.teacher, bars.labels.student), passes, bars.figure.data, strict=True):
        true = comparison.soften(stock.logits[bars.labels.position], 3.0)[bars.labels.candidates]
        assert np.abs(shown - true).max() < CLOSE
        assert np.abs(np.array(trace.x) - true).max() < CLOSE


def test_a_token_that_was_not_masked_is_named_as_the_true_one(built_in):
    labels = show.soft_labels(built_in, "The cat sat.", token=2).figure.layout.yaxis.ticktext
    assert any(name == "cat (true token)" for name in labels)


# Clicks


def test_a_click_on_a_head_comes_back_and_is_outlined_beside_the_students(overview):
    click(overview, voice="teacher", pick="panel", value=[4, 7])
    assert (overview.head, overview.student_head) == ((4, 7), (1, 7))
    assert chosen(overview) == [[4, 7], [1, 7]]


def test_a_click_on_the_students_head_is_one_on_the_head_that_it_began_as(overview):
    click(overview, voice="student", pick="panel", value=[2, 3])
    assert (overview.head, overview.student_head) == ((overview.traces.initial_layers[2], 3), (2, 3))


def test_a_click_on_a_token_is_marked_in_both_models(built_in):
    widget = show.lines(built_in, TEXT)
    click(widget, voice="student", pick="token", value=[2])
    assert widget.token == 2
    assert [figure["token"] for figure in drawn(widget)[0]["figures"]] == [2, 2]


def test_a_click_on_a_cell_chooses_two_heads_at_once(built_in):
    widget = show.heads(built_in, TEXT)
    click(widget, voice="", pick="cell", value=[1 * 12 + 5, 4 * 12 + 7])
    assert (widget.head, widget.student_head) == ((4, 7), (1, 5))
    assert drawn(widget)[0]["figures"][0]["cell"] == [17, 55]


def test_a_click_on_a_mixture_comes_back_and_is_outlined(built_in):
    widget = show.lost(built_in, TEXT)
    click(widget, voice="teacher", pick="mixture", value=[2, 1])
    assert widget.mixture == ("teacher", 2, 1)
    assert chosen(widget) == [None, [2, 1]]


def test_a_click_on_a_station_says_its_page_and_layer(built_in):
    widget = show.flow(built_in, TEXT)
    click(widget, page="Inside a block", layer=2)
    assert (widget.page, widget.layer) == ("Inside a block", 2)


def test_two_pictures_can_be_linked(built_in, overview):
    detail = show.head(built_in, TEXT)
    link((overview, "head"), (detail, "head"))
    click(overview, voice="teacher", pick="panel", value=[0, 4])
    assert [figure["title"] for figure in drawn(detail)[0]["figures"]] == ["Teacher · L0 H4", "Student · L0 H4"]


def test_it_opens_on_the_clearest_head_at_the_first_mask(overview):
    at = overview.traces.encoding.mask_positions[0]
    assert overview.token == at
    assert overview.head == comparison.clearest_head(overview.traces.teacher, at)


def test_tokens_that_frame_the_text_can_be_left_out(built_in):
    header, cells = drawn(show.head(built_in, TEXT, hide_special=True))
    names = header["figures"][0]["labels"]["rows"]
    assert "[CLS]" not in names
    assert cells[0][0].shape == (len(names), len(names))


# Refusals


@pytest.mark.parametrize(
    ("make", "kind", "said"),
    [
        (lambda pair: show.head(pair, TEXT, teacher=(6, 0)), TraitError, r"The teacher has no \(layer, head\) \(6, 0\)"),
        (lambda pair: show.lines(pair, TEXT, student=(0, 12)), TraitError, r"The student has no \(layer, head\) \(0, 12\)"),
        (lambda pair: show.lost(pair, TEXT, token=99), TraitError, "There is no token 99: the text has tokens 0 to 8"),
        (lambda pair: show.heads(pair, TEXT, measure="L2"), ValueError, "JS distance or cosine"),
        (lambda pair: show.attention(pair, " "), ValueError, "nothing to read"),
        (lambda pair: show.soft_labels(pair, TEXT, temperature=0.0), ValueError, "temperature must be above 0"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(built_in, make, kind, said):
    with pytest.raises(kind, match=said):
        make(built_in)


def test_a_head_that_is_not_there_leaves_the_picture_as_it_was(overview):
    before = overview.data
    with pytest.raises(TraitError, match="6 layers of 12 heads"):
        overview.head = (17, 0)
    assert overview.data == before


# Without a kernel


def displayed(widget, monkeypatch) -> list[dict]:
    """What a cell that ends in the picture writes into its notebook."""
    written = []
    monkeypatch.setattr("distilbert_viz.notebook.widget.display", lambda data, **_: written.append(data))
    widget._ipython_display_()
    return written


@pytest.mark.parametrize("name", ["attention", "head", "lines", "heads", "lost", "flow"])
def test_a_saved_notebook_holds_a_still_picture_that_runs_nothing_and_asks_nobody(built_in, monkeypatch, name):
    widget = getattr(show, name)(built_in, "<script>alert(1)</script> & a [MASK].")
    still, live = displayed(widget, monkeypatch)
    page = still["text/html"]
    assert widget.still in page
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert ("<svg" in page) or name == "flow"
    assert "application/vnd.jupyter.widget-view+json" in live


def test_soft_labels_are_plotlys_own_kind_and_a_table_for_all_others(built_in):
    bars = show.soft_labels(built_in, TEXT)
    bundle = bars._repr_mimebundle_()
    assert {"data", "layout"} <= bundle["application/vnd.plotly.v1+json"].keys()
    assert "<script" not in bundle["text/html"]


def test_a_pictures_module_needs_no_network(overview):
    assert not [word for word in ("http:", "https:", "import ", "cdn") if word in overview.get_state()["_esm"]]
