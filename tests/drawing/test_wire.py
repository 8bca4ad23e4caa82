"""What goes to the browser stays what it was: one drawing of each kind, of made-up passes, against digests kept here.

A digest covers the header as JSON with its keys in order, and the cells byte by byte. Every number of the made-up passes
is a small whole number over a power of two, so that sums are exact and no machine rounds them otherwise.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest

from distilbert_viz import comparison
from distilbert_viz.drawing import still
from distilbert_viz.figures.forward import attention, lines, norms, rollout, vectors, words
from distilbert_viz.figures.kept import atlas, heads, sweep, what_if
from distilbert_viz.records import (
    Architecture,
    Block,
    Canvas,
    Embeddings,
    Encoding,
    Figure,
    HeadAtlas,
    HeadMatrix,
    Intervention,
    LinesFigure,
    Matching,
    Panel,
    Similarity,
    Sweep,
    Trace,
    TracePair,
    WhatIf,
    Words,
)

TOKENS = ("[CLS]", "a", "quick", "##ly", "[SEP]", "<b>", "\u202e", "[SEP]")
HEADS, DIM, HIDDEN, INTERMEDIATE = 4, 2, 8, 16
LAYERS = {"teacher": 4, "student": 2}
INITIAL = (0, 2)
CHOSEN = ((1, 2), (1, 3))


def numbers(name: str, *shape: int) -> np.ndarray:
    """Eighths from -4 to 4, the same for one name and shape."""
    seed = int.from_bytes(hashlib.sha256(f"{name} {shape}".encode()).digest()[:4], "little")
    return ((np.arange(np.prod(shape)) * 2654435761 + seed) % 65 / 8 - 4).astype(np.float32).reshape(shape)


def weights(name: str, *shape: int) -> np.ndarray:
    """Weights from 0 to 1 in steps of 1/64."""
    return (numbers(name, *shape) + 4) / 8


ENCODING = Encoding(
    "A quickly [SEP] <b>\u202e", TOKENS, np.arange(8), np.array([0, 0, 0, 0, 0, 1, 1, 1]), np.zeros((8, 2), int), np.arange(8),
    tuple(token in ("[CLS]", "[SEP]") for token in TOKENS), 0, (), (True,) * len(TOKENS),
)  # fmt: skip


def trace(voice: str, name: str = "") -> Trace:
    """A pass made of `numbers`."""
    family, layers, count = {"teacher": "bert", "student": "distilbert"}[voice], LAYERS[voice], len(TOKENS)
    sizes = Architecture(family, 100, HIDDEN, layers, HEADS, INTERMEDIATE, 512, 2 * (family == "bert"), 0.1, 1e-12, "gelu")
    word, position, segment, output = (numbers(f"{voice}{name}{part}", count, HIDDEN) for part in range(4))
    per_head = [numbers(f"{voice}{name}{part}", layers, HEADS, count, DIM) for part in "qkv"]
    return Trace(
        voice, sizes, ENCODING, Embeddings(word, position, segment if family == "bert" else None, output),
        numbers(f"{voice}{name}states", layers + 1, count, HIDDEN), *per_head,
        weights(f"{voice}{name}attentions", layers, HEADS, count, count),
    )  # fmt: skip


@cache
def pair(name: str = "") -> TracePair:
    """Both passes."""
    return TracePair(trace("teacher", name), trace("student", name), INITIAL)


def block(voice: str, layer: int) -> Block:
    """A layer at token 1, every station made of `numbers`."""
    wide = {"intermediate": INTERMEDIATE, "activation": INTERMEDIATE}
    per_head = {"query": (HEADS, DIM), "key": (HEADS, DIM), "value": (HEADS, DIM), "context": (HEADS, DIM)}
    per_head |= {"scores": (HEADS, len(TOKENS)), "weights": (HEADS, len(TOKENS))}
    names = [name for name in Block.__dataclass_fields__ if name not in ("layer", "token")]
    shapes = {name: per_head.get(name, (wide.get(name, HIDDEN),)) for name in names}
    made = {name: numbers(f"{voice}{layer}{name}", *shape) for name, shape in shapes.items()}
    return Block(layer, 1, **made | {"weights": weights(voice, HEADS, len(TOKENS))})


def found_what_if() -> WhatIf:
    """Before and after made-up changes."""
    return WhatIf(Intervention(teacher_off=((1, 2),), replaced=((2, 5),)), pair(), pair("after"), ENCODING, np.arange(8))


def found_atlases() -> tuple[HeadAtlas, HeadAtlas]:
    """Both models' heads, described at random."""
    kinds = ["itself", "[SEP]", "broad", comparison.NO_KIND]
    return tuple(
        HeadAtlas(
            8, weights(voice, layers, HEADS), weights(f"{voice}far", layers, HEADS) * 4,
            {"itself": weights(f"{voice}self", layers, HEADS)}, tuple(tuple(kinds) for _ in range(layers)),
        )
        for voice, layers in LAYERS.items()
    )  # fmt: skip


def found_similarity() -> tuple[Similarity, Matching]:
    """Every student head with every teacher head, at random."""
    student, teacher = (tuple((layer, head) for layer in range(n) for head in range(HEADS)) for n in (2, 4))
    kinds = {name: weights(name, 8, 16) for name in (comparison.JS, comparison.COSINE)}
    return Similarity(student, teacher, kinds, kinds), Matching(comparison.JS, tuple((i, 15 - i) for i in range(8)), 0.5, 0.75)


