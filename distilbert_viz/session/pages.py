"""The pages of the app: the table of contents, the page that is open and its view, and the way to one from a click."""

import copy
import functools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from distilbert_viz.pairs.refusals import OutOfMemory
from distilbert_viz.records.finite import NotFinite
from distilbert_viz.session import present
from distilbert_viz.session.markdown import literal

OPEN, ASKED, VIEW_SHOWN = "_page", "open_page", "_view"
ARRIVED, UNPAINTED, SCRIPT = "_arrived", "_unpainted", "_script"
ASKED_WITH = "open_page_with"  # what the address then holds; where nothing is said, what the session writes into it
VIEW = "view"  # its name in the address
SECONDS_TO_PAINT = 0.2


@dataclass(frozen=True)
class Entry:
    """A page in the table of contents. Its address is its title.

    `file` stands in pages/, a file or, where the page has `views`, a folder of a file a view; `of_text` says whether the page is
    about the present text, `listed` whether it stands in the menu.
    """

    title: str
    file: str
    views: tuple[str, ...] = ()
    of_text: bool = True
    listed: bool = True

    @property
    def address(self) -> str:
        """The title as an address."""
        return _slug(self.title)

    @property
    def key(self) -> str:
        """Where the session keeps the chosen view."""
        return f"view_{self.address}"

    @property
    def view(self) -> str | None:
        """The view that is chosen, the first one until a person chooses; None of a page without views."""
        return st.session_state.get(self.key) or next(iter(self.views), None)

    @property
    def script(self) -> str:
        """The file to run."""
        parts = [self.file] if self.view is None else [self.file, _slug(self.view).replace("-", "_")]
        return f"pages/{'/'.join(parts)}.py"


Contents = Mapping[str, Sequence[Entry]]


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def navigate(contents: Contents) -> st.Page:
    """The page that is open, after a look at what the address and a click ask for; the very first page is the default."""
    entries = [entry for section in contents.values() for entry in section]
    _read_view(entries)
    asked = _asked(entries)
    made = {entry: _page(entry, entry == entries[0]) for entry in entries}
    page = st.navigation({name: [made[entry] for entry in section] for name, section in contents.items()}, expanded=True)
    # Without parameters Streamlit (1.67) would clear the address by a way that refuses where a control's value stands in it.
    held = st.session_state.pop(ASKED_WITH, {})
    if asked is not None and made[asked] is not page:
        st.switch_page(made[asked], query_params=held)
    st.session_state[OPEN] = next(entry for entry in entries if made[entry] is page)
    st.session_state[ARRIVED] = st.session_state[UNPAINTED] = st.session_state.get(SCRIPT) != st.session_state[OPEN].script
    st.session_state[SCRIPT] = st.session_state[OPEN].script
    _write_view()
    return page


def _page(entry: Entry, default: bool) -> st.Page:
    """A copy for this run: making a page looks at the disk, and one is marked as the run's own."""
    return copy.copy(_made(entry.script, entry.title, entry.address, default, entry.listed))


@functools.cache
def _made(script: str, title: str, address: str, default: bool, listed: bool) -> st.Page:
    return st.Page(script, title=title, url_path=address, default=default, visibility="visible" if listed else "hidden")


def _read_view(entries: Sequence[Entry]) -> None:
    """Where the address names another view than it was given, that one is chosen; each view has one page."""
    asked = st.query_params.get(VIEW)
    if asked == st.session_state.get(VIEW_SHOWN):
        return
    for entry in entries:
        for view in entry.views:
            if _slug(view) == asked:
                st.session_state[entry.key] = view


def _write_view() -> None:
    """Put the open page's view into the address, unless it is the page's first."""
    entry = open_page()
    named = None if entry.view == next(iter(entry.views), None) else _slug(entry.view or "")
    st.session_state[VIEW_SHOWN] = named
    if named is not None:
        st.query_params[VIEW] = named
    elif VIEW in st.query_params:
        del st.query_params[VIEW]


def arrived() -> bool:
    """Whether this run opens the page or the view: another one was shown before."""
    return bool(st.session_state.get(ARRIVED))


def let_paint() -> None:
    """On a page that was just opened, once: a moment in which the browser draws what it has, before what lies below comes.

    All that comes at once is drawn at once, so that the first picture would wait for the last one's chart.
    """
    if st.session_state.get(UNPAINTED):
        st.session_state[UNPAINTED] = False
        time.sleep(SECONDS_TO_PAINT)


def open_page() -> Entry:
    """The page that is open."""
    entry: Entry = st.session_state[OPEN]
    return entry


def _asked(entries: Sequence[Entry]) -> Entry | None:
    """The page that a click asked for by its title, or by one of its views, which is then chosen."""
    asked = st.session_state.pop(ASKED, None)
    for entry in entries:
        if asked in entry.views:
            st.session_state[entry.key] = asked
        if asked in (entry.title, *entry.views):
            return entry
    return None


def end_page() -> NoReturn:
    """End the page's own story here. After st.stop the runner carries out nothing more: no strip, no check, no address."""
    raise StopException


def run(page: st.Page) -> None:
    """The page's story; where memory runs out in it, or numbers aren't finite, a sentence in place of the rest.

    A page that ends itself ends nothing else.
    """
    try:
        page.run()
    except StopException:
        pass
    except OutOfMemory as error:
        st.warning(literal(str(error)))
    except Exception as error:  # what is made of numbers that aren't finite fails in as many ways as there are libraries
        if present.not_finite() is not None:  # which the bar has named
            st.warning("The rest of this page is made of numbers that aren't finite, so that it can't be shown.")
        elif isinstance(error, NotFinite):
            st.warning(literal(str(error)))
        else:
            raise
