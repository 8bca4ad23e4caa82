"""Bytes of pictures in a notebook beside bertviz's of the same text. See README.md beside this file."""

import argparse
import json
from collections.abc import Callable
from itertools import islice

import torch
from bertviz import model_view
from rich.console import Console
from rich.table import Table

from benchmarks.attention_pictures import full_size
from benchmarks.texts import texts
from distilbert_viz.notebook import show, stills
from distilbert_viz.notebook.widget import Drawing
from distilbert_viz.pairs.models import Pair
from distilbert_viz.records import Trace

GOAL, AT = 1 / 20, 32
PICTURES: dict[str, Callable[[Pair, str], Drawing]] = {"attention": show.attention, "head": show.head, "lines": show.lines}


def main() -> None:
    """Count, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lengths", nargs="+", type=int, default=[16, AT, 64])
    pair, console = full_size(), Console(width=130)
    for length in parser.parse_args().lengths:
        (text,) = islice(texts(pair.tokenizer, length), 1)
        console.print(table(pair, text, length))


def sent(widget: Drawing) -> dict[str, int]:
    """What a cell that ends in this picture sends to the browser, in bytes by part, once and for all: there is no CDN."""
    state = widget.get_state()
    script, data = state.pop("_esm"), state.pop("data")
    rest = json.dumps(state, default=str)
    parts = {"script": script, "numbers": data, "still picture": stills.page(widget.picture, widget.still), "rest": rest}
    return {name: len(part if isinstance(part, bytes) else part.encode()) for name, part in parts.items()}


def bertviz_bytes(trace: Trace) -> int:
    """bertviz's model view of one model: the page that its cell holds, without the three libraries that it asks a CDN for."""
    layers = [torch.from_numpy(layer)[None] for layer in trace.attentions]
    return len(model_view(layers, list(trace.encoding.tokens), html_action="return").data.encode())


def table(pair: Pair, text: str, length: int) -> Table:
    """A row a picture of both models, and its share of bertviz's view of the teacher alone."""
    shown = "both models, 12 + 6 layers of 12 heads; bertviz's model view shows the teacher alone"
    result = Table(title=f"{length} tokens, kB: {shown}")
    for name in ("picture", "script", "numbers", "still picture", "rest", "all", "of bertviz's"):
        result.add_column(name, justify="left" if name == "picture" else "right")
    for name, picture in PICTURES.items():
        widget = picture(pair, text)
        parts, theirs = sent(widget), bertviz_bytes(widget.traces.teacher)
        total = sum(parts.values())
        result.add_row(name, *(f"{size / 1e3:,.1f}" for size in (*parts.values(), total)), f"1/{theirs / total:.1f}")
    result.add_row("bertviz's", "", "", "", "", f"{theirs / 1e3:,.1f}", "")
    return result


if __name__ == "__main__":
    main()
