"""What all plotly figures share."""

from distilbert_viz.drawing.plots import beside


def test_words_at_a_curves_points_stand_where_the_curve_does_not_run():
    assert beside([0.13, 0.03, 0.25, 0.23]) == ["top center", "bottom center", "top center", "top right"]
    assert beside([0.0, 0.1, 0.2]) == ["bottom right", "bottom right", "top center"]
    assert beside([1.0]) == ["top center"]
