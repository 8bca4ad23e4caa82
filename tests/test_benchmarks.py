"""benchmarks/ measures the app as it is now: what it reaches into has not moved away."""

import pytest

from benchmarks.server import watched_app


@pytest.mark.parametrize("page", ["attention", "soft_labels"])
def test_a_page_for_a_new_text_is_timed_on_the_server(page):
    with watched_app() as seconds:
        assert 0 < seconds(page, f"A new text for {page.replace('_', ' ')}.") < 60
