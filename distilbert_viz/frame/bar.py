"""The bar on top of every page: text, examples, pair, device, tokens used, and the tokens themselves."""

import streamlit as st

from distilbert_viz import settings
from distilbert_viz.frame import components, devices, fetching, take_along
from distilbert_viz.pairs import BUILT_IN, CATALOGUE
from distilbert_viz.pairs.choice import Named, TwoSources
from distilbert_viz.records import TracePair
from distilbert_viz.runs.students import title
from distilbert_viz.session import checks, present, state
from distilbert_viz.session.markdown import literal


def bar() -> None:
    """Everything common to all pages. Choices live in the session, and in the address."""
    if wrong := settings.problem():
        st.error(literal(f"This server's settings can't be followed. {wrong}"))
        st.stop()
    state.restore()
    fetching.refuse_foreign_pair()
    checks.clear()
    st.html(STYLE)
    _text()
    answer = present.ask()
    traces = answer.traces if isinstance(answer, present.Ready) else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _pair()
        devices.device_chooser()
        st.caption(_facts(traces))
        take_along.take_figures()
    fetching.wanted_pair()
    match answer:
        case present.Ready(traces):
            if spoilt := present.not_finite():
                st.warning(literal(spoilt))
            components.token_strip(traces.encoding, present.position(traces.encoding), take_along.facts(traces.encoding))
        case present.Waiting():
            st.container(height=42, border=False)
        case present.Refused():
            _refused(answer)


def _refused(answer: present.Refused) -> None:
    st.warning(literal(answer.why))
    if answer.pair_failed and st.session_state.get("wanted") is None:
        st.button("Look again", on_click=fetching.want, args=(state.chosen_pair(),))


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
/* A file's label says how much this server reads; Streamlit's own line knows whole megabytes alone. */
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
@media (min-width: 800px) { .stMainBlockContainer { padding: 2.6rem 3rem 4rem; } }
</style>"""


def _text() -> None:
    st.session_state.typed = st.session_state.text
    st.text_input(
        "Text",
        key="typed",
        label_visibility="collapsed",
        max_chars=settings.limits().text,
        placeholder="Type a sentence. [MASK] hides a word, [SEP] starts a second sentence.",
        on_change=lambda: state.new_text(st.session_state.typed),
    )
    st.session_state.example = next((n for n, t in state.EXAMPLES.items() if t == st.session_state.text), None)
    st.pills("Examples", list(state.EXAMPLES), key="example", label_visibility="collapsed", on_change=_example)


def _example() -> None:
    if st.session_state.example:
        state.new_text(state.EXAMPLES[st.session_state.example])


def _pair() -> None:
    shown, found = state.chosen_pair(), present.loading().loaded
    label = title(shown) if shown.in_catalogue else literal(title(shown))
    # A key of its own for each asking: the list closes when something was asked for.
    with st.popover(label, type="tertiary", key=f"pairs {st.session_state.get('pairs_asked', 0)}"):
        if found is not None:
            st.caption("Shown: " + literal(" → ".join(model.name for model in found.pair)))
        for card in CATALOGUE.values():
            st.button(
                card.title, on_click=fetching.want_models, args=(Named(card.name),), disabled=Named(card.name) == shown.models
            )
            st.caption(f"{_mark(card.name)}{card.about}")
        if settings.read().public:
            st.caption("This is a public server: it opens the pairs of this list, and fetches none from the hub.")
        else:
            _own_pair()


def _own_pair() -> None:
    st.caption(
        "Or a pair of your own: two hub names, each with @revision if need be, or two folders; a BERT, and a DistilBERT or "
        "smaller BERT with the same vocabulary and width, both masked-LM models or both classifiers of the same classes. "
        "Nothing is fetched before you have seen its size."
    )
    teacher = st.text_input("Teacher", key="own_teacher", max_chars=300, persist_state="session").strip()
    student = st.text_input("Student", key="own_student", max_chars=300, persist_state="session").strip()
    ready = bool(teacher and student)
    st.button("Open this pair", on_click=fetching.want_models, args=(TwoSources(teacher, student),), disabled=not ready)


def _mark(name: str) -> str:
    """Whether a pair of the hub is on this disk, once the libraries that know it are there anyway."""
    if name == BUILT_IN or present.loading().loaded is None:
        return ""
    if fetching.is_here(name):
        return "**In the cache.** "
    return "**Not on this server's disk.** " if settings.read().public else ""


def _facts(traces: TracePair | None) -> str:
    if traces is None:
        return ""
    encoding, sizes = traces.encoding, [trace.architecture for trace in traces]
    most = min(size.positions for size in sizes)
    facts = [f"{len(encoding)} of {most} tokens"]
    if len({size.positions for size in sizes}) > 1:
        shorter = "teacher" if sizes[0].positions == most else "student"
        facts.append(f"the {shorter} has positions for {most}, and both read no more")
    if encoding.token_type_ids.any() and any(size.segments == 1 for size in sizes):
        single = " and ".join(voice for voice, size in zip(("teacher", "student"), sizes, strict=True) if size.segments == 1)
        facts.append(f"the {single} knows one segment: both sentences are read as one")
    if encoding.dropped:
        facts.append(f"{encoding.dropped:,} tokens at the end left out")
    if len(st.session_state.text) > state.LONGEST_LINK:
        facts.append("text too long for the address: a copied link leaves it out")
    if len(st.session_state.text) >= settings.limits().text:
        facts.append(f"this server reads the first {settings.limits().text:,} characters")
    return " · ".join(facts)
