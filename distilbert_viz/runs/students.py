"""From a choice of a pair to the two models' sources: the catalogue's, one's own, or a run's teacher and its student."""

from dataclasses import replace
from typing import TypedDict

from distilbert_viz.pairs.catalogue import CATALOGUE
from distilbert_viz.pairs.choice import Named, PairChoice, RunStudent, TwoSources
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.runs import home
from distilbert_viz.runs.opened import Opened
from distilbert_viz.runs.record import STUDENT, Record

GONE = "There is no run called {run} on this machine (any more)."
NOT_KEPT = "{run} is somebody else's training, which is watched alone: its student isn't kept with what was recorded."
GONE_ON = "This run has gone on since: its student stands at step {step} now, not at step {asked}. Open it from the run once more."


class Sources(TypedDict, total=False):
    """What `load_pair` takes: the name of a pair of the catalogue, or a teacher and a student, each a folder or a hub name."""

    name: str
    teacher: str
    student: str


def sources(choice: PairChoice) -> Sources:
    """Where the two models are read from. Raises PairError where a run is gone, or its student is not the one asked for."""
    match choice.models:
        case Named(name):
            return {"name": name}
        case TwoSources(teacher, student):
            return {"teacher": teacher, "student": student}
        case RunStudent(run, step):
            return _of_run(_found(run), step)


def _of_run(run: Record, step: int | None) -> Sources:
    now = run.student_step()
    if step is not None and now != step:
        raise PairError(GONE_ON.format(step=now, asked=step))
    teacher = run.recipe.teacher
    return {"teacher": CATALOGUE[teacher].teacher if teacher in CATALOGUE else teacher, "student": str(run.folder / STUDENT)}


def _found(run: str) -> Record:
    found = home.find(run)
    if found is None:
        raise PairError(GONE.format(run=run))
    if _is_watched(found):
        raise PairError(NOT_KEPT.format(run=run))
    return found


def _is_watched(run: Record) -> bool:
    return isinstance(run, Opened) and run.watched is not None


def with_present_step(choice: PairChoice) -> PairChoice:
    """A run's student with the step at which it stands now; every other choice as it is."""
    if not isinstance(choice.models, RunStudent) or not (run := home.find(choice.models.run)):
        return choice
    return replace(choice, models=replace(choice.models, step=run.student_step()))


def title(choice: PairChoice) -> str:
    """A pair in words: the catalogue's title, a run's name, or the two sources."""
    match choice.models:
        case Named(name):
            return CATALOGUE[name].title if name in CATALOGUE else name
        case TwoSources(teacher, student):
            return f"{teacher} → {student}"
        case RunStudent(run, step):
            found = home.find(run)
            name = str(found.state()["name"]) if found else run
            at = "" if step is None else f", step {step:,}"
            return f"{found.recipe.teacher if found and not _is_watched(found) else 'its'} teacher → student of {name}{at}"
