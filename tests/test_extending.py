"""The page that docs/extending.md adds step by step is a page: its code is run as it is printed there."""

import ast
import re
import sys
from types import ModuleType

import pytest

from distilbert_viz.figures import forward
from distilbert_viz.session.pages import Entry
from distilbert_viz.tracing import trace_pair
from distilbert_viz.tracing.stock import stock_model, stock_pass
from tests.support.forward import TEXT
from tests.support.paths import ROOT

HEADS = ((1, 2), (0, 3))


@pytest.fixture
def example(monkeypatch) -> dict[str, object]:
    """What the five blocks define: the figure as the module `values`, the names of view and test, page and entry as text."""
    printed = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    figure, view, page, entry, test = re.findall(r"^```python\n(.*?)^```", printed, flags=re.MULTILINE | re.DOTALL)
    values = ModuleType("values")
    monkeypatch.setitem(sys.modules, "distilbert_viz.figures.forward.values", values)
    monkeypatch.setattr(forward, "values", values, raising=False)
    exec(figure, vars(values))
    names: dict[str, object] = {"pytest": pytest, "values": values, "page": page, "entry": entry}
    exec(view, names)
    exec(test, names)
    return names


def test_the_printed_figure_is_drawn_and_its_check_and_its_test_hold(example, built_in):
    pair, values = trace_pair(built_in, TEXT), example["values"]
    assert [series["name"] for series in values.bars(pair, HEADS)["data"]] == ["teacher", "student"]
    assert "loudest" in values.sentence(pair, HEADS)
    passes = tuple(stock_pass(stock_model(model), pair.encoding, logits=False) for model in built_in)
    assert example["_difference"](pair, HEADS, passes).agrees("float32")
    example["test_a_bar_is_as_long_as_the_value_is"](pair)


def test_the_printed_page_takes_what_the_frame_has_and_its_title_is_its_address(example):
    named = [node for node in ast.walk(ast.parse(example["page"])) if isinstance(node, ast.Attribute)]
    taken = {node.attr for node in named if ast.unparse(node.value) == "frame"}
    assert {"title", "traced_text"} <= taken
    assert [name for name in taken if not hasattr(example["frame"], name)] == []
    assert eval(example["entry"], {"Entry": Entry}).address == "values"
