"""Colour maps are even in lightness, and words stay readable on every colour that may lie under them."""

import re
from itertools import pairwise

import numpy as np
import pytest

from distilbert_viz.drawing import colours
from tests.support.colours import THEMES, contrast, lightness, luminance, parsed
from tests.support.paths import ROOT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "anchors", [colours.SEQUENTIAL, colours.SIGNED, colours.DIFFERENCE], ids=["sequential", "signed", "difference"]
)
def test_equal_steps_of_a_value_are_equal_steps_of_lightness(anchors, theme):
    steps = np.abs(np.diff(lightness(colours.table(anchors[theme]))))
    climbed = np.concatenate([[0], np.cumsum(steps)]) / steps.sum()
    assert np.abs(climbed - np.linspace(0, 1, 256)).max() < 0.02


@pytest.mark.parametrize("theme", THEMES)
def test_the_lightness_of_a_sequential_map_never_turns(theme):
    steps = np.diff(lightness(colours.table(colours.SEQUENTIAL[theme])))
    assert (steps < 0).all() if theme == "light" else (steps > 0).all()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("anchors", [colours.SIGNED, colours.DIFFERENCE], ids=["signed", "difference"])
def test_the_lightness_of_a_two_sided_map_turns_once_at_the_background(anchors, theme):
    rows = colours.table(anchors[theme])
    signs = np.sign(np.diff(lightness(rows)))
    turns = [i + 1 for i, (a, b) in enumerate(pairwise(signs)) if a != b]
    assert 1 <= len(turns) <= 2
    assert np.abs(rows[turns[0]] - np.array(parsed(colours.BACKGROUND[theme]))).max() < 4


def test_a_map_begins_and_ends_at_its_outer_colours():
    for anchors in (colours.SEQUENTIAL["light"], colours.SIGNED["dark"]):
        rows = colours.table(anchors)
        assert (rows[0], rows[-1]) == (pytest.approx(parsed(anchors[0]), abs=0.6), pytest.approx(parsed(anchors[-1]), abs=0.6))
        assert 0 <= rows.min() <= rows.max() <= 255


@pytest.mark.parametrize("theme", THEMES)
def test_words_stay_readable_on_every_cell_that_may_lie_under_them(theme):
    shades = [parsed(colour) for colour in colours.under_text(theme)]
    steps = np.diff(lightness(np.array(shades)))
    assert (steps <= 0).all() if theme == "light" else (steps >= 0).all()
    assert min(contrast(parsed(colours.TEXT[theme]), shade) for shade in shades) >= 4.5
    assert shades[0] == parsed(colours.BACKGROUND[theme])


@pytest.mark.parametrize("theme", THEMES)
def test_a_heads_kind_stays_readable_on_every_colour_of_the_atlas(theme):
    source = (ROOT / "distilbert_viz" / "frame" / "components" / "canvas.js").read_text(encoding="utf-8")
    threshold, bright, dim = re.search(r'0\.7152 \* g \+ 0\.0722 \* b > ([\d.]+) \? "(#\w+)" : "(#\w+)"', source).groups()
    inks = {True: parsed(f"#{2 * bright[1:]}"), False: parsed(f"#{2 * dim[1:]}")}
    shades = [tuple(shade) for shade in colours.table(colours.SEQUENTIAL[theme]).round().astype(int).tolist()]
    assert min(contrast(inks[luminance(shade) > float(threshold)], shade) for shade in shades) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_two_voices_stand_out_from_the_background(theme):
    for voice in (colours.TEACHER, colours.STUDENT):
        assert contrast(parsed(voice), parsed(colours.BACKGROUND[theme])) >= 3
