"""The server on which visitors ask for runs and look at them."""

import pytest


@pytest.fixture
def first_pair(own_runs, no_recordings) -> None:
    """No runs yet and the first pair loaded, which students that others opened would keep away."""
    from distilbert_viz.pairs.choice import PairChoice
    from distilbert_viz.session.cache import cache

    assert cache().load(PairChoice()).finished.wait(60)
