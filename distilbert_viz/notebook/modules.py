"""The app's components as modules for a notebook: their JavaScript and style as they are, and what anywidget asks of a module."""

import json
from functools import cache
from pathlib import Path

from distilbert_viz.drawing import browser

# The class of each component's element, and how its data is read from bytes.
CLASSES = {"canvas": "canvas", "lines": "canvas", "flow": "flow"}
BYTES, JSON = "(bytes) => bytes", "(bytes) => JSON.parse(new TextDecoder().decode(bytes))"
READ = {"canvas": BYTES, "lines": BYTES, "flow": JSON}


@cache
def module(name: str) -> str:
    """Component `name` as an ES module of anywidget: it needs no network, and draws what the trait `data` holds."""
    known = {"CSS": json.dumps(browser.style(name)), "CLASS": json.dumps(CLASSES[name]), "read": READ[name]}
    constants = "\n".join(f"const {constant} = {value}" for constant, value in known.items())
    wrapper = Path(__file__).with_name("notebook.js").read_text(encoding="utf-8")
    return "\n".join([constants, browser.script(name), wrapper])
