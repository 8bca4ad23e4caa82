"""A pair that is asked for while another is shown: looked up, fetched at a press, loaded, and shown only when it is whole."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from distilbert_viz import settings
from distilbert_viz.pairs.catalogue import BUILT_IN, chosen
from distilbert_viz.pairs.choice import Models, Named, PairChoice
from distilbert_viz.pairs.refusals import NOT_FOR_VISITORS, UNLISTED, PairError, judged
from distilbert_viz.records.fetching import Fetched, Parcel
from distilbert_viz.runs.students import sources, title
from distilbert_viz.session import jobs, state
from distilbert_viz.session.cache import cache
from distilbert_viz.session.loading import refusal
from distilbert_viz.session.markdown import literal, with_code
from distilbert_viz.session.state import chosen_pair, show

SECONDS_A_LOOK = 0.5
MEGABYTE, GIGABYTE = 1e6, 1e9
Parcels = tuple[Parcel, ...]
Look = jobs.Job[Parcels]
Fetch = jobs.Job[Fetched]


def want_models(models: Models) -> None:
    """Ask for two models on the present device."""
    want(replace(chosen_pair(), models=models))


def want_built_in() -> None:
    """Ask for the pair that needs no network."""
    want_models(Named(BUILT_IN))


def want(choice: PairChoice) -> None:
    """Ask for a pair. The one that is shown stays until this one is there, or where this one may not be asked for."""
    _stay()
    st.session_state.wanted = choice
    st.session_state.pairs_asked = st.session_state.get("pairs_asked", 0) + 1
    cache().forget_failed(choice.models)
    if why := refusal(choice):
        _stay(why)
    else:
        _begin("look up", choice, partial(_parcels, choice))


def refuse_foreign_pair() -> None:
    """Where a link asks for a pair that this server doesn't open, the first of its list is shown, and why."""
    if why := refusal(chosen_pair()):
        show(PairChoice())
        _stay(why)


def _begin(what: str, choice: PairChoice, make: Callable[[], Iterator[object]]) -> None:
    try:
        jobs.start((what, choice.models), 1, make, lambda _: cache().forget_failed(choice.models))
    except jobs.Busy as busy:
        _stay(str(busy))


def _stay(why: str | None = None) -> None:
    """Ask for nothing; the pair that is shown stays."""
    st.session_state.wanted, st.session_state.refused, st.session_state.refusal_read = None, why, False


def forget_read_refusal() -> None:
    """Why a pair was refused goes once it was shown and the visitor has done something else. Called once a run."""
    if state.is_action() and st.session_state.get("refusal_read"):
        st.session_state.refused, st.session_state.refusal_read = None, False


def _parcels(choice: PairChoice) -> Iterator[Parcels]:
    """One record: what would have to be fetched, nothing where all is on this disk. Both models are judged, whatever the first
    one is.
    """
    card = chosen(**sources(choice))
    yield tuple(parcel for found in judged(_parcel, tuple(dict.fromkeys((card.teacher, card.student)))) for parcel in found)


def _parcel(source: str) -> Parcels:
    """What would have to be fetched of one model. Raises PairError."""
    from distilbert_viz.pairs import hub

    if not hub.missing((source,)):
        return ()
    if settings.read().public:
        raise PairError(f"{source} can't be loaded: {NOT_FOR_VISITORS}")
    return (hub.parcel(source),)


def is_here(name: str) -> bool:
    """Whether a pair of the catalogue opens without a network."""
    from distilbert_viz.pairs import hub

    card = chosen(name)
    return not hub.missing((card.teacher, card.student))


def wanted_pair() -> None:
    """What is asked for and how far it is, or why it can't be had; nothing where nothing is asked for."""
    choice: PairChoice | None = st.session_state.get("wanted")
    models = choice.models if choice else None
    looked, fetching = jobs.job(("look up", models)), jobs.job(("fetch", models))
    if choice is None or looked is None:
        if why := st.session_state.get("refused"):
            st.warning(with_code(why))
            st.session_state.refusal_read = True
    elif looked.error:
        _stay(looked.error)
        st.rerun()
    elif _under_way(looked) or (fetching and _under_way(fetching)) or _is_fetched(looked, fetching):
        st.fragment(_progress, run_every=SECONDS_A_LOOK)(choice, looked, fetching)
    else:
        _ask(choice, looked.latest or (), fetching)


def _under_way(job: jobs.Job[Any]) -> bool:
    return not job.finished.is_set()


