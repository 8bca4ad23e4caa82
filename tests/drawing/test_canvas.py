"""What goes to the browser is what is said to be shown: decoded and measured again, here."""

import numpy as np
import pytest

from distilbert_viz.drawing import canvas
from distilbert_viz.records import Figure, Labels, Panel
from tests.support.canvases import assert_carries, decoded


def figure_of(panels: list[Panel], title: str = "", **form: object) -> Figure:
    """A figure of the teacher's."""
    return Figure(voice="teacher", title=title, panels=panels, tokens=Labels([], []), **form)


@pytest.mark.parametrize(("kind", "steps"), [("u1", 255), ("u2", 65535), ("f4", None)])
@pytest.mark.parametrize("limits", [(0.0, 1.0), (-3.5, 3.5)])
def test_a_drawing_is_decoded_to_what_it_says_it_shows(kind, steps, limits):
    low, high = limits
    matrices = [np.random.default_rng(i).uniform(low, high, (3 + i, 5)).astype(np.float32) for i in range(3)]
    panels = [Panel("…", (i, 0), (i, 0)) for i in range(3)]
    drawing = canvas.pack([figure_of(panels, "a title", dtype=kind, range=limits)], [matrices], "a hint ü")
    assert drawing.step == (pytest.approx((high - low) / steps / 2) if steps else 0)
    header = assert_carries(drawing, [matrices])
    assert header["hint"] == drawing.hint == "a hint ü"
    assert header["figures"][0]["title"] == drawing.figures[0].heading == "Teacher · a title"


def test_values_beyond_the_range_are_drawn_at_its_ends():
    drawing = canvas.pack([figure_of([Panel("")], dtype="u1")], [[np.array([[-1.0, 0.0, 1.0, 7.0]], np.float32)]], "")
    assert decoded(drawing.data)[1][0][0].tolist() == [[0, 0, 1, 1]]


def test_the_end_and_the_middle_of_a_signed_range_are_kept():
    figure = figure_of([Panel("")], dtype="u2", range=(-2.0, 2.0))
    drawing = canvas.pack([figure], [[np.array([[-2.0, 0.0, 2.0]], np.float32)]], "")
    assert decoded(drawing.data)[1][0][0][0] == pytest.approx([-2, 0, 2], abs=drawing.step * 1.001)


@pytest.mark.parametrize("matrices", [0, 2])
def test_a_figure_has_as_many_matrices_as_panels(matrices):
    with pytest.raises(ValueError, match="argument"):
        canvas.pack([figure_of([Panel("")])], [[np.zeros((1, 1), np.float32)] * matrices], "")
