"""The bar on top of every page: text, examples, pair, device, tokens used, and the tokens themselves."""

import streamlit as st

from distilbert_viz.pairs import CATALOGUE
from distilbert_viz.records import TracePair
from distilbert_viz.ui import checks, choice, components, shelf, state, take_along


def bar() -> None:
    """Everything common to all pages. Choices live in the session, and in the address."""
    state.restore()
    checks.clear()
    st.html(STYLE)
    _text()
    traces = choice.ready_trace()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _pair()
        st.caption(_facts(traces))
        take_along.take_figures(traces)
    if choice.problem():
        st.warning(components.literal(choice.problem()))
    elif traces is None:
        st.container(height=42, border=False)
    else:
        components.token_strip(traces.encoding, choice.position(traces.encoding))


STYLE = """<style>
.st-key-typed input { font-size: 1.3rem; line-height: 1.5; }
.st-key-typed [data-testid="stTextInputRootElement"] { height: 3.2rem; }
[data-testid="stMetricValue"], [data-testid="stCaptionContainer"] { font-variant-numeric: tabular-nums; }
[data-testid="stMetricValue"] { font-size: 1.6rem; }
.stMainBlockContainer { padding-top: 4rem; max-width: 1500px; }
[data-testid="stHeading"] h1 { font-size: 2rem; padding: .3rem 0 .2rem; }
[data-testid="stHeading"] h3 { font-size: 1.35rem; }
/* Our own CSV under each table is safe in a spreadsheet. */
[data-testid="stElementToolbarButton"]:has(button[aria-label^="Download as CSV"]) { display: none; }
@media (min-width: 800px) { .stMainBlockContainer { padding: 2.6rem 3rem 4rem; } }
</style>"""


def _text() -> None:
    st.session_state.typed = st.session_state.text
    st.text_input(
        "Text",
        key="typed",
        label_visibility="collapsed",
        max_chars=state.LONGEST_TEXT,
        placeholder="Type a sentence. [MASK] hides a word, [SEP] starts a second sentence.",
        on_change=lambda: state.new_text(st.session_state.typed),
    )
    st.session_state.example = next((n for n, t in state.EXAMPLES.items() if t == st.session_state.text), None)
    st.pills("Examples", list(state.EXAMPLES), key="example", label_visibility="collapsed", on_change=_example)


def _example() -> None:
    if st.session_state.example:
        state.new_text(state.EXAMPLES[st.session_state.example])


def _pair() -> None:
    name = st.session_state.pair
    title = shelf.title(name)
    with st.popover(title if name in CATALOGUE else components.literal(title), type="tertiary"):
        for card in CATALOGUE.values():
            st.button(card.title, on_click=_choose_pair, args=(card.name,), disabled=card.name == name)
            st.caption(card.about)
        st.caption("Or a pair of your own: two hub names or two folders, BERT and DistilBERT with one vocabulary.")
        teacher = st.text_input("Teacher", key="own_teacher", max_chars=300, persist_state="session")
        student = st.text_input("Student", key="own_student", max_chars=300, persist_state="session")
        ready = bool(teacher and student)
        st.button("Load this pair", on_click=_choose_pair, args=(f"{teacher}|{student}",), disabled=not ready)


def _choose_pair(name: str) -> None:
    if choice.loading().error:
        choice.shelf().forget(st.session_state.pair)
    st.session_state.pair = name


def _facts(traces: TracePair | None) -> str:
    if traces is None:
        return ""
    model = choice.loading().pair.teacher
    encoding = traces.encoding
    dtype = str(model.network.dtype).removeprefix("torch.")
    facts = [str(model.device), dtype, f"{len(encoding)} of {traces.teacher.architecture.positions} tokens"]
    if encoding.dropped:
        facts.append(f"{encoding.dropped:,} tokens at the end left out")
    if len(st.session_state.text) > state.LONGEST_LINK:
        facts.append("text too long for the address: a copied link leaves it out")
    return " · ".join(facts)
