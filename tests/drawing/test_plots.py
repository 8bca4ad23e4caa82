"""What all plotly figures share."""

import subprocess
import sys

from distilbert_viz.drawing.plots import beside
from tests.support.paths import ROOT


def test_words_at_a_curves_points_stand_where_the_curve_does_not_run():
    assert beside([0.13, 0.03, 0.25, 0.23]) == ["top center", "bottom center", "top center", "top right"]
    assert beside([0.0, 0.1, 0.2]) == ["bottom right", "bottom right", "top center"]
    assert beside([1.0]) == ["top center"]


def test_whoever_draws_has_read_the_whole_of_pandas():
    """Several visitors' first pages are made at one time, in threads of one process."""
    asked = "import sys, distilbert_viz.drawing.plots; print(hasattr(sys.modules.get('pandas'), 'Series'))"
    run = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "True\n"
