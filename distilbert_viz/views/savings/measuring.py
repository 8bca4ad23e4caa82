"""A new measurement of time and memory: what is to be measured, and its start. There is one at a time on a server."""

import os
from collections.abc import Sequence
from functools import partial
from typing import Any, TypedDict

import streamlit as st

from distilbert_viz import memory, settings
from distilbert_viz.cost.request import BASE_ARCHITECTURE, Request
from distilbert_viz.frame.lasting import lasting, one_of
from distilbert_viz.records import Measurement
from distilbert_viz.runs import measurements, measuring
from distilbert_viz.runs.students import sources
from distilbert_viz.session import jobs, keeper, present
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.state import chosen_pair
from distilbert_viz.views.savings import counted, which_pair
from distilbert_viz.views.savings.counted import Counted

KEY = "measurement"  # of the job, whatever it measures: nothing else may run beside it, so that all visitors watch this one
LENGTHS, BATCHES = (8, 16, 32, 64, 128, 256, 512), (1, 2, 4, 8, 16, 32)
RESTS_ON = "time and memory depend on the architecture, not on what the weights hold"
DTYPES = ("float32", "bfloat16", "float16")


class Chosen(TypedDict, total=False):
    """What a person chose of a Request; the rest is its default."""

    lengths: tuple[int, ...]
    batches: tuple[int, ...]
    attention: str
    dtype: str
    device: str
    threads: int
    repeats: int
    seconds: float


class Models(TypedDict, total=False):
    """How a Request names its two models: by a pair's name, or by two sources."""

    pair: str
    teacher: str
    student: str


def ask() -> None:
    """Which pair, lengths, batches, how, and the start; folded away once there is something to look at."""
    which_pair.wait_for_pair()
    busy = under_way() is not None
    folded = busy or bool(measurements.to_show())
    with st.expander("A new measurement", expanded=not folded, key="measurement_asked", on_change="rerun"):
        asked = counted.ask("classification", "measured", RESTS_ON)
        chosen = _cells(counted.longest(asked))
        with st.container(horizontal=True):
            with st.popover("Attention, dtype, device"):
                chosen |= _how()
            st.button("Start", type="primary", on_click=begin, args=(asked, chosen), disabled=busy)
    say_problem()


def _cells(most: int) -> Chosen:
    """Lengths of at most `most` tokens, and batches."""
    lengths, batches = st.columns(2)
    with lengths:
        offered = [n for n in LENGTHS if n <= most]
        chosen = _several("Lengths, tokens a text", offered, Request().lengths, f"speed_lengths_{most}")
    with batches:
        return {"lengths": chosen, "batches": _several("Batches, texts at a time", BATCHES, Request().batches, "speed_batches")}


def _several(label: str, offered: Sequence[int], usual: Sequence[int], key: str) -> tuple[int, ...]:
    default = [n for n in usual if n in offered] or list(offered[-1:])
    return tuple(st.pills(label, offered, selection_mode="multi", default=default, **lasting(key)))


def _how() -> Chosen:
    """Attention, dtype, device and threads."""
    default, cores, devices = Request(), os.cpu_count() or 1, _devices()
    chosen: Chosen = {
        "attention": one_of("Attention", ["sdpa", "eager"], default.attention, "speed_attention"),
        "dtype": one_of("dtype", DTYPES, default.dtype, "speed_dtype"),
        "device": one_of("Device", devices, devices[0], "speed_device"),
    }
    if cores > 1:
        chosen["threads"] = st.slider("Threads", 1, cores, default.threads, **lasting("speed_threads"))
    st.caption(
        f"Each cell is timed {default.repeats} times, the two models in turn, after a warm-up; no repeat begins after "
        f"{default.seconds:g} s once five are there. Parts of a pass, loading and peak memory follow."
    )
    return chosen


def _devices() -> list[str]:
    """That of the loaded pair, and the CPU."""
    loaded = present.loading().loaded
    return list(dict.fromkeys([str(loaded.pair.teacher.device), "cpu"] if loaded else ["cpu"]))


def under_way() -> jobs.Job[Any] | None:
    """The job that measures at this moment."""
    found = jobs.job(KEY)
    return None if found is None or found.finished.is_set() else found


def begin(asked: Counted, chosen: Chosen) -> None:
    """Start what was chosen, or leave the sentence that says why not for `say_problem`."""
    try:
        request = Request(**models(asked.full), form=asked.form, **chosen)
        refuse_large(request)
        refuse_no_room()
        jobs.start(KEY, request.stages, partial(measuring.stream, request), _keep, alone=True)
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


def refuse_no_room() -> None:
    """Raises ValueError where this server has no memory for the process that measures; what it measures, it refuses itself."""
    if why := memory.lacking("A measurement", memory.CHILD, keeper.own_share()):
        raise ValueError(why)


def models(full: bool) -> Models:
    """The full sizes, or the present pair, as a Request names them."""
    if full:
        return {"pair": BASE_ARCHITECTURE}
    found = sources(chosen_pair())
    return {"pair": found["name"]} if "name" in found else {"teacher": found["teacher"], "student": found["student"]}


def _keep(measured: Measurement) -> None:
    if measured.timings:
        measurements.keep(measured)
        measurements.forget_oldest(settings.limits().kept)


def say_problem() -> None:
    """Why the measurement that was just asked for didn't begin, once; nothing where it did."""
    if problem := st.session_state.pop("measurement_problem", None):
        st.warning(literal(problem))


def nothing_yet() -> None:
    """What will stand where the pictures of a measurement do, and how it comes about."""
    if under_way():
        st.info("The first pair of bars comes here when its passes are timed.")
        return
    st.info(
        "Nothing has been measured on this server yet. Press Start: a process of its own builds both models with random weights, "
        "times their loading, lets them read random tokens in turn, at every length and batch chosen above, and then looks at "
        "the parts of a pass and at the memory of each. A bar says how long that still takes; what is done can be seen at once."
    )
