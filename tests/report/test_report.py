"""The report says what the models say, in one file that runs nothing and asks nobody; the tables beside it are exact."""

import base64
import csv
import html
import io
import json
import re
import struct
import zlib
from collections import defaultdict
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from distilbert_viz.cli import app
from distilbert_viz.drawing import still
from distilbert_viz.drawing.tables import as_csv, by_column
from distilbert_viz.report import archive, differences, largest
from distilbert_viz.version import VERSION
from tests.support import odd
from tests.support.pages import visit

TEXT = "<script>alert(1)</script> & a cup of [MASK]. [SEP] It was hot."
TEMPERATURE, LAYER, HEAD = 3.0, 3, 7


class Page(HTMLParser):
    """A page as a reader takes it: its elements with their attributes, its tables row by row, its words."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements, self.tables, self.words, self.in_cell = [], [], [], False
        self.feed(source)
        self.close()

    def handle_starttag(self, name: str, attributes: list) -> None:
        """Keep the element, and begin what it begins."""
        self.elements.append((name, dict(attributes)))
        if name == "table":
            self.tables.append([])
        if name == "tr":
            self.tables[-1].append([])
        if name in ("td", "th"):
            self.tables[-1][-1].append("")
            self.in_cell = True

    def handle_endtag(self, name: str) -> None:
        """A cell ends."""
        self.in_cell = self.in_cell and name not in ("td", "th")

    def handle_data(self, words: str) -> None:
        """Words belong to the page, and to the cell that is open."""
        self.words.append(words)
        if self.in_cell and words.strip():
            self.tables[-1][-1][-1] += words.strip() + " "

    def table(self, title: str) -> dict[str, list[str]]:
        """The first table whose head or first column holds `title`: its rows by their first cell."""
        found = next(table for table in self.tables if any(title in cell for row in table for cell in row))
        return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in found}


def typed(*arguments: object):
    """What the command line answers."""
    return CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "80"})


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The file that `report` writes of TEXT, and the same as a reader takes it."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    answer = typed("report", TEXT, "--out", path, "--temperature", TEMPERATURE, "--layer", LAYER, "--head", HEAD)
    assert (answer.exit_code, answer.stderr) == (0, "")
    source = path.read_text(encoding="utf-8")
    return source, Page(source)


@pytest.fixture(scope="module")
def traces(built_in):
    """Both models' traces of TEXT."""
    from distilbert_viz.tracing import trace_pair

    return trace_pair(built_in, TEXT)


@pytest.fixture(scope="module")
def logits(built_in, traces):
    """Both models' logits on TEXT."""
    from distilbert_viz import tracing

    return [tracing.logits(model, trace) for model, trace in zip(built_in, traces, strict=True)]


def images(source: str) -> list[np.ndarray]:
    """The levels of every picture of weights, 0 to 255; read by the format's description: unfiltered lines after a 0."""
    return [_levels(base64.b64decode(data)) for data in re.findall(r"data:image/png;base64,([\w+/=]+)", source)]


def _levels(data: bytes) -> np.ndarray:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = defaultdict(bytes), 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(kind + body)
        chunks[kind] += body  # IDAT may come in pieces
        at += 12 + length
    columns, rows = struct.unpack_from(">II", chunks[b"IHDR"])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(rows, columns + 1)
    assert not lines[:, 0].any()
    return lines[:, 1:]


def test_both_distributions_in_the_report_are_the_models_softened_by_t(written, traces, logits, built_in):
    position = traces.encoding.tokens.index("[MASK]")
    softened = [torch.softmax(torch.tensor(read[position], dtype=torch.float64) / TEMPERATURE, 0).numpy() for read in logits]
    rows = written[1].table("probability")
    for number in softened[0].argsort()[::-1][:5]:
        token = built_in.teacher.tokenizer.convert_ids_to_tokens(int(number))
        probabilities, ranks = rows[token]
        assert [float(p) for p in probabilities.split()] == pytest.approx([s[number] for s in softened], rel=6e-3)
        assert [int(r) for r in ranks.split(" → ")] == [1 + int((s > s[number]).sum()) for s in softened]
    words = "".join(written[1].words)
    said = {name: float(re.search(rf"{re.escape(name)} ([\d.e-]+) nats", words)[1]) for name in ("entropy, teacher", "KL × T²")}
    kl = (softened[0] * (np.log(softened[0]) - np.log(softened[1]))).sum()
    assert said["entropy, teacher"] == pytest.approx(-(softened[0] * np.log(softened[0])).sum(), abs=6e-4)
    assert said["KL × T²"] == pytest.approx(kl * TEMPERATURE**2, rel=6e-4)


