"""The strip that leads along the stops, and presenter mode: for every page, below it."""

import re

import streamlit as st

from distilbert_viz import settings
from distilbert_viz.frame.components import mount
from distilbert_viz.session import pages, present, state
from distilbert_viz.views.tour.stops import STOPS, Stop

OUTLINE = """<style>
.st-key-{panel} {{ outline: 3px solid var(--st-primary-color, #117733); outline-offset: 6px; border-radius: 6px; }}
</style>"""
STRIP = """<style>
/* Streamlit wraps a container in a box of its own height, in which nothing could stick. */
div:has(> .st-key-tour) { position: sticky; bottom: 0; z-index: 90; }
.stMainBlockContainer { padding-bottom: 1rem; }
.stMain { scroll-padding: var(--covered); }
/* The text and its tokens stay at hand, since stops ask for another one: side by side, all else behind the strip's own button. */
@media (min-width: 800px) {
  div:has(> .st-key-bar) { position: sticky; top: 0; z-index: 80; background: light-dark(#ffffff, #171614); padding-block: .5rem; }
  .st-key-bar:has(.st-key-token_strip) {
    --more: block; --hint: none; flex-flow: row wrap; align-items: center; column-gap: 1rem; padding-right: 2.5rem;
  }
  .st-key-bar:has(.st-key-token_strip) > * { flex: 1 1 100%; min-width: 0; width: auto; }
  .st-key-bar > :is(.st-key-typed, .st-key-question) { flex: 2 1 30%; padding-right: 0; }
  .st-key-bar > .st-key-token_strip { flex: 3 1 45%; }
  html:not(.bar-open) .st-key-bar:has(.st-key-token_strip) > :has(> .st-key-bar_row) { display: none; }
}
</style>"""
PRESENTED = """<style>
html { font-size: 21.33px; }
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"], [data-testid="stSidebarCollapsedControl"] { display: none; }
[data-testid^="stBidiComponent"] { zoom: 1.333; }
.st-key-tour [data-testid^="stBidiComponent"] { zoom: 1; }
</style>"""


def lead() -> None:
    """Open the page of a stop that was just asked for, by a click or by a link; and keep what a link said inside the tour."""
    if settings.problem():
        return
    new = "text" not in st.session_state
    state.restore()
    number = state.tour()
    if number and number > len(STOPS):
        state.go_to_stop(None)
    elif number and not st.session_state.tour_opened:
        st.session_state.open_page = STOPS[number - 1].page
        if new:  # a link's choices are read by the controls of the page that it leads to
            st.session_state[pages.ASKED_WITH] = {name: st.query_params.get_all(name) for name in st.query_params}
    st.session_state.tour_opened = True


def menu() -> None:
    """Below the list of pages: the tour, and the switch of presenter mode."""
    st.session_state.presenter = state.presenting()
    with st.sidebar:
        st.button("Take the tour", key="tour_from_menu", on_click=state.go_to_stop, args=(1,), disabled=bool(state.tour()))
        st.toggle(
            "Presenter mode", key="presenter", on_change=state.switch_presenter,
            help="Larger type and no sidebar, for a projector.",
        )  # fmt: skip


def begin() -> None:
    """The button that takes the tour from its first stop."""
    st.button("Take the tour", key="tour_begin", type="primary", on_click=state.go_to_stop, args=(1,))


def show() -> None:
    """The strip under the page that is open, where there is a tour or presenter mode; nothing else."""
    if state.presenting():
        st.html(PRESENTED)
    number = state.tour()
    if not number and not state.presenting():
        return
    st.html(STRIP)
    with st.container(key="tour"):
        mount("strip", _stop(number) if number else {"count": len(STOPS), "presenting": True}, "strip")


def _stop(number: int) -> dict[str, str | int | bool | None]:
    stop, shown = STOPS[number - 1], pages.open_page()
    here = stop.page in (shown.title, shown.view)
    if here:
        st.html(OUTLINE.format(panel=class_of(stop.panel)))
    return {
        "number": number, "count": len(STOPS), "presenting": state.presenting(), "here": here, "page": stop.page,
        "name": stop.name, "about": stop.about, "todo": stop.todo, "said": _said(stop) if here else None,
        "panel": class_of(stop.panel), "control": class_of(stop.control) if stop.control else None,
    }  # fmt: skip


def _said(stop: Stop) -> str | None:
    """What is so here; None while the models are on their way, where the page has nothing to show or numbers aren't finite."""
    match present.answer():
        case present.Ready() if present.not_finite() is None:
            try:
                return stop.said()
            except ValueError:  # a text too short for what the stop is about
                return None
        case _:
            return None


def class_of(key: str) -> str:
    """The class by which Streamlit marks the element with this key, without its prefix."""
    return re.sub(r"[^a-zA-Z0-9_-]", "-", key.strip())
