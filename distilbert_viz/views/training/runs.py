"""A run on its page: watched, paused, resumed, stopped, used, compared, taken along, deleted; one from elsewhere only watched."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import streamlit as st

from distilbert_viz.distillation.recipe import RecipeError
from distilbert_viz.figures.training import runs as figures
from distilbert_viz.figures.training import sentences
from distilbert_viz.frame.components import mount
from distilbert_viz.frame.controls import plot
from distilbert_viz.frame.lasting import lasting
from distilbert_viz.pairs.choice import RunStudent
from distilbert_viz.records import Evaluation, NamedLoss, Step
from distilbert_viz.runs import home, queue, recordings
from distilbert_viz.runs.record import FAILED, PAUSED, RUNNING, STARTING, STOPPED, STUDENT, UNDER_WAY, WAITING, Record
from distilbert_viz.runs.rows import or_nothing
from distilbert_viz.session import visitors
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.state import NEW, chosen_pair, show
from distilbert_viz.views.recorded import caption
from distilbert_viz.views.training import elsewhere
from distilbert_viz.views.training.listing import Listed, meant


def sentence(run: Record | None) -> str:
    """How far the run has come, plainly; where none is shown, what comes about here."""
    if run is None:
        return sentences.run(())
    return sentences.run(run.all_evaluations(), **elsewhere.counted(run))


def watch(run: Record) -> None:
    """Curves, numbers and probes of a run; they follow it by themselves."""
    try:
        drawn, found = run.outline(), elsewhere.watched(run)
    except RecipeError as error:
        st.warning(literal(str(error)))
        return
    data = {"run": run.id, "steps": drawn.steps, "layers": drawn.layers, "start": list(drawn.start),
            "play": run.id == recordings.RUN, "watched": found is not None,
            "outcome": "token" if found is None else found.outcome, "alone": bool(found and found.alone)}  # fmt: skip
    with st.container(key="watched"):
        mount("run", data, f"watch_{run.id}")


def recorded() -> None:
    """The run that comes with the package, which plays once; nothing where there is none."""
    run, label = home.find(recordings.RUN), recordings.label(recordings.RUN)
    if run is None or label is None:
        return
    st.subheader("A recorded run")
    recipe = run.recipe
    what = f"a student of {recipe.layers} layers that learned from the {recipe.teacher} teacher for {recipe.steps} steps"
    caption(f"{what}, by the recipe that Start above uses", label)
    watch(run)


def controls(shown: Listed) -> None:
    """What can be done with a run as it stands."""
    run, status, own = shown.run, shown.state["status"], shown.may_steer
    with st.container(horizontal=True):
        if status == RUNNING and own and visitors.may_pause():
            st.button("Pause", on_click=lambda: run.set(control="pause"))
        if status in (PAUSED, STOPPED, FAILED) and own:
            st.button("Resume", on_click=_resume, args=(run,), type="primary")
        if status in (*UNDER_WAY, WAITING, PAUSED) and own:
            st.button("Stop", on_click=_stop, args=(run,))
        if shown.has_student:
            st.button("Use this student", on_click=_use, args=(run,), help="Every page then shows this run's teacher and student.")
            st.download_button("Student (.zip)", lambda: _zip(run), f"{run.id}-student.zip", on_click="ignore")
        st.download_button("Record (.csv)", lambda: _csv(run), f"{run.id}.csv", on_click="ignore")
        st.download_button("Record (.json)", lambda: _json(run), f"{run.id}.json", on_click="ignore")
        if status not in UNDER_WAY and own:
            st.button("Delete", on_click=lambda: st.session_state.update(delete=run.id))
    if run.read_only:
        elsewhere.say_whose(run)
    elif not own:
        st.caption("This run was begun in another visit: here it can be watched, used and taken along.")
    elif not shown.own:
        st.caption("This run was begun in another visit, perhaps by somebody else: what is done here is done to theirs.")
    if problem := st.session_state.pop("run_problem", None):
        st.warning(literal(problem))
    if st.session_state.pop("delete", None) == run.id:
        _ask_to_delete(shown)
    if status in (STARTING, WAITING) and not run.read_only:
        st.caption("When its turn comes, a process of its own reads teacher and text; the first point follows within seconds.")


def _resume(run: Record) -> None:
    try:
        if home.alive(run):
            run.set(control="go")
        else:
            visitors.refuse_full()
            visitors.refuse_no_room(run.recipe)
            queue.enqueue(run)
    except RecipeError as error:
        st.session_state.run_problem = str(error)
    except home.NOT_KEPT as error:
        st.session_state.run_problem = home.why_not_kept(error)


def _stop(run: Record) -> None:
    run.set(control="stop")  # of one that waits too: at this very moment it may begin
    if not home.alive(run) and run.state()["status"] != STARTING:
        run.set(status=STOPPED)


def _use(run: Record) -> None:
    """Show the run's student as it is saved now: at another step it is another choice, which is loaded anew."""
    show(replace(chosen_pair(), models=RunStudent(run.id, run.student_step())))