def test_the_models_are_counted_as_torch_counts_them(written, built_in):
    rows = written[1].table("parameters")
    assert rows["parameters"] == [f"{sum(p.numel() for p in model.network.parameters()):,}" for model in built_in]
    assert rows["layers"] == [str(model.network.config.num_hidden_layers) for model in built_in]


def test_every_cell_of_the_similarity_is_the_mean_cosine_of_two_states(written, traces):
    rows = written[1].table("embeddings")
    for state, name in ((0, "embeddings"), (2, "after L1")):
        mine = torch.tensor(traces.student.hidden_states[state])
        means = [torch.cosine_similarity(mine, torch.tensor(theirs), dim=-1).mean() for theirs in traces.teacher.hidden_states]
        assert [float(cell) for cell in rows[name]] == pytest.approx([float(mean) for mean in means], abs=6e-3)


def test_every_head_is_in_the_picture_to_half_a_shade(written, traces):
    side, gap = len(traces.encoding), max(1, round(0.06 * len(traces.encoding)))
    overviews, maps = images(written[0])[:2], images(written[0])[-2:]
    for picture, trace, slots in zip(overviews, traces, (range(6), traces.initial_layers), strict=True):
        for layer, head in np.ndindex(trace.layers, trace.heads):
            row, column = slots[layer] * (side + gap), head * (side + gap)
            drawn = picture[row : row + side, column : column + side] / 255
            assert np.abs(drawn - trace.attentions[layer, head]).max() <= still.STEP + 1e-6
    for picture, trace, layer in zip(maps, traces, (LAYER, 1), strict=True):
        assert np.abs(picture / 255 - trace.attentions[layer, HEAD]).max() <= still.STEP + 1e-6


def test_tokens_and_their_ids_stand_in_their_order(written, traces):
    shown = re.findall(r"<bdi>([^<]*)</bdi><small>(\d+)</small>", written[0])
    assert [int(number) for _, number in shown] == traces.encoding.input_ids.tolist()
    assert [html.unescape(token) for token, _ in shown] == list(traces.encoding.tokens)


def test_the_report_runs_no_script_and_asks_no_network(written):
    source, page = written
    assert {name for name, _ in page.elements} & {"script", "link", "iframe", "object", "embed", "img", "base"} == set()
    attributes = [(name, value) for _, found in page.elements for name, value in found.items()]
    assert [name for name, _ in attributes if name.startswith("on")] == []
    assert {value.split(":")[0] for name, value in attributes if name in ("src", "href")} == {"data"}
    assert "url(" not in source
    assert "@import" not in source


def test_what_was_typed_is_in_the_report_as_words(written):
    assert TEXT in "".join(written[1].words)
    assert f"distilbert_viz {VERSION}" in "".join(written[1].words)


def test_the_report_says_how_far_it_is_from_the_stock_models(written):
    rows = written[1].table("max |difference|")
    numbers = {name: [float(number) for number in row] for name, row in rows.items() if name != "panel"}
    assert list(numbers) == [
        "Attention, every head",
        "Attention, the chosen heads",
        "Hidden states",
        "Soft labels",
        "Where it was lost",
    ]
    assert max(numbers.pop("Attention, every head")) <= 1.05 * still.STEP
    assert max(map(max, numbers.values())) < 2e-5


def test_a_number_that_is_not_the_models_is_found(built_in, traces, logits):
    from distilbert_viz import comparison, cost
    from distilbert_viz.report import Findings
    from distilbert_viz.tracing.stock import stock_model, stock_pass

    vocabulary = tuple(built_in.teacher.tokenizer.convert_ids_to_tokens(range(logits[0].shape[1])))
    labels = comparison.soft_labels(*logits, vocabulary, 3, 1.0)
    sizes = tuple(map(cost.model_size, built_in))
    wrong = replace(labels, student=labels.student + np.float32(0.25))
    found = Findings("a pair", traces, sizes, ((0, 0), (0, 0)), wrong, None, "cpu", "float32", vocabulary, None)
    panels = differences(found, tuple(stock_pass(stock_model(model), traces.encoding) for model in built_in))
    assert largest(panels).student == pytest.approx(0.25, abs=1e-5)
    assert largest(panels).teacher <= 1.05 * still.STEP


