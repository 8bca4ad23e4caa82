"""A measurement of time and memory on its pages: asked for, watched, kept, chosen, taken along, deleted."""

import json
import os

import streamlit as st

from distilbert_viz import settings
from distilbert_viz.cost.request import BASE_ARCHITECTURE, Request
from distilbert_viz.drawing.tables import as_csv
from distilbert_viz.figures.savings import memory
from distilbert_viz.figures.savings import speed as figures
from distilbert_viz.records import Measurement
from distilbert_viz.runs import measurements, measuring
from distilbert_viz.session import choice, jobs
from distilbert_viz.session.loading import sources
from distilbert_viz.session.markdown import literal
from distilbert_viz.views.savings.cost import FULL, KEPT, Asked, cost_pair, longest

KEY = "measurement"
LENGTHS, BATCHES = (8, 16, 32, 64, 128, 256, 512), (1, 2, 4, 8, 16, 32)
RESTS_ON = "time and memory depend on the architecture, not on what the weights hold"
DTYPES = ("float32", "bfloat16", "float16")


def new_measurement() -> None:
    """Which pair, lengths, batches, how, and the start; folded away once there is something to look at."""
    if not choice.loading().finished.is_set():
        choice.traced_text()  # says what is awaited, and stops
    under_way = _under_way() is not None
    folded = under_way or bool(measurements.newest_first())
    with st.expander("A new measurement", expanded=not folded, key="measurement_asked", on_change="rerun"):
        asked = cost_pair("classification", "measured", RESTS_ON)
        choices = _cells(longest(asked))
        with st.container(horizontal=True):
            with st.popover("Attention, dtype, device"):
                choices |= _how()
            st.button("Start", type="primary", on_click=begin, args=(asked, choices), disabled=under_way)
    if problem := st.session_state.pop("measurement_problem", None):
        st.warning(literal(problem))


def _cells(most: int) -> dict[str, object]:
    """Lengths of at most `most` tokens, and batches."""
    lengths, batches = st.columns(2)
    with lengths:
        chosen = _several("Lengths, tokens a text", [n for n in LENGTHS if n <= most], f"speed_lengths_{most}", "lengths")
    with batches:
        return {"lengths": chosen, "batches": _several("Batches, texts at a time", BATCHES, "speed_batches", "batches")}


def _several(label: str, offered: list[int] | tuple[int, ...], key: str, name: str) -> tuple[int, ...]:
    default = [n for n in getattr(Request(), name) if n in offered] or list(offered[-1:])
    return tuple(st.pills(label, offered, selection_mode="multi", default=default, key=key, **KEPT))


def _how() -> dict[str, object]:
    """Attention, dtype, device and threads."""
    default, cores = Request(), os.cpu_count() or 1
    made = {
        "attention": _one("Attention", ["sdpa", "eager"], default.attention, "speed_attention"),
        "dtype": _one("dtype", list(DTYPES), default.dtype, "speed_dtype"),
        "device": _one("Device", _devices(), _devices()[0], "speed_device"),
    }
    if cores > 1:
        made["threads"] = st.slider("Threads", 1, cores, default.threads, key="speed_threads", **KEPT)
    st.caption(
        f"Each cell is timed {default.repeats} times, the two models in turn, after a warm-up; no repeat begins after "
        f"{default.seconds:g} s once five are there. Parts of a pass, loading and peak memory follow."
    )
    return made


def _one(label: str, options: list[str], default: str, key: str) -> str:
    return st.segmented_control(label, options, default=default, required=True, key=key, **KEPT)


def _devices() -> list[str]:
    """That of the loaded pair, and the CPU."""
    pair = choice.loading().pair
    return list(dict.fromkeys([str(pair.teacher.device), "cpu"] if pair else ["cpu"]))


def _under_way() -> jobs.Job | None:
    found = jobs.job(KEY)
    return None if found is None or found.finished.is_set() else found


def begin(asked: Asked, choices: dict[str, object]) -> None:
    """Start what was chosen, or leave the sentence that says why not in the session."""
    try:
        request = Request(**as_requested(asked[0]), form=asked[1], **choices)
        refuse_large(request)
        jobs.start(KEY, request.stages, lambda: measuring.stream(request), _keep, alone=True)
    except ValueError as error:
        st.session_state.measurement_problem = str(error)
    else:
        st.session_state.update(measurement=None, measurement_asked=False)


