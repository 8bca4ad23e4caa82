"""What the server does once, before its first visitor."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit.runtime.pages_manager import PagesManager


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[dict]:
    """Say that app.py, not the folder pages/, names the pages.

    Streamlit learns this from st.navigation in a first session; until then it answers a copied link with "Page not
    found".
    """
    PagesManager.uses_pages_directory = False
    yield {}
