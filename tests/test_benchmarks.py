"""benchmarks/ measures the app as it is now: what it reaches into has not moved away."""

import pytest

from benchmarks import engine, lost
from benchmarks.server import watched_app
from distilbert_viz.distillation import recipe as recipes


@pytest.mark.parametrize("page", ["attention", "soft_labels"])
def test_a_page_for_a_new_text_is_timed_on_the_server(page):
    with watched_app() as seconds:
        assert 0 < seconds(page, f"A new text for {page.replace('_', ' ')}.") < 60


def test_a_runs_steps_are_held_against_plain_ones_in_turn(write_recipe):
    recipe = recipes.read(write_recipe(steps=engine.WARM_UP + 4))
    seconds = engine.measured(recipe)
    assert len(seconds) == 3  # the first step has no end of another before it
    assert all(0 < part < 60 for pair in seconds for part in pair)


def test_the_hand_over_is_timed_beside_the_bare_passes(built_in):
    found = lost.measured(built_in, 32, 1)
    assert found.keys() == lost.WORK.keys()
    assert all(0 < part < 60 for rows in found.values() for pair in rows for part in pair)
