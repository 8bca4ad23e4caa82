"""Still pictures say what the canvas says: shades, frames, words and lines."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from distilbert_viz import comparison, tracing
from distilbert_viz.drawing import colours, still
from distilbert_viz.figures.forward.lines import lines
from distilbert_viz.figures.kept import heads, lost_maps

TEXT = "The capital of France is [MASK]."
CHOSEN = ((3, 7), (1, 7))


@pytest.fixture(scope="module")
def traces(built_in):
    """Both models' traces of TEXT."""
    return tracing.trace_pair(built_in, TEXT)


@pytest.fixture(scope="module")
def found(built_in, traces):
    """Every mixture of the two models."""
    return tracing.hand_over(built_in, traces, traces.encoding.first_position)


def colours_of(picture: str) -> np.ndarray:
    """The cells of a picture (row, column, RGB)."""
    (source,) = re.findall(r"data:image/png;base64,([\w+/=]+)", picture)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source))).convert("RGB")).astype(int)


def shades(values: np.ndarray) -> np.ndarray:
    """The same by the map of colours itself, from 0 to 1."""
    return colours.table(colours.SEQUENTIAL["light"]).round().astype(int)[np.rint(255 * values).astype(int)]


def test_every_mixture_is_in_words_on_its_own_colour(found):
    pictures = still.stills(lost_maps.maps(found, ("student", 1, 2)))
    for picture, part in zip(pictures, (found.student_then_teacher, found.teacher_then_student), strict=True):
        assert re.findall(r">(\d+\.\d\d)</text>", picture) == [f"{kl:.2f}" for kl in part.kl.ravel()]
        assert np.array_equal(colours_of(picture), shades(np.clip(part.kl / lost_maps.STRONGEST, 0, 1)))
    assert pictures[0].count('stroke="#882255"') == len(found.matched)
    assert [picture.count('stroke-width="2"') for picture in pictures] == [1, 0]


def test_near_heads_are_dark_and_the_matching_is_dotted(traces):
    similarity = comparison.head_similarity(traces)
    matching = comparison.best_matching(similarity, comparison.JS)
    (picture,) = still.stills(heads.head_matrix(similarity, matching, traces, heads.ORDERS[0], CHOSEN))
    expected = shades(1 - np.clip(similarity.measures[comparison.JS], 0, 1))
    assert np.abs(colours_of(picture) - expected).max() <= 3  # a cell may be rounded to the next shade
    assert picture.count('fill="#fff"') == len(matching.pairs)


def test_a_line_is_as_opaque_as_its_weight(traces):
    for picture, trace, head in zip(still.stills(lines(traces, CHOSEN, 6)), traces, CHOSEN, strict=True):
        paths = re.findall(r'stroke-opacity="([\d.]+)" d="([^"]+)"', picture)
        drawn = np.zeros_like(trace.attentions[head])
        for opacity, path in paths:
            for query, key in re.findall(r"M\d+ (\d+)L\d+ (\d+)", path):
                drawn[int(query) // 16, int(key) // 16] = float(opacity)
        assert np.abs(drawn - trace.attentions[head]).max() <= 0.025 + 1e-6
