"""bertviz's three views of one model, each a page for a frame: no other host, no markup of the text, same input, same page.

The scripts are bertviz's own (Vig 2019, arXiv 1906.05714). The numbers are written here: its Python imports torch, loads
its libraries from a CDN, lets "</script>" in a token through, writes every weight twice, and a new name into each page.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import TypedDict

import numpy as np

from distilbert_viz.drawing import colours
from distilbert_viz.drawing.labels import visible
from distilbert_viz.records import Frame, Trace


class Part(TypedDict, total=False):
    """What one filter shows, by bertviz's own names: nested lists over layer, head, query and key, or dimension; and words."""

    name: str
    attn: list[list[list[list[float]]]]
    left_text: list[str]
    right_text: list[str]
    queries: list[list[list[list[float]]]]
    keys: list[list[list[list[float]]]]


Attention = list[Part] | dict[str, Part]  # by its place, or in the neuron view by its short name
Parameter = str | int | None | list[int] | Attention

VIEWS = ("head view", "model view", "neuron view")
LINES = 84_000  # what a browser draws in about two seconds
NUMBERS = 1_000_000  # about 6 MB of JSON
DECIMALS = 3
# In place of d3's ten: twelve, for as many heads, and neither the teacher's blue nor the student's orange.
PALETTE = (
    "#009e73", "#cc79a7", "#b5a000", "#8c6bb1", "#3db8c8", "#b8405a",
    "#7f7f7f", "#66a61e", "#e377c2", "#8c564b", "#b15ae0", "#1b8a8a",
)  # fmt: skip
# Where a frame finds what `libraries` returns, below the address of the app's own pages.
LIBRARIES_ADDRESS = "bertviz-libraries.js"
# jQuery 3.7.1 slim and d3 5.7.0, where packages ship them: (module, file beside it).
LIBRARIES = (("xstatic.pkg.jquery", "data/jquery.slim.min.js"), ("mpld3", "js/d3.v5.min.js"))
CONTROLS = {
    "head view": 'Layer: <select id="layer" aria-label="Layer"></select>',
    "model view": "",
    "neuron view": 'Layer: <select id="layer" aria-label="Layer"></select> Head: <select id="att_head" aria-label="Head"></select>',
}
PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'">
<style>
:root { color-scheme: $theme; }
body { margin: 0; font: 15px "Source Sans", "Helvetica Neue", Helvetica, Arial, sans-serif; color: $ink; background: $ground; }
h2 { font-size: 15px; margin: 0 0 8px; }
h2 i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 8px; background: $voice; }
select { font: inherit; margin-right: 12px; }
text { fill: $ink; }
rect.background { fill: $shade; }
svg[fill="black"], rect[fill="black"] { fill: $ground; }
#bertviz { background: $ground !important; }
#attention { mix-blend-mode: $blend; }
</style></head>
<body><h2><i></i>$heading</h2><div id="bertviz">$controls<div id="vis"></div></div>
$scripts
</body></html>
""")


def longest(trace: Trace, view: str) -> int:
    """How many of the tokens the view shows: as many as stay within LINES drawn and NUMBERS sent, one at least."""
    return max([1, *(n for n in range(1, len(trace.encoding) + 1) if _fits(trace, view, n))])


def _fits(trace: Trace, view: str, tokens: int) -> bool:
    every, dim = trace.layers * trace.heads, trace.queries.shape[-1]
    drawn = {"head view": trace.heads, "model view": every, "neuron view": 7}[view]
    weights = every * tokens * tokens * (2 if 1 in trace.encoding.token_type_ids[:tokens] else 1)
    vectors = every * tokens * 2 * dim if view == "neuron view" else 0
    return drawn * tokens * tokens <= LINES and weights + vectors <= NUMBERS


def frame(trace: Trace, voice: str, view: str, tokens: int, start: tuple[int, int], theme: str) -> Frame:
    """One view of the first `tokens` tokens, opened at layer and head `start`; weights are not renormalised."""
    weights = _rounded(trace.attentions[:, :, :tokens, :tokens])
    attention = _attention(trace, view, tokens)
    parameters = _parameters(trace, view, attention, start, theme)
    heading = f"{voice.capitalize()} · {trace.layers} layers × {trace.heads} heads"
    html = PAGE.substitute(
        title=f"bertviz {view}, {voice}", theme=theme, heading=heading, controls=_controls(view, attention),
        voice={"teacher": colours.TEACHER, "student": colours.STUDENT}[voice], ink=colours.TEXT[theme],
        ground=colours.BACKGROUND[theme], shade={"light": "#d9dcd8", "dark": "#4a4844"}[theme],
        blend={"light": "multiply", "dark": "screen"}[theme], scripts=_scripts(view, parameters),
    )  # fmt: skip
    return Frame(html, _height(trace, view, tokens), weights.astype(np.float32), 0.5 * 10**-DECIMALS)


def _attention(trace: Trace, view: str, tokens: int) -> Attention:
    if view == "neuron view":
        return {short: _part(trace, rows, keys, vectors=True) for short, _, rows, keys in _filters(trace, tokens)}
    return [{"name": name, **_part(trace, rows, keys)} for _, name, rows, keys in _filters(trace, tokens)]


def _parameters(trace: Trace, view: str, attention: Attention, start: tuple[int, int], theme: str) -> dict[str, Parameter]:
    """What the script of the view expects, by bertviz's own names."""
    common: dict[str, Parameter] = {"root_div_id": "bertviz", "display_mode": theme, "layer": start[0], "attention": attention}
    if view == "neuron view":
        return common | {"default_filter": "all", "bidirectional": True, "head": start[1]}
    common |= {"default_filter": "0", "include_layers": list(range(trace.layers))}
    if view == "head view":
        return common | {"heads": None}
    return common | {"include_heads": list(range(trace.heads)), "total_heads": trace.heads}