def test_the_report_says_where_it_was_lost_and_its_cells_are_the_models(written, built_in, traces):
    from distilbert_viz import tracing

    _, page = written
    found = tracing.hand_over(built_in, traces, traces.encoding.mask_positions[0])
    curve = page.table("the teacher reads on from the student's state")
    shown = [float(curve[name][0]) for name in ("embeddings", "after L0", "after L1", "after L2", "the student itself")]
    assert shown == pytest.approx([*found.curve, found.student.kl], abs=1e-4)
    assert curve["after L0"][1].startswith(built_in.teacher.named([int(found.student_then_teacher.ids[1, 1, 0])])[0])
    map_ = page.table("Teacher's states, read on by the student")
    assert [float(cell) for cell in map_["after L5"]] == pytest.approx(found.teacher_then_student.kl[6], abs=0.006)
    checks = page.table("panel")["Where it was lost"]
    assert max(map(float, checks)) < 1e-4


def test_a_report_of_the_longest_text_stays_under_a_megabyte(tmp_path):
    words = ["the", "old", "sailor", "told", "a", "long", "story", "of", "sea", "and", "salt", "."]
    text = " ".join(np.random.default_rng(0).choice(words, 700))
    assert typed("report", text, "--out", tmp_path / "long.html").exit_code == 0
    source = (tmp_path / "long.html").read_text(encoding="utf-8")
    assert images(source)[-1].shape == (512, 512)
    assert len(source) < 1_000_000


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["", "--out", "report.html"], "The text is empty"),
        (["A cat.", "--out", "."], "it is a folder"),
        (["A cat.", "--out", "/no/such/folder/report.html"], "there is no folder /no/such/folder"),
        (["A cat.", "--out", "x" * 300], "File name too long"),
        (["A cat.", "--out", "report.html", "--layer", 6], "no layer 6: its layers are 0 to 5."),
        (["A cat.", "--out", "report.html", "--head", -1], "no head -1: its heads are 0 to 11."),
        (["A cat.", "--out", "report.html", "--position", 5], "positions 0 to 4"),
        (["A cat.", "--out", "report.html", "--temperature", 0], "not 0."),
        (["A cat.", "--out", "report.html", "--pair", "pear"], "no pair called 'pear'"),
    ],
)
def test_bad_input_is_refused_in_one_line(arguments, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = typed("report", *arguments)
    assert (answer.exit_code, answer.stdout, len(answer.stderr.splitlines())) == (2, "", 1)
    assert sentence in answer.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("loaded")
def test_the_page_shows_the_same_report_as_the_command_writes(written):
    session = visit("text_report", TEXT)
    session.session_state["teacher_layer"], session.session_state["teacher_head"] = LAYER, HEAD
    session.session_state["student_layer"], session.session_state["student_head"] = 1, HEAD
    session.slider(key="temperature").set_value(TEMPERATURE).run()
    page = session.get("iframe")[0].proto.srcdoc
    stamp = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    assert re.sub(stamp, "", page) == re.sub(stamp, "", written[0])


def test_axes_are_named_for_every_array_of_the_trace(traces, logits):
    made = archive(traces, tuple(logits))
    axes = json.loads(str(made.pop("axes")))
    assert {name: array.ndim for name, array in made.items()} == {name: len(words) for name, words in axes.items()}
    assert axes["student.attentions"] == ["layer", "head", "query", "key"]


def test_a_csv_gives_every_number_back_and_no_formula():
    numbers = np.array([0.1, 1e-30, 3.4e38, -2.5], np.float32)
    words = ["=1+1", "-", "@x", "-0.31"]
    read = list(csv.DictReader(io.StringIO(as_csv({"token": words, "p": numbers, "n": [1, 2, 3, None]}))))
    assert [float(row["p"]) for row in read] == [float(number) for number in numbers]
    assert [row["token"] for row in read] == ["'=1+1", "'-", "'@x", "-0.31"]
    assert [row["n"] for row in read] == ["1", "2", "3", ""]


def test_a_csv_keeps_commas_quotes_and_line_breaks_in_their_cells():
    words = ['a,"b"', "two\nlines", "日本"]
    assert [row["token"] for row in csv.DictReader(io.StringIO(as_csv({"token": words}), newline=""))] == words


def test_rows_and_columns_of_a_table_hold_the_same_cells():
    assert by_column([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]) == {"a": [1, 2], "b": ["x", "y"]}
    assert by_column([]) == {}


def test_between_two_widths_no_state_is_outlined(tmp_path):
    teacher, student = odd.teacher(tmp_path / "teacher"), odd.student(tmp_path / "narrow", dim=12, hidden_dim=20)
    path = tmp_path / "report.html"
    answer = typed("report", "the cat sat on the [MASK].", "--out", path, "--teacher", teacher, "--student", student)
    assert (answer.exit_code, answer.stderr) == (0, "")
    page = Page(path.read_text(encoding="utf-8"))
    assert page.table("after L0")
    assert [attributes for name, attributes in page.elements if name == "td" and attributes.get("class") == "outlined"] == []