@st.dialog("Delete this run?")
def _ask_to_delete(shown: Listed) -> None:
    st.write(f"{literal(shown.title)}: its student, its checkpoints and everything it recorded will be gone.")
    if st.button("Delete it", type="primary"):
        if why := not_deleted(shown.run):
            st.session_state.run_problem = why
        else:
            st.session_state.run = NEW
        st.rerun()


def not_deleted(run: Record) -> str | None:
    """Delete the run; None where it is gone, else why it is not, as one that holds its place while it is paused."""
    try:
        home.delete(run)
    except (ValueError, *home.NOT_KEPT) as error:
        return str(error) if home.find(run.id) else None
    return None


def _zip(run: Record) -> bytes:
    """The student's folder, as from_pretrained and pipeline("fill-mask") load it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for file in sorted((run.folder / STUDENT).iterdir()):
            archive.write(file, f"{run.id}-student/{file.name}")
    return made.getvalue()


def _csv(run: Record) -> str:
    rows = figures.table(run.all_steps(), run.all_evaluations(), run.all_named_losses())
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue()


def _json(run: Record) -> str:
    watched = elsewhere.watched(run)
    found: dict[str, Any] = {"recipe": asdict(run.recipe)} if watched is None else {"watched": asdict(watched)}
    found |= {"state": run.state(), "steps": _plain(run.all_steps()), "evaluations": _plain(run.all_evaluations())}
    named = {} if watched is None else {"named_losses": _plain(run.all_named_losses())}
    return json.dumps(found | named, indent=1, allow_nan=False)


def _plain(records: Sequence[Step | Evaluation | NamedLoss]) -> list[dict[str, Any]]:
    """As JSON can say it: what is no number is nothing."""
    return [
        {name: or_nothing(value) if isinstance(value, float) else value for name, value in asdict(one).items()} for one in records
    ]


def compare(found: Mapping[str, Listed]) -> None:
    """Several runs on one chart."""
    if len(found) < 2:
        return
    st.subheader("Runs beside each other")
    names = {identity: one.title for identity, one in found.items()}
    _name_chips(names)
    chosen = st.multiselect("Runs", list(names), format_func=names.__getitem__, max_selections=8, **lasting("compared"))
    measure = st.segmented_control(
        "Measure", list(figures.MEASURES), default="held-out KL", required=True, **lasting("compared_by")
    )
    lines = {names[identity]: found[identity].run.all_evaluations() for identity in chosen}
    plot(figures.compare(lines, measure), "compare", f"{measure} of the chosen runs by step.")


def _name_chips(names: Mapping[str, str]) -> None:
    """The first three runs, until a person chooses others; under new words they are sent anew: a browser keeps the first ones."""
    before: Mapping[str, str] = st.session_state.get("compared_names", {})
    chips = [meant(chip) for chip in st.session_state.get("compared", list(before)[:3])]
    if before == names and st.session_state.get("compared") == chips:
        return
    if chips == list(before)[:3]:
        chips = list(names)[:3]
    st.session_state.update(compared_names=names, compared=[identity for identity in chips if identity in names])
