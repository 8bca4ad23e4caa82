"""The bar on top of every page: text, examples, pair, device, tokens used, and the tokens themselves."""

import streamlit as st

from distilbert_viz import families, settings
from distilbert_viz.drawing.labels import plural
from distilbert_viz.frame import components, devices, fetching, take_along, typed
from distilbert_viz.pairs import BUILT_IN, CATALOGUE
from distilbert_viz.pairs.choice import Named, TwoSources
from distilbert_viz.records import TracePair
from distilbert_viz.runs.students import title
from distilbert_viz.session import checks, heads, present, state
from distilbert_viz.session.markdown import literal, with_code
from distilbert_viz.session.pages import open_page

DEMO = "small demo pair, trained for this project"
FOLDED = 40  # characters of the text on a page that is not about it


def bar() -> None:
    """Everything common to all pages. Choices live in the session, and in the address."""
    if wrong := settings.problem():
        st.error(literal(f"This server's settings can't be followed. {wrong}"))
        st.stop()
    state.drop_empty()
    fetching.forget_read_refusal()
    fetching.refuse_foreign_pair()
    checks.clear()
    with st.container(key="bar", gap="xsmall"):
        answer = _bar(of_text=open_page().of_text)
    fetching.wanted_pair()
    if isinstance(answer, present.Refused):
        _refused(answer)


def _bar(of_text: bool) -> present.Answer:
    """The text with its tokens, where the page is about it; and a quiet row of all else, in which the text is folded elsewhere."""
    if of_text:
        _text()
    answer = present.ask()
    traces = answer.traces if isinstance(answer, present.Ready) else None
    if traces is not None:
        heads.look_first(traces)
    if of_text:
        _tokens(answer)
    with st.container(key="bar_row", horizontal=True, vertical_alignment="center", gap="small"):
        if not of_text:
            _folded_text()
        _examples()
        _pair()
        devices.device_chooser()
        st.caption(_facts(traces))
        take_along.take_figures()
    return answer


def _tokens(answer: present.Answer) -> None:
    match answer:
        case present.Ready(traces):
            if spoilt := present.not_finite():
                st.warning(literal(spoilt))
            components.token_strip(traces.encoding, present.position(traces.encoding), take_along.facts(traces.encoding))
        case present.Waiting():
            st.container(height=32, border=False)


def _refused(answer: present.Refused) -> None:
    st.warning(with_code(answer.why))
    if answer.pair_failed and st.session_state.get("wanted") is None:
        st.button("Look again", on_click=fetching.want, args=(state.chosen_pair(),))


def _text() -> None:
    typed.ask()


def _folded_text() -> None:
    """The text behind a button, on a page whose pictures are not of it."""
    text = " ".join(st.session_state.text.split())
    with st.popover(literal(f"“{text[:FOLDED]}{'…' * (len(text) > FOLDED)}”"), type="tertiary", key="folded_text"):
        _text()


def _examples() -> None:
    st.session_state.example = next((n for n, t in state.EXAMPLES.items() if t == st.session_state.text), None)
    # A key of its own for each choice: the list closes when something was chosen.
    with st.popover("Examples", type="tertiary", key=f"examples {st.session_state.get('examples_chosen', 0)}"):
        st.pills("Examples", list(state.EXAMPLES), key="example", label_visibility="collapsed", on_change=_example)


def _example() -> None:
    if st.session_state.example:
        state.new_text(state.EXAMPLES[st.session_state.example])
        st.session_state.examples_chosen = st.session_state.get("examples_chosen", 0) + 1


def _pair() -> None:
    shown, found = state.chosen_pair(), present.loading().loaded
    label = DEMO if shown.models == Named(BUILT_IN) else title(shown) if shown.in_catalogue else literal(title(shown))
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
        "Or a pair of your own: two hub names, each with @revision if need be, or two folders on this server's disk, each of a "
        f"{families.titles(last='or')} model. Both with one vocabulary, the student no deeper than its teacher, of any width; and "
        "both of one task, or encoders. "
        "Nothing is fetched before you have seen its size."
    )
    with st.form("own pair", border=False):  # a form takes what stands in its fields, whether Enter was pressed or not
        for voice in ("Teacher", "Student"):
            st.text_input(voice, key=f"own_{voice.lower()}", max_chars=300, persist_state="session")
        st.form_submit_button("Open this pair", on_click=_open_own)
    if lacking := st.session_state.pop("own_lacking", None):
        st.warning(f"A pair of your own needs two models: name the {lacking} too.")


def _open_own() -> None:
    names = {voice: st.session_state[f"own_{voice}"].strip() for voice in ("teacher", "student")}
    lacking = [voice for voice, name in names.items() if not name]
    if lacking:
        st.session_state.own_lacking = " and the ".join(lacking)
    else:
        fetching.want_models(TwoSources(**names))


def _mark(name: str) -> str:
    """Whether a pair of the hub is on this disk, once the libraries that know it are there anyway."""
    if name == BUILT_IN or present.loading().loaded is None:
        return ""
    if fetching.is_here(name):
        return "**In this server's cache.** "
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
        single = [voice for voice, size in zip(("teacher", "student"), sizes, strict=True) if size.segments == 1]
        who = "both models know" if len(single) == 2 else f"the {single[0]} knows"
        facts.append(f"{who} one segment: two sentences are read as one")
    if encoding.dropped:
        where = "at a sentence's end" if encoding.token_type_ids.any() else "at the end"
        facts.append(f"{encoding.dropped:,} {plural(encoding.dropped, 'token')} {where} left out")
    if len(st.session_state.text) > state.LONGEST_LINK:
        facts.append("text too long for the address: a copied link leaves it out")
    if len(st.session_state.text) >= settings.limits().text:
        facts.append(f"this server reads the first {settings.limits().text:,} characters")
    return " · ".join(facts)
