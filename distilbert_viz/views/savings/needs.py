"""What is asked of a model: a case to start from, and every need, changed as one likes."""

import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from distilbert_viz import families
from distilbert_viz.cost import choosing
from distilbert_viz.cost.presets import PRESETS
from distilbert_viz.figures.savings import published
from distilbert_viz.frame.lasting import lasting, typed
from distilbert_viz.pairs.choice import Named
from distilbert_viz.records import Measurement, Needs, Preset, Score
from distilbert_viz.session import present
from distilbert_viz.session.pages import end_page
from distilbert_viz.session.state import chosen_pair
from distilbert_viz.views.savings import measured_quality

PUBLISHED_PAIR = Named("base-uncased")
FIRST = PRESETS[0]
USUAL = 128  # tokens
VOICES = ("student", "teacher")
# Need -> its label, and what turns a record's unit into the one that is typed.
ASKED = {
    "latency": ("Latency at most, ms", 1e3),
    "throughput": ("Texts a second, at least", 1.0),
    "memory": ("Memory at most, MB", 1e-6),
    "quality": ("Quality at least, points", 1.0),
    "price": ("Price of an hour", 1.0),
}
HELP = {
    "latency": "For one text alone, of the length chosen above.",
    "throughput": "Over a stream of texts, in batches that keep within the latency and the memory asked for.",
    "memory": "For the weights, and for what one text's pass needs beside them.",
    "quality": "On the scale of the score chosen above.",
    "price": "Of a machine like the one that was measured, in any currency. It tells what a million texts cost.",
}
Scores = Mapping[str, Score]
T = TypeVar("T", str, int)


def ask(full: bool, measured: Measurement) -> tuple[Needs, Score | None]:
    """Cases to start from, then every need, changed as one likes; and the score that quality is asked by.

    The page ends here where the case asks about a quality that nobody has measured.
    """
    scores = _scores(full)
    _begin()
    for called, voice in zip(_names(full), VOICES, strict=True):
        _presets(f"Use {called} when …", voice, scores)
    name = _one_of("Quality by", list(scores), "need_score", 0) if scores else None
    score = None if name is None else scores[name]
    _floor(name, score)
    columns, lengths = st.columns(2), choosing.lengths(measured)
    with columns[0]:
        usual = lengths.index(max((n for n in lengths if n <= USUAL), default=lengths[0]))
        length = _one_of("Length, tokens a text", lengths, "need_length", usual)
    asked = {need: _asked(need, columns[(i + 1) % 2]) for i, need in enumerate(ASKED)}
    if score is None:
        _measure_quality_first()
    return Needs(length, **asked), score


def _names(full: bool) -> tuple[str, str]:
    """What the student and the teacher are called: by their families, where these are two."""
    teacher, student = families.PUBLISHED if full else (model.family for model in present.models())
    return ("the student", "the teacher") if teacher == student else (student.title, teacher.title)


def _scores(full: bool) -> Scores:
    """By what quality can be asked: the measured score of the present pair, the published ones of BERT-base and DistilBERT."""
    measured = None if full else measured_quality.score()
    found = {f"{measured.task}, measured here": measured} if measured else {}
    if full or chosen_pair().models == PUBLISHED_PAIR:
        found |= {f"{score.task}, published": score for score in published.SCORES.values()}
    return found


def _one_of(label: str, options: Sequence[T], key: str, default: int) -> T:
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[default]
    return st.selectbox(label, options, **lasting(key))


def _begin() -> None:
    """A visitor whose address asks for nothing starts from the first case."""
    if not any(key.startswith(("need_", "preset_")) for key in (*map(str, st.session_state), *st.query_params)):
        st.session_state[f"preset_{FIRST.voice}"] = FIRST.name
        for need in ASKED:
            st.session_state[f"need_{need}"] = _typed(FIRST, need)


def _presets(label: str, voice: str, scores: Scores) -> None:
    names = [preset.name for preset in PRESETS if preset.voice == voice]
    st.pills(label, names, wrap=True, on_change=_start_from, args=(voice, scores), **lasting(f"preset_{voice}"))
    if (preset := _preset()) and preset.voice == voice:
        st.caption(preset.about)


def _preset() -> Preset | None:
    """The case that the needs started from."""
    chosen = {st.session_state.get(f"preset_{voice}") for voice in VOICES}
    return next((preset for preset in PRESETS if preset.name in chosen), None)


def _start_from(voice: str, scores: Scores) -> None:
    """Put a case's numbers into the fields; the other list's case is no longer the one."""
    if st.session_state[f"preset_{voice}"] is None:
        return
    for other in set(VOICES) - {voice}:
        st.session_state[f"preset_{other}"] = None
    if (preset := _preset()) is None:
        return
    for need in ASKED:
        st.session_state[f"need_{need}"] = _typed(preset, need)
    wanted = f"{preset.task or published.MACRO.task}, published"
    if preset.quality is not None and wanted in scores:
        st.session_state.need_score = wanted


def _floor(name: str | None, score: Score | None) -> None:
    """A case asks for a share of the teacher's score: in points of the score called `name`, anew when one of the two changes."""
    preset, before = _preset(), st.session_state.get("floor_of")
    st.session_state.floor_of = now = (preset and preset.name, name)
    linked = before is None and st.session_state.get("need_quality") is not None  # the address says it
    if before != now and not linked and score and preset and preset.quality is not None:
        st.session_state.need_quality = math.floor(10 * preset.quality * score.teacher) / 10


def _measure_quality_first() -> None:
    preset = _preset()
    measured_quality.offer()
    if preset and preset.quality is not None:
        way = "measure it, and the answer comes" if present.task().predicts_masked else "choose another case, or the full sizes"
        st.warning(f"This case asks for {100 * preset.quality:.0f}% of the teacher's quality: {way}.")
        end_page()


def _asked(need: str, column: DeltaGenerator) -> float | None:
    (label, scale), key = ASKED[need], f"need_{need}"
    value = column.number_input(label, 0.0, value=None, placeholder="any", help=HELP[need], format="%.6g", **typed(key))
    return value / scale if value is not None and math.isfinite(value) else None


def latency_asked(seconds: float) -> float:
    """Two digits of it in the unit that is typed."""
    return float(f"{seconds * ASKED['latency'][1]:.2g}")


def _typed(preset: Preset, need: str) -> float | None:
    """A case's number in the unit of its field; a share of the teacher's quality is none."""
    value: float | None = None if need == "quality" else getattr(preset, need)
    return None if value is None else value * ASKED[need][1]
