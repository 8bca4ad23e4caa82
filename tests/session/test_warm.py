"""What is read ahead of a page's first visitor."""

import threading
from importlib.util import find_spec

import pytest

from distilbert_viz.session import warm


@pytest.mark.parametrize("name", warm.LATER)
def test_what_is_read_ahead_is_there(name):
    assert find_spec(name) is not None


def test_nothing_is_read_ahead_where_nobody_is_served():
    before = threading.active_count()
    warm.read_ahead()
    assert threading.active_count() == before
