"""What attention_view.py compares, all of one pair of traces: our pictures, bertviz's own, and its own as this app sends them."""

import re
from functools import cache, lru_cache, partial

import bertviz
import streamlit as st
import torch
from transformers import AutoTokenizer

from distilbert_viz.cost.classes import FULL_SIZE, random_weights
from distilbert_viz.drawing.canvas import VOICES
from distilbert_viz.figures.forward import attention, lines
from distilbert_viz.figures.forward import bertviz as frames
from distilbert_viz.frame import components
from distilbert_viz.pairs.attention import NAME
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.layers import initial_layers
from distilbert_viz.pairs.models import Model, Pair
from distilbert_viz.records import Trace, TracePair
from distilbert_viz.tracing import trace_pair

CHOSEN = ((5, 5), (2, 5))
SCREEN = 700  # CSS pixels: both frames beside each other on a screen of 1440 x 900
LIBRARIES = "".join(f"<script>{frames.shipped(*library)}</script>" for library in frames.LIBRARIES)
SHIM = "<script>var require = {config() {}}; var requirejs = (names, draw) => draw(jQuery, d3)</script>"


@cache
def full_size() -> Pair:
    """BERT-base's and DistilBERT's sizes with random weights: an attention close to even, so hardly a line can be left out."""
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(FOLDER / "teacher")
    models = [random_weights(config, "masked LM", NAME, torch.float32, "cpu") for config in FULL_SIZE]
    return Pair("random", *(Model(model.name, model.network, tokenizer) for model in models), initial_layers(12, 6))


@lru_cache(1)
def traced(text: str) -> TracePair:
    """The traces that every picture of this text shows."""
    return trace_pair(full_size(), text)


def overview(pair: TracePair) -> None:
    """Every head of both models on our canvas."""
    components.canvas(attention.attention_overview(pair, CHOSEN, True), "overview")


def one_head(pair: TracePair) -> None:
    """One head of each model as our lines."""
    components.lines(lines.lines(pair, CHOSEN, 1), "lines")


def its_own(view: str, pair: TracePair) -> None:
    """What bertviz's function returns, its CDN replaced by the same libraries in line: without them it draws nothing offline."""
    side_by_side([own_page(trace, view) for trace in pair])


def own_page(trace: Trace, view: str) -> str:
    """bertviz's own page of one trace."""
    make = {"model view": partial(bertviz.model_view, display_mode="light"), "head view": bertviz.head_view}[view]
    layers = [torch.from_numpy(layer)[None] for layer in trace.attentions]
    page = make(layers, list(trace.encoding.tokens), html_action="return").data
    return re.sub(r'<script src="https://cdnjs.*?</script>', lambda _: LIBRARIES + SHIM, page, count=1)


def as_sent(view: str, pair: TracePair) -> None:
    """The page this app makes for the same view, uncut: three decimals, each weight once."""
    length = len(pair.encoding)
    side_by_side([frames.frame(t, v, view, length, (0, 0), "light").html for t, v in zip(pair, VOICES, strict=True)])


def side_by_side(pages: list[str]) -> None:
    """Two frames, both on the screen."""
    for column, page in zip(st.columns(2), pages, strict=True):
        with column:
            st.iframe(page, height=SCREEN)


PICTURES = {
    "our overview": overview,
    "our lines": one_head,
    "its model view": partial(its_own, "model view"),
    "its head view": partial(its_own, "head view"),
    "its model view, our JSON": partial(as_sent, "model view"),
    "its head view, our JSON": partial(as_sent, "head view"),
}