def refuse_large(request: Request) -> None:
    """Raises ValueError where a measurement takes more time than this server gives one."""
    limits, tokens = settings.limits(), max(length * batch for length, batch in request.cells)
    if len(request.cells) > limits.cells or tokens > limits.tokens:
        raise ValueError(
            f"This server measures at most {limits.cells} sizes at a time, of at most {limits.tokens:,} tokens a pass, and these "
            f"are {len(request.cells)} of up to {tokens:,}: choose fewer lengths or batches."
        )


def as_requested(full: bool) -> dict[str, str]:
    """As a Request names it."""
    found = {"name": BASE_ARCHITECTURE} if full else sources(st.session_state.pair)
    return {"pair": found["name"]} if "name" in found else found


def _keep(measured: Measurement) -> None:
    if measured.timings:
        measurements.keep(measured)
        measurements.forget_oldest(settings.limits().kept)


def measurement() -> Measurement | None:
    """What the page shows: the measurement under way as it grows, else the chosen one of those that were kept."""
    jobs.watch(KEY)
    if job := _under_way():
        return job.latest if job.latest and job.latest.timings else None
    found = dict(measurements.newest_first())
    if not found:
        return None
    if st.session_state.get("measurement") not in found:
        st.session_state.measurement = next(iter(found))
    names = {identity: title(one) for identity, one in found.items()}
    shown, taken_along = st.columns([3, 1], vertical_alignment="bottom")
    chosen = shown.selectbox("Measurement", list(names), key="measurement", format_func=names.get, persist_state="session")
    with taken_along.container(horizontal=True):
        _taken_along(chosen, found[chosen])
    return found[chosen]


def title(measured: Measurement) -> str:
    """A measurement in one line."""
    setting = measured.setting
    pair = FULL if setting.pair == BASE_ARCHITECTURE else setting.pair
    cells = f"{len(measured.timings)} cell{'s' if len(measured.timings) > 1 else ''}"
    return (
        f"{setting.began[:16].replace('T', ' ')} · {pair}, {setting.form} · {setting.device} × {setting.threads} · "
        f"{setting.dtype}, {setting.attention} · {cells}"
    )


def nothing_measured() -> None:
    """What will stand here, and how it comes about."""
    if _under_way():
        st.info("The first pair of bars comes here when its passes are timed.")
        return
    st.info(
        "Nothing has been measured on this server yet. Press Start: a process of its own builds both models with random weights, "
        "times their loading, lets them read random WordPieces in turn, at every length and batch chosen above, and then looks at "
        "the parts of a pass and at the memory of each. A bar says how long that still takes; what is done can be seen at once."
    )


def _taken_along(identity: str, measured: Measurement) -> None:
    from distilbert_viz.cost import to_json

    st.download_button("JSON", lambda: json.dumps(to_json(measured), indent=1), f"{identity}.json", on_click="ignore")
    st.download_button("CSV", lambda: _csv(measured), f"{identity}.csv", on_click="ignore")
    if not settings.read().public:  # there it belongs to all visitors
        st.button("Delete", on_click=lambda: st.session_state.update(delete_measurement=identity))
    if st.session_state.pop("delete_measurement", None) == identity:
        _ask_to_delete(identity, measured)


@st.dialog("Delete this measurement?")
def _ask_to_delete(identity: str, measured: Measurement) -> None:
    st.write(f"{literal(title(measured))}: all its numbers will be gone.")
    if st.button("Delete it", type="primary"):
        measurements.delete(identity)
        st.rerun()


def intervals(measured: Measurement) -> dict[tuple[int, int], tuple[float, float, float]]:
    """(length, batch) -> the median ratio and the ends of its 95 % interval."""
    from distilbert_viz.cost import ratio

    shelf = choice.shelf()
    return {(t.length, t.batch): shelf.result(("ratio", t.teacher, t.student), lambda t=t: ratio(t)) for t in measured.timings}


def _csv(measured: Measurement) -> str:
    """A row a cell: times, ratio, memory."""
    return as_csv(figures.table(measured, intervals(measured)) | memory.table(measured))
