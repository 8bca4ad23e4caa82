"""Races, and what is listed and drawn of several runs."""

import json

import pytest

from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.figures.training import race as race_figures
from distilbert_viz.figures.training import runs as figures
from distilbert_viz.runs import race
from distilbert_viz.runs.record import FINISHED
from tests.support.runs import evaluation, step

pytestmark = pytest.mark.usefixtures("own_runs")


def test_a_race_is_every_variant_under_every_seed_and_differs_in_that_alone():
    name = race.start(Recipe(device="cpu", steps=9))
    runs = race.races()[name]
    assert len(runs) == len(race.VARIANTS) * len(race.SEEDS) == race.under_way(runs) == 15
    by_variant = {variant: [run.recipe for run in runs if run.state()["variant"] == variant] for variant in race.VARIANTS}
    assert all(sorted(r.seed for r in recipes) == [1, 2, 3] for recipes in by_variant.values())
    assert {r.alpha_ce for r in by_variant["no L_ce"]} == {0.0}
    assert {r.start for r in by_variant["random start"]} == {"random"}
    assert {(r.alpha_ce, r.alpha_mlm, r.alpha_cos, r.start) for r in by_variant["all parts"]} == {(5.0, 2.0, 1.0, "teacher")}


def test_the_table_of_a_race_is_mean_and_sample_deviation_of_the_last_evaluations():
    name = race.start(Recipe(device="cpu"))
    runs = race.races()[name]
    for run, kl in zip([r for r in runs if r.state()["variant"] == "no L_cos"], (0.5, 0.6, 0.7), strict=True):
        run.evaluation(evaluation(0, 9.0))
        run.evaluation(evaluation(60, kl))
        run.set(status=FINISHED)
    rows = {row["variant"]: row for row in race_figures.table(race.results(runs))}
    assert rows["no L_cos"]["held-out KL, nats"] == "0.600 ± 0.100"
    assert rows["no L_cos"]["seeds"] == 3
    assert rows["no L_cos"]["paper: GLUE against all parts"] == "-1.46"
    assert rows["all parts"]["held-out KL, nats"] == "–"


def test_the_table_of_a_run_joins_steps_and_evaluations_by_their_number():
    rows = figures.table([step(1), step(2)], [evaluation(0), evaluation(2)])
    assert [(row["number"], row["loss"], row["kl"]) for row in rows] == [(0, None, 0.5), (1, 12.5, None), (2, 12.5, 0.5)]
    assert json.dumps(rows)


def test_a_comparison_has_a_line_a_run_through_its_own_numbers():
    figure = figures.compare({"<b>one</b>": [evaluation(0, 2.0), evaluation(9, 1.0)], "two": []}, "held-out KL")
    assert [list(line.y) for line in figure.data] == [[2.0, 1.0], []]
    assert "<b>" not in figure.data[0].name
