"""What a person takes along, in a real Chromium: every figure as SVG, PNG and HTML, every table as CSV."""

import base64
import csv
import io
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.support.browsers import settled

pytestmark = pytest.mark.browser
TEXT = "a = b + [MASK] <script>alert(1)</script>"
GROUND = {"light": (255, 255, 255), "dark": (23, 22, 20)}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module", params=["light", "dark"])
def visited(request, visitors, app):
    """A visitor whose browser asks for these colours, and the colours' name."""
    page = visitors.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme=request.param)
    yield page, app, request.param
    page.close()


@pytest.fixture(scope="module")
def page(visitors):
    """One visitor for this file: on an address that two tests in turn want, the second finds it open."""
    page, errors = visitors.new_page(), []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.on("pageerror", lambda error: errors.append(error))  # Playwright cannot wrap a built-in method
    yield page
    page.close()
    assert not errors, f"the page threw {errors}"


@pytest.fixture(scope="module")
def files(visited, tmp_path_factory):
    """A canvas and a plotly chart in every form, by name, as a person takes them along."""
    page, app, _ = visited
    folder, found = tmp_path_factory.mktemp("taken"), {}
    for address, figures in (("hidden-states", {1: "chart"}), ("attention?head=chosen", {0: "overview", 1: "canvas"})):
        opened(page, app, address)
        for figure, name in figures.items():
            found |= {f"{name} {kind}": taken(page, folder, kind, figure) for kind in ("SVG", "PNG", "HTML")}
    return found


CHARTS_ARE_DRAWN = "[...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(e => e.querySelector('.main-svg'))"


def opened(page: Page, app: str, address: str, text: str = TEXT) -> Page:
    """A page of the app on a text, at rest."""
    link = f"{app}/{address}{'&' if '?' in address else '?'}text={text.replace('+', '%2B')}"
    if page.evaluate("[window.link, window.path === location.pathname]") == [link, True]:
        return page
    page.goto(link)
    page.evaluate("link => { window.link = link; window.path = location.pathname }", link)
    expect(page.get_by_text("What to notice").first).to_be_visible(timeout=120_000)
    expect(page.get_by_text("Sources:").last).to_be_visible(timeout=120_000)  # the end of every page
    page.wait_for_function(CHARTS_ARE_DRAWN, timeout=120_000)  # plotly comes in a file of its own
    return settled(page)


def taken(page: Page, folder: Path, kind: str, figure: int = 0) -> Path:
    """The file that a figure's button gives."""
    page.get_by_role("button", name="Take along").click()
    with page.expect_download() as download:
        page.locator(".take li").nth(figure).get_by_role("button", name=kind).click()
    page.get_by_role("button", name="Close").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def words(svg: ElementTree.Element) -> list[str]:
    """Every text of a picture."""
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def parsed(path: Path) -> ElementTree.Element:
    """A picture as any reader of XML takes it."""
    return ElementTree.parse(path).getroot()


def assert_opens_by_itself(browser, path: Path, *expected: str) -> None:
    """The file opened alone: it throws nothing, asks for nothing, and shows what is expected."""
    with browser.new_context() as context:
        alone, asked, errors = context.new_page(), [], []
        alone.on("request", lambda request: asked.append(request.url))
        alone.on("pageerror", lambda error: errors.append(error))  # Playwright cannot wrap a built-in method
        alone.goto(path.as_uri())
        assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []
        assert errors == []
        for said in expected:
            expect(alone.locator("body").get_by_text(said, exact=False).first).to_be_attached()
        assert alone.locator("script").count() == 0


def test_a_canvas_is_taken_along_with_its_words_as_words_and_its_weights_as_cells(files, built_in):
    from distilbert_viz.tracing import trace_pair

    traces = trace_pair(built_in, TEXT)
    assert files["canvas SVG"].name == "attention-head.svg"
    svg = parsed(files["canvas SVG"])
    assert {"Teacher · L0 H0", "Student · L0 H0", "[MASK]", "script", "One head in full"} <= set(words(svg))
    assert f"“{TEXT}”" in svg.find(f"{SVG}desc").text
    assert "built-in small pair" in svg.find(f"{SVG}desc").text
    assert "checked against the model" in "".join(words(svg))
    sources = [image.get("href") for image in svg.iter(f"{SVG}image")]
    cells = [np.asarray(Image.open(io.BytesIO(base64.b64decode(source.split(",")[1]))).convert("L"), float) for source in sources]
    for drawn, trace in zip(cells, traces, strict=True):
        weights = trace.attentions[0, 0]
        assert drawn.shape == weights.shape
        assert abs(np.corrcoef(drawn.ravel(), weights.ravel())[0, 1]) > 0.9


def test_every_head_is_a_cell_picture_in_the_overview(files):
    svg = parsed(files["overview SVG"])
    assert len(list(svg.iter(f"{SVG}image"))) == 6 * 12 + 3 * 12
    assert {"L0", "L5", "H0", "H11", "teacher L1 has no student layer"} <= set(words(svg))


def test_a_chart_is_taken_along_with_its_axes_and_a_bar_a_token(files, built_in):
    svg = parsed(files["chart SVG"])
    tokens = built_in.teacher.tokenizer(TEXT).tokens()
    assert {"cosine, last states", *(f"{i} {token}" for i, token in enumerate(tokens))} <= set(words(svg))
    assert "Cosine of the last hidden states at every token." in words(svg)


