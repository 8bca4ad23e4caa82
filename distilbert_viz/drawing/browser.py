"""A component's JavaScript and style as text, for whatever page puts it up: the app, or a notebook. Knows neither.

The files lie with the app's components. A module defines draw(component), which is given `data`, `parentElement` with the
component's HTML in it, and `setTriggerValue` for what was chosen.
"""

import json
from functools import cache
from pathlib import Path

from distilbert_viz.drawing import colours

FOLDER = Path(__file__).parents[1] / "frame" / "components"
BEFORE = {
    "canvas": ("dark", "pointed", "figures"), "lines": ("pointed", "figures"), "run": ("dark", "pointed", "chart", "play"),
    "take": ("dark", "sheet", "laid", "picture"),
    "tokens": ("anew",), "agreement": ("anew",), "pieces": ("anew",), "masking": ("anew",),
}  # fmt: skip
COLOURED = ("canvas", "run")


@cache
def script(name: str) -> str:
    """The JavaScript of component `name`, with what it shares with others in front of it."""
    js = "\n".join(_text(f"{part}.js") for part in (*BEFORE.get(name, ()), name))
    tables = f"const TABLES = {json.dumps(_tables(), separators=(',', ':'))}\n" if name in COLOURED else ""
    return tables + js.replace("export default function (", "function draw(")


@cache
def style(name: str) -> str:
    """The CSS of component `name`."""
    return f"{_text('canvas.css')}\n{_text('lines.css')}" if name == "lines" else _text(f"{name}.css")


def _text(file: str) -> str:
    return (FOLDER / file).read_text(encoding="utf-8")


def _tables() -> dict[str, dict[str, list[int]]]:
    """Every map of colours in every theme: 256 times red, green, blue."""
    return {
        name: {theme: colours.table(anchors).round().astype(int).ravel().tolist() for theme, anchors in themes.items()}
        for name, themes in colours.MAPS.items()
    }
