"""The ablation race: one recipe with one part removed at a time, three seeds each, judged alike (Sanh et al. 2019, table 4)."""

import secrets
import time
from dataclasses import replace
from typing import Any

from distilbert_viz.distillation.recipe import PUBLISHED, Recipe
from distilbert_viz.records import Evaluation
from distilbert_viz.runs import home, queue
from distilbert_viz.runs.record import FINISHED, UNDER_WAY, WAITING, Record

VARIANTS: dict[str, dict[str, Any]] = {
    "all parts": {},
    "no L_mlm": {"alpha_mlm": 0.0},
    "no L_cos": {"alpha_cos": 0.0},
    "no L_ce": {"alpha_ce": 0.0},
    "random start": {"start": "random", "initial_layers": ()},
}
SEEDS = (1, 2, 3)


def varied(recipe: Recipe, variant: str, seed: int) -> Recipe:
    """The recipe with the published loss, as this variant and under this seed.

    All parameters learn, as in the published training, so that a random start differs from the others in its start alone.
    """
    return replace(recipe, seed=seed, frozen_words=False, **PUBLISHED | VARIANTS[variant])


def start(recipe: Recipe, session: str = "") -> str:
    """Put all variants under all seeds into the queue, seed by seed: every variant has a result early.

    The id of the race; `session` is the visitor's who began it.
    """
    race, began = f"race-{secrets.token_hex(5)}", time.strftime("%H:%M")
    for seed in SEEDS:
        for variant in VARIANTS:
            name = f"race of {began}: {variant}, seed {seed}"
            made = home.new_run(varied(recipe, variant, seed), name, race=race, variant=variant, seed=seed, session=session)
            queue.enqueue(made)
    return race


def races() -> dict[str, list[Record]]:
    """Every race and its runs, the newest race first."""
    found: dict[str, list[Record]] = {}
    for run, state in home.with_states():
        if race := state.get("race"):
            found.setdefault(race, []).append(run)
    return found


def results(runs: list[Record]) -> dict[str, list[Evaluation]]:
    """The last evaluation of every finished run, by variant."""
    found: dict[str, list[Evaluation]] = {variant: [] for variant in VARIANTS}
    for run in runs:
        state = run.state()
        if state["status"] == FINISHED:
            found[state["variant"]].append(run.all_evaluations()[-1])
    return found


def courses(runs: list[Record]) -> dict[str, list[Evaluation]]:
    """Every variant's evaluations on the way, under the first seed."""
    first = {run.state()["variant"]: run for run in runs if run.state()["seed"] == SEEDS[0]}
    return {variant: first[variant].all_evaluations() for variant in VARIANTS if variant in first}


def under_way(runs: list[Record]) -> int:
    """How many runs of a race have not ended."""
    return sum(run.state()["status"] in (*UNDER_WAY, WAITING) for run in runs)
