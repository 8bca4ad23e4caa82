"""The ablation race on its page: started, watched, read."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from distilbert_viz import settings
from distilbert_viz.distillation.recipe import Recipe, RecipeError
from distilbert_viz.drawing.tables import by_column
from distilbert_viz.figures.training import race as figures
from distilbert_viz.figures.training import runs as run_figures
from distilbert_viz.figures.training import sentences
from distilbert_viz.frame.controls import plot, shown_table
from distilbert_viz.frame.lasting import lasting, typed
from distilbert_viz.frame.tasks import can_start_a_student
from distilbert_viz.records import Evaluation, TracePair
from distilbert_viz.runs import home, race, recordings
from distilbert_viz.runs.record import STOPPED, UNDER_WAY, WAITING, Record
from distilbert_viz.session import present, visitors
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.state import note_no_action
from distilbert_viz.views.recorded import caption
from distilbert_viz.views.training.new_run import teacher_source
from distilbert_viz.views.training.runs import not_deleted

RUNS = len(race.VARIANTS) * len(race.SEEDS)


def start(pair: TracePair) -> None:
    """Steps, and the start of fifteen runs with the default recipe; a sentence instead where the present teacher can't teach."""
    if not can_start_a_student("In every variant a student", "Races from other teachers stand below."):
        return
    if settings.limits().runs < RUNS:
        st.info(
            f"A race is {RUNS} runs, and this public server takes {settings.limits().runs} at a time, so that everybody's turn "
            "comes: start one on a machine of your own."
        )
        return
    recipe = Recipe(teacher=teacher_source(), layers=max(1, pair.teacher.layers // 2), device=present.models().teacher.device.type)
    if why := visitors.no_room(recipe):
        st.info(literal(why))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        steps = st.number_input("Steps of each run", 10, 2000, 60, **typed("race_steps"))
        busy = any(race.under_way(runs) for runs in race.races().values())
        label = f"Start {len(race.VARIANTS)} variants × {len(race.SEEDS)} seeds"
        st.button(label, type="primary", disabled=busy, on_click=_start, args=(recipe, int(steps)))
    if problem := st.session_state.pop("race_problem", None):
        st.warning(problem)
    if busy:
        st.caption("A race is under way; another can start when it has ended.")


def _start(recipe: Recipe, steps: int) -> None:
    try:
        visitors.refuse_full(RUNS)
        st.session_state.race = race.start(replace(recipe, steps=steps), session=visitors.visitor())
    except RecipeError as error:
        st.session_state.race_problem = str(error)
    except home.NOT_KEPT as error:
        st.session_state.race_problem = home.why_not_kept(error)


def sentence() -> str:
    """What the race that is shown, else the newest, found, plainly."""
    found = race.races()
    shown = st.session_state.get("race")
    runs = found.get(shown) if shown in found else next(iter(found.values()), [])
    return sentences.race(race.results(runs or []))


def standings() -> None:
    """The chosen race's table and curves, anew every two seconds while it goes on."""
    found = race.races()
    if not found:
        can = settings.limits().runs >= RUNS and present.task().predicts_masked
        todo = " Fifteen short runs, one after another: press Start and watch the table fill." if can else ""
        st.info(f"No race has been run on this server yet.{todo}")
        _recorded()
        return
    titles = {key: _title(runs) for key, runs in found.items()}
    alike = Counter(titles.values())  # a browser tells races by their titles alone
    names = {key: f"{title} ({key[-4:]})" if alike[title] > 1 else title for key, title in titles.items()}
    if st.session_state.get("race") not in names:
        st.session_state.race = next(iter(names))
    chosen = st.selectbox("Race", list(names), format_func=names.__getitem__, **lasting("race"))
    going = race.under_way(found[chosen]) > 0
    st.fragment(_standings, run_every=2.0 if going else None)(chosen, going)


def _recorded() -> None:
    found, label = recordings.race(), recordings.label("race")
    if found is None or label is None:
        return
    caption(f"a race of {len(found.runs)} runs of {found.steps} steps each, from the built-in teacher", label)
    _shown(found.results(), found.courses())


def _shown(results: Mapping[str, Sequence[Evaluation]], courses: Mapping[str, Sequence[Evaluation]]) -> None:
    """The table of a race, and the course of every variant under one seed."""
    shown_table(by_column(figures.table(results)), "the race")
    if any(courses.values()):
        plot(run_figures.compare(courses, "held-out KL"), "race_kl", "Held-out KL of every variant under the first seed, by step.")


def _title(runs: list[Record]) -> str:
    began = min(float(run.state()["created"]) for run in runs)
    return f"{time.strftime('%d %B %H:%M', time.localtime(began))}, {runs[0].recipe.steps} steps each"


def _standings(chosen: str, going: bool) -> None:
    runs = race.races().get(chosen, [])
    left = race.under_way(runs)
    if going and not left:  # what stands around it says that it goes on
        note_no_action()
        st.rerun()
    if left:
        st.progress(1 - left / len(runs), f"{len(runs) - left} of {len(runs)} runs have ended.")
        st.button("Stop the race", on_click=_stop, args=(runs,), disabled=not visitors.owns(runs[0]))
    failed = [str(run.state()["reason"]) for run in runs if run.state()["status"] == "failed"]
    if failed:
        which = "One run failed" if len(failed) == 1 else f"{len(failed)} runs failed, the first"
        st.warning(f"{which} because: {literal(failed[0])}")
    _shown(race.results(runs), race.courses(runs))


def _stop(runs: list[Record]) -> None:
    for run in runs:
        status = run.state()["status"]
        if status in (*UNDER_WAY, WAITING):
            run.set(control="stop")  # of one that waits too: at this very moment it may begin
        if status == WAITING:
            run.set(status=STOPPED)


def delete() -> None:
    """Delete the chosen race's runs once none is under way, after a question."""
    runs = race.races().get(st.session_state.get("race", ""), [])
    if runs and visitors.owns(runs[0]) and not race.under_way(runs) and st.button("Delete this race"):
        _ask(runs)


@st.dialog("Delete this race?")
def _ask(runs: list[Record]) -> None:
    st.write(f"All {len(runs)} runs of it, with their students and all they recorded, will be gone.")
    if st.button("Delete them", type="primary"):
        if why := list(filter(None, map(not_deleted, runs))):
            st.session_state.race_problem = why[0]
        st.session_state.pop("race", None)
        st.rerun()
