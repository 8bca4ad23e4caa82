"""Every word on the treemap of a model's parameters can be read."""

import pytest

from distilbert_viz.cost import FULL_SIZE
from distilbert_viz.drawing import colours
from distilbert_viz.figures.savings import cost as cost_figures
from tests.support.colours import THEMES, contrast, parsed
from tests.support.counted import sizes


@pytest.mark.parametrize("theme", THEMES)
def test_words_stay_readable_on_every_area_of_the_treemap(theme):
    trace = cost_figures.treemap(sizes(FULL_SIZE, "as pre-trained"), theme).data[0]
    fills, inks = trace.marker.colors, trace.textfont.color
    assert len(fills) == len(inks) == len(trace.labels) > 4
    seen = {(colours.BACKGROUND[theme] if fill == "rgba(0,0,0,0)" else fill, ink) for fill, ink in zip(fills, inks, strict=True)}
    assert min(contrast(parsed(ink), parsed(fill)) for fill, ink in seen) >= 4.5


def test_no_word_of_the_treemap_is_too_small_to_be_read():
    words = cost_figures.treemap(sizes(FULL_SIZE, "as pre-trained"), "light").layout.uniformtext
    assert (words.mode, words.minsize >= 10) == ("hide", True)