@pytest.mark.parametrize("figure", ["overview", "canvas", "chart"])
def test_a_picture_of_points_has_the_pages_ground_and_twice_the_size(visited, files, figure):
    svg, ground = parsed(files[f"{figure} SVG"]), GROUND[visited[2]]
    fill = next(rect for rect in svg.iter(f"{SVG}rect")).get("fill")
    assert tuple(int(fill[i : i + 2], 16) for i in (1, 3, 5)) == ground
    with Image.open(files[f"{figure} PNG"]) as picture:
        assert picture.size == (2 * int(svg.get("width")), 2 * int(svg.get("height")))
        pixels = np.asarray(picture.convert("RGBA"))
    assert (pixels[..., 3] == 255).all()
    assert tuple(int(c) for c in pixels[2, 2, :3]) == ground
    assert len(np.unique(pixels[::7, ::7, :3].reshape(-1, 3), axis=0)) > 10


@pytest.mark.parametrize(("figure", "expected"), [("overview", "H11"), ("canvas", "[MASK]"), ("chart", "cosine, last states")])
def test_a_figure_as_a_page_opens_without_a_network(browser, files, figure, expected):
    assert_opens_by_itself(browser, files[f"{figure} HTML"], expected, f"“{TEXT}”", "distilbert_viz")


def test_a_frame_as_a_page_draws_without_a_network(page, app, browser, tmp_path):
    opened(page, app, "attention?view=bertviz")
    path = taken(page, tmp_path, "HTML")
    with browser.new_context() as context:
        alone = context.new_page()
        alone.goto(path.as_uri())
        expect(alone.locator("svg text", has_text="alert").first).to_be_attached()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("architecture", ["Block L5", "a head looks at"]),
        ("tokens", ["Normalised", "looked up as"]),
        ("one-step", ["Combined loss", "temperature T"]),
        ("attention?view=lines", ["[MASK]", "Attention"]),
        ("size-and-arithmetic", ["with random weights"]),
    ],
)
def test_every_component_is_taken_along_as_a_valid_picture(page, app, address, expected, tmp_path):
    opened(page, app, address)
    page.get_by_role("button", name="Take along").click()
    expect(page.locator(".take li").first).to_be_visible()
    figures = page.locator(".take li").count()
    page.get_by_role("button", name="Close").click()
    said = ""
    for figure in range(figures):
        svg = parsed(taken(page, tmp_path, "SVG", figure))
        said += "\n".join(words(svg))
        assert int(svg.get("width")) > 200
        assert int(svg.get("height")) > 60
    assert [word for word in expected if word not in said] == []


def test_a_figure_that_is_not_of_the_present_text_does_not_say_so(page, app, tmp_path):
    opened(page, app, "size-and-arithmetic")
    assert TEXT not in taken(page, tmp_path, "SVG").read_text(encoding="utf-8")


def test_a_page_that_is_not_about_the_text_says_so_by_leaving_it_out(page, app, tmp_path):
    opened(page, app, "size-and-arithmetic?view=arithmetic")
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    about = parsed(taken(page, tmp_path, "SVG", 1)).find(f"{SVG}desc").text
    assert "BERT-base and DistilBERT at full size" in about
    assert "built-in" not in about
    assert TEXT not in about


def test_the_report_is_reached_from_where_figures_are_taken_along(page, app):
    opened(page, app, "attention?view=lines")
    page.get_by_role("button", name="Take along").click()
    page.get_by_role("button", name="Report and whole trace").click()
    expect(page.get_by_role("heading", name="Report")).to_be_visible()
    expect(page.get_by_role("button", name="Report (.html)")).to_be_visible(timeout=60_000)
    assert page.get_by_test_id("stSidebarNav").get_by_text("Report", exact=True).count() == 0


def test_the_report_in_the_app_opens_without_a_network(page, app, browser, tmp_path):
    opened(page, app, "report")
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (.html)").click()
    download.value.save_as(tmp_path / "report.html")
    assert_opens_by_itself(browser, tmp_path / "report.html", "Checked against the models", TEXT)


def test_the_trace_in_the_app_is_the_models(page, app, built_in, tmp_path):
    from distilbert_viz.tracing import trace_pair

    opened(page, app, "report")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Trace")).click()
    download.value.save_as(tmp_path / "trace.npz")
    with np.load(tmp_path / "trace.npz") as archive:
        traces = trace_pair(built_in, TEXT)
        assert np.abs(archive["student.attentions"] - traces.student.attentions).max() < 1e-5
        assert "axes" in archive


def test_a_table_is_taken_along_with_all_digits_and_without_formulas(page, app, built_in, tmp_path):
    from distilbert_viz import tracing

    opened(page, app, "soft-labels")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert download.value.suggested_filename == "every position.csv"
    download.value.save_as(tmp_path / "table.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "table.csv").read_text(encoding="utf-8-sig"))))
    traces = tracing.trace_pair(built_in, TEXT)
    assert [row["token"].removeprefix("'") for row in rows] == list(traces.encoding.tokens)
    assert {row["token"] for row in rows} >= {"'=", "'+", "a"}
    logits = tracing.logits(built_in.teacher, traces.teacher).astype(np.float64)
    likeliest = np.exp(logits.max(-1) - np.logaddexp.reduce(logits, -1))
    assert [float(row["p teacher"]) for row in rows] == pytest.approx(likeliest.tolist(), abs=1e-5)


def test_a_table_has_one_csv_and_it_is_the_safe_one(page, app):
    opened(page, app, "soft-labels")
    page.locator('[data-testid="stDataFrame"]').first.hover()
    expect(page.get_by_role("button", name="CSV")).to_have_count(1)
