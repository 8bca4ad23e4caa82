"""The pages of the app, and the way to them from a click."""

import copy
import functools
from collections.abc import Mapping, Sequence

import streamlit as st

from distilbert_viz.pairs.refusals import OutOfMemory
from distilbert_viz.records.finite import NotFinite
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal


def sections(contents: Mapping[str, Sequence[tuple[str, str, str]]]) -> dict[str, list[st.Page]]:
    """Streamlit's pages, section by section, from (file in pages/, title, address); the very first is the default."""
    default = next(iter(contents.values()))[0]
    return {name: [_page(*entry, default=entry == default) for entry in entries] for name, entries in contents.items()}


def _page(file: str, title: str, address: str, default: bool) -> st.Page:
    """A copy for this run: making a page looks at the disk, and one is marked as the run's own."""
    return copy.copy(_made(file, title, address, default))


@functools.cache
def _made(file: str, title: str, address: str, default: bool) -> st.Page:
    return st.Page(f"pages/{file}.py", title=title, url_path=address, default=default)


def run(page: st.Page) -> None:
    """The page's story; where memory runs out in it, or numbers aren't finite, a sentence in place of the rest."""
    try:
        page.run()
    except (OutOfMemory, NotFinite) as error:
        st.warning(literal(str(error)))
    except Exception:  # what is made of such numbers fails in as many ways as there are libraries
        if present.not_finite() is None:
            raise
        st.warning("The rest of this page is made of numbers that aren't finite, so that it can't be shown.")


def go_to_asked(contents: Mapping[str, Sequence[st.Page]]) -> None:
    """Open the page whose title a click on a box asked for."""
    asked = st.session_state.pop("open_page", None)
    for pages in contents.values():
        for page in pages:
            if page.title == asked:
                st.switch_page(page)
