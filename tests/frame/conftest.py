"""A component by itself, for all that is held against one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page


@pytest.fixture
def alone(page: Page) -> Callable:
    """Puts a component, by its name, on a page without a server; 600 pixels wide or as wide as is said."""
    from tests.support.alone import Component, without_server

    without_server(page)
    return lambda name, width=600: Component(page, name, width)