def gathered_words() -> Words:
    """The tokens as words: the third and fourth belong together."""
    labels = ("[CLS]", "a", "quickly", "[SEP]", "<b>", "\u202e", "[SEP]")
    return Words(labels, np.array([0, 1, 2, 4, 5, 6, 7]), np.array([1, 1, 2, 1, 1, 1, 1]))


def lengths() -> tuple[np.ndarray, np.ndarray]:
    """How long every head's values are."""
    return tuple(weights(f"{voice}lengths", layers, HEADS, 8) + 1 for voice, layers in LAYERS.items())


def blocks() -> tuple[Block, Block]:
    """Layer 1 of both."""
    return block("teacher", 1), block("student", 1)


DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "overview": lambda: attention.attention_overview(pair(), CHOSEN, aligned=True, hide_special=True),
    "overview, unaligned": lambda: attention.attention_overview(pair(), CHOSEN, aligned=False),
    "heads in full": lambda: attention.head_maps(pair(), ((1, 2), (0, None)), 2, hide_special=True),
    "lines": lambda: lines.lines(pair(), ((1, 2), (0, None)), 2),
    "lines, no token chosen": lambda: lines.lines(pair(), CHOSEN, None, hide_special=True),
    "norms": lambda: norms.head_maps(pair(), CHOSEN, lengths(), norms.LENGTH, 2),
    "rollout": lambda: rollout.rollout_maps(pair(), tuple(t.attentions[:, 0] for t in pair()), (1, 1), 2),
    "texts": lambda: attention.head_maps(pair(), CHOSEN, 2, clickable=False),
    "embeddings": lambda: vectors.embedding_heatmaps(pair(), 2),
    "stations of a block": lambda: vectors.block_stations(pair(), blocks()),
    "scores of a block": lambda: vectors.block_heads(pair(), blocks(), "scores"),
    "weights of a block": lambda: vectors.block_heads(pair(), blocks(), "weights"),
    "words": lambda: words.word_maps(pair(), gathered_words(), CHOSEN, "A → B", 3),
    "all words": lambda: words.word_maps(pair(), gathered_words(), CHOSEN, words.ALL, 3),
    "segments": lambda: words.share_map(pair(), CHOSEN, "A → B", aligned=True),
    "atlas": lambda: atlas.head_map(pair(), found_atlases(), "itself", CHOSEN, aligned=True),
    "atlas, distance": lambda: atlas.head_map(pair(), found_atlases(), atlas.DISTANCE, CHOSEN, aligned=False),
    "matrix of heads": lambda: heads.head_matrix(*found_similarity(), pair(), heads.ORDERS[0], CHOSEN),
    "two heads": lambda: heads.two_heads(pair(), CHOSEN, 2),
    "sweep": lambda: sweep.head_map(
        pair(), Sweep(2, 1.0, weights("sweep", 3, HEADS), np.zeros((0, HEADS), np.float32)), CHOSEN, aligned=True
    ),
    "what if, difference": lambda: what_if.attention_maps(found_what_if(), CHOSEN, "difference", 2),
    "what if, after": lambda: what_if.attention_maps(found_what_if(), CHOSEN, "after", 2),
    "spread": lambda: what_if.spread(found_what_if(), "relative distance"),
}

# Made when figures were still plain dictionaries.
DIGESTS = {
    "overview": "205529aace58eb32",
    "overview, unaligned": "0c4de20dae7fa278",
    "heads in full": "556bb6b0bdc2fd4b",
    "lines": "ed32617975334c6e",
    "lines, no token chosen": "7ab77dd7baff1d70",
    "norms": "52490e1b318069ef",
    "rollout": "5bdb3f55c705c96f",
    "texts": "b492c5e6f0ad957c",
    "embeddings": "032aae865f76ac9c",
    "stations of a block": "e1e585766a578e4a",
    "scores of a block": "c1e6f9e54c4a76ed",
    "weights of a block": "7c7a60958b5accbb",
    "words": "df6c22ac50abef84",
    "all words": "054413437c6af09b",
    "segments": "c5a5b55cdb69dc18",
    "atlas": "3d971a2a30568366",
    "atlas, distance": "c151133813c4c54a",
    "matrix of heads": "e6a4e961e48e23bf",
    "two heads": "1e132bbe408bfb4d",
    "sweep": "ad1f17881be2f06f",
    "what if, difference": "3767d3757aaadae7",
    "what if, after": "0089fcc460195409",
    "spread": "15291b73c73ec9f7",
}


def digest(data: bytes) -> str:
    """Of a drawing on the wire: uint32 length, JSON, padding to 8 bytes, cells."""
    end = 4 + int.from_bytes(data[:4], "little")
    header, cells = json.loads(data[4:end]), data[end + -end % 8 :]
    return hashlib.sha256(json.dumps(header, sort_keys=True).encode() + cells).hexdigest()[:16]


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_drawing_says_to_the_browser_what_it_always_said(kind):
    assert digest(DRAWINGS[kind]().data) == DIGESTS[kind]


@pytest.mark.parametrize("kind", ["overview", "heads in full"])
def test_a_still_is_drawn_from_the_record_and_not_from_its_bytes(kind):
    drawing = DRAWINGS[kind]()
    assert still.stills(replace(drawing, data=b"")) == still.stills(drawing)


def test_every_name_in_a_header_is_a_field_of_a_record():
    records = {field.name for kind in (Figure, LinesFigure, HeadMatrix, Panel) for field in fields(kind)}
    for make in DRAWINGS.values():
        data = make().data
        header = json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])
        names = {name for figure in header["figures"] for part in (figure, *figure["panels"]) for name in part}
        assert names <= records | {"shape", "offset"}