def _filters(trace: Trace, tokens: int) -> Iterator[tuple[str, str, slice, slice]]:
    """What can be looked at: everything, and for a pair of sentences each looking at each."""
    second = np.flatnonzero(trace.encoding.token_type_ids[:tokens] == 1)
    yield "all", "All", slice(0, tokens), slice(0, tokens)
    if len(second):
        sentences = {"a": slice(0, int(second[0])), "b": slice(int(second[0]), tokens)}
        for rows, keys in ("aa", "bb", "ab", "ba"):
            yield rows + keys, f"Sentence {rows.upper()} -> Sentence {keys.upper()}", sentences[rows], sentences[keys]


def _part(trace: Trace, rows: slice, keys: slice, vectors: bool = False) -> Part:
    words = [visible(token) for token in trace.encoding.tokens]
    weights = _rounded(trace.attentions[:, :, rows, keys]).tolist()
    part: Part = {"attn": weights, "left_text": words[rows], "right_text": words[keys]}
    if vectors:
        part |= {"queries": _rounded(trace.queries[:, :, rows]).tolist(), "keys": _rounded(trace.keys[:, :, keys]).tolist()}
    return part


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.round(values.astype(np.float64), DECIMALS)


def _controls(view: str, attention: Attention) -> str:
    names = list(attention) if isinstance(attention, dict) else [part["name"] for part in attention]
    values: Sequence[str | int] = names if isinstance(attention, dict) else range(len(names))
    options = "".join(f'<option value="{value}">{name}</option>' for value, name in zip(values, names, strict=True))
    chooser = f'Attention: <select id="filter" aria-label="Attention">{options}</select>' if len(names) > 1 else ""
    return f"{CONTROLS[view]} {chooser}"


def _scripts(view: str, parameters: Mapping[str, Parameter]) -> str:
    """d3 and jQuery by their address, the numbers, bertviz's script; in JSON nothing is left that HTML could read as its own."""
    numbers = json.dumps(parameters, separators=(",", ":"))
    for character in "<>&":
        numbers = numbers.replace(character, f"\\u{ord(character):04x}")
    shim = f"d3.schemeCategory10 = {json.dumps(PALETTE)}\nconst requirejs = (names, draw) => draw(jQuery, d3)"
    drawing = f"{shim}\nwindow.bertviz_params = {numbers}\n{_script(view)}"
    return f'<script src="{LIBRARIES_ADDRESS}"></script>\n<script>{drawing}</script>'


def libraries() -> str:
    """jQuery and d3 as one script, for all frames. Raises LookupError where a package that ships them is not installed."""
    return "\n".join(shipped(*library) for library in LIBRARIES)


@cache
def shipped(module: str, file: str) -> str:
    """A text file that lies beside an installed module, which is found and not imported. Raises LookupError without it."""
    found = find_spec(module)
    if found is None or found.origin is None:
        raise LookupError(f"The module {module} is not installed: pip install -r requirements.txt")
    return (Path(found.origin).parent / file).read_text(encoding="utf-8")


@cache
def _script(view: str) -> str:
    """bertviz's own script without its CDN; bertviz itself would import torch."""
    source = shipped("bertviz", f"{view.replace(' ', '_')}.js")
    script = re.sub(r"require\.config\(\{.*?\}\);", "", source, count=1, flags=re.DOTALL)
    return script.replace("PYTHON_PARAMS", "window.bertviz_params", 1)


def _height(trace: Trace, view: str, tokens: int) -> int:
    """CSS pixels, from the sizes in bertviz's scripts; 70 are the heading and the controls."""
    if view == "head view":
        return 70 + round(22.5 * tokens + 30)
    if view == "neuron view":
        return 70 + 26 * tokens + 100
    thumbnails = trace.layers * (7 * 12 / trace.heads * tokens + 10) + 38
    return 70 + round(max(thumbnails, 18 * tokens + 55))