def _is_fetched(looked: Look, fetching: Fetch | None) -> bool:
    """Whether nothing was missing, or what was missing has come since."""
    return looked.latest == () or (fetching is not None and not fetching.ending() and fetching.moved > looked.began)


def _progress(choice: PairChoice, looked: Look, fetching: Fetch | None) -> None:
    if _under_way(looked):
        st.progress(0.0, f"Asking what {literal(title(choice))} needs.")
    elif fetching and _under_way(fetching):
        _fetching(fetching)
    elif not looked.error and _is_fetched(looked, fetching):
        _load(choice)
    else:
        st.rerun()


def _fetching(fetching: Fetch) -> None:
    record = fetching.latest
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(record.done / record.total if record else 0.0, "Stopping." if fetching.stopped else standing(fetching, record))
        st.button("Stop", key="stop fetching", on_click=fetching.stop, disabled=fetching.stopped)


def standing(fetching: Fetch, record: Fetched | None) -> str:
    """Bytes done of all, the file that comes, and how long it still takes at the pace so far."""
    if record is None:
        return "Waiting for the first byte."
    if record.by_files:
        return f"{record.done} of {record.total} files, now {literal(record.file)}"
    said = f"{record.done / MEGABYTE:,.1f} of {record.total / MEGABYTE:,.1f} MB, now {literal(record.file)}"
    came = record.done - record.began
    if came <= 0:
        return said
    left = (fetching.moved - fetching.began) / came * (record.total - record.done)
    return f"{said}, about {jobs.duration(max(1.0, left))} left at the pace so far"


def _load(choice: PairChoice) -> None:
    loading = cache().load(choice)
    if loading.error:
        _stay(loading.error)
        cache().forget_failed(choice.models)
        st.rerun()
    if loading.finished.is_set():
        show(choice)
        _stay()
        st.rerun()
    st.progress(loading.done, f"Loading {literal(title(choice))}. The present pair stays until then.")


def _ask(choice: PairChoice, parcels: Parcels, fetching: Fetch | None) -> None:
    """Size, licence, commit and room, and the button without which nothing is fetched."""
    from distilbert_viz.pairs import hub

    missing = sum(parcel.size for parcel in parcels) - _here(parcels, fetching)
    with st.container(border=True):
        if fetching is not None and fetching.ending():
            st.warning(literal(_ended(fetching)))
        st.markdown("  \n".join(map(_in_words, parcels)))
        by_files = any(parcel.by_files for parcel in parcels)
        size = f"{sum(len(parcel.files) for parcel in parcels)} files" if by_files else f"{missing / MEGABYTE:,.1f} MB"
        st.caption(
            f"{size} to come into this server's Hugging Face cache; {hub.free_bytes() / GIGABYTE:,.0f} GB are free on its disk. "
            f"Only configuration, safetensors weights and tokenizer are fetched. {literal(UNLISTED) if by_files else ''}"
        )
        with st.container(horizontal=True):
            st.button(f"Fetch {size}", type="primary", key="fetch pair", on_click=_start, args=(choice, parcels))
            st.button("Not now", key="no pair", on_click=_stay)


def _here(parcels: Parcels, fetching: Fetch | None) -> int:
    """Bytes that need not come again: as looked up, or as an unfinished fetch left them."""
    if fetching is not None and fetching.latest is not None and fetching.ending():
        return fetching.latest.done
    return sum(parcel.here for parcel in parcels)


def _ended(fetching: Fetch) -> str:
    if fetching.error:
        return fetching.error
    if fetching.latest is not None and fetching.latest.by_files:
        return "Stopped. Files that came whole are kept; one that was under way begins again."
    return "Stopped. What came is kept, and the next fetch goes on from there."


def _in_words(parcel: Parcel) -> str:
    at = f"{parcel.revision} is {parcel.commit[:12]}" if parcel.revision != parcel.commit else f"at {parcel.commit[:12]}"
    size = f"{len(parcel.files)} files" if parcel.by_files else f"{parcel.size / MEGABYTE:,.1f} MB"
    return f"**{literal(parcel.repository)}**, {literal(at)}: {size}, licence {literal(str(parcel.licence or 'not stated'))}"


def _start(choice: PairChoice, parcels: Parcels) -> None:
    _begin("fetch", choice, partial(_stream, parcels))


def _stream(parcels: Parcels) -> Iterator[Fetched]:
    from distilbert_viz.pairs.fetching import fetch

    yield from fetch(parcels)
