"""What the page of a run asks the server for while it watches: JSON, twice a second, without running a page again."""

import base64
import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from distilbert_viz.records import Evaluation, NamedLoss, Step
from distilbert_viz.runs import home
from distilbert_viz.runs.record import WAITING, Record, State
from distilbert_viz.runs.rows import or_nothing

MOST_ROWS, MOST_FOLLOWED = 1500, 100
Standing = tuple[str, str, int, str]  # status, reason, place in the queue, and what watching took
Part = tuple[float, float]  # when the run was made, and when the process began that trains it
Columns = dict[str, list[int | float | None]]


def routes() -> list[Route]:
    """The addresses that the app answers beside its pages."""
    return [
        Route("/runs/standing", _standings),
        Route("/runs/{run}/live", _live),
        Route("/runs/{run}/probes", _probes),
        Route("/runs/{run}/pictures/{number:int}", _picture),
    ]


def _json(text: str) -> Response:
    return Response(text, media_type="application/json", headers={"cache-control": "no-store"})


def _live(request: Request) -> Response:
    """How the run stands, and the steps and evaluations after the last ones that the page has."""
    run = _found(request.path_params["run"])
    known, state = (_number(request, "after"), _number(request, "evaluated")), run.state()
    return _json(_news(run.id, _part(state), known, run.newest(), _standing(run, state)))


def _part(state: State) -> Part:
    """Which part of which training it is: in a folder that is made anew, or by a process that goes on, numbers come again."""
    return state.get("created", 0.0), state.get("pid_began", 0.0)


def _standings(request: Request) -> Response:
    """How the runs stand whose ids are listed in `of`, by id; those that are gone are left out."""
    asked = request.query_params.get("of", "").split(",")[:MOST_FOLLOWED]
    found = {identity: home.find(identity) for identity in asked}
    stand = {identity: standing(run.state(), run.has_student) for identity, run in found.items() if run is not None}
    return _json(json.dumps(stand))


def standing(state: State, with_student: bool) -> str:
    """What decides how a page names a run and what it offers: its status, and whether there is a student to use."""
    return f"{state['status']}, {'with' if with_student else 'without'} a student"


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "-1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _standing(run: Record, state: State) -> Standing:
    waits = place(run) if state["status"] == WAITING else 0
    return str(state["status"]), str(state.get("reason") or ""), waits, state.get("watching", "")


def place(run: Record) -> int:
    """The run's place among those that wait for its device, from 1."""
    ids = [other.id for other in home.waiting(run.recipe.device)]
    return ids.index(run.id) + 1 if run.id in ids else 0


def _found(identity: str) -> Record:
    """The run with this id. Raises HTTPException 404 where there is none, or none any more."""
    if run := home.find(identity):
        return run
    raise HTTPException(404)


@lru_cache(256)
def _news(identity: str, part: Part, known: tuple[int, int], newest: tuple[int, int, int], standing: Standing) -> str:
    """The answer, built once for all who have seen as much."""
    run = _found(identity)
    every = max(1, (newest[0] - max(known[0], 0)) // MOST_ROWS)
    steps, named, evaluations = run.all_steps(known[0], every), run.all_named_losses(known[0], every), run.all_evaluations(known[1])
    status, reason, place, watching = standing
    answer = {"status": status, "reason": reason, "place": place, "watching": watching, "pictures": run.pictures()}
    columns = _columns(Step, steps) | _named(named, [step.number for step in steps])
    return json.dumps(answer | {"steps": columns, "evaluations": _columns(Evaluation, evaluations)}, allow_nan=False)


def _columns(kind: type[Step] | type[Evaluation], rows: Sequence[Step | Evaluation]) -> Columns:
    return {field.name: [or_nothing(getattr(row, field.name)) for row in rows] for field in fields(kind)}


def _named(losses: Sequence[NamedLoss], numbers: Sequence[int]) -> Columns:
    """A column a name, in the order of the steps."""
    found: dict[str, dict[int, float]] = {}
    for loss in losses:
        found.setdefault(loss.name, {})[loss.number] = loss.value
    return {name: [or_nothing(values.get(number, math.nan)) for number in numbers] for name, values in found.items()}


def _probes(request: Request) -> Response:
    run = _found(request.path_params["run"])
    return _json(json.dumps([words | {"maps": _text(maps)} for words, maps in run.kept_probes()]))


def _picture(request: Request) -> Response:
    run = _found(request.path_params["run"])
    return _json(_drawn(run.id, _part(run.state()), request.path_params["number"]))


@lru_cache(512)
def _drawn(identity: str, part: Part, number: int) -> str:
    """One step's pictures, built once and shared by all who watch. Raises HTTPException 404 where none were kept."""
    run = _found(identity)
    kept = run.kept_picture(number)
    if kept is None:
        raise HTTPException(404)
    words, maps = kept
    tokens = [len(probe["tokens"]) for probe, _ in run.kept_probes()]
    heads = len(maps) // max(1, sum(size**2 for size in tokens))
    ends = list(itertools.accumulate((heads * size**2 for size in tokens), initial=0))
    parts = [maps[start:end] for start, end in itertools.pairwise(ends)]
    return json.dumps([probe | {"maps": _text(part)} for probe, part in zip(words, parts, strict=True)])


def _text(maps: bytes) -> str:
    return base64.b64encode(maps).decode()
