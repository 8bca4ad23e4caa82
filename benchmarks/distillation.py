"""How fast a student learns, what it costs to watch it, and how soon a step is on the screen. See README.md beside this file."""

import argparse
import contextlib
import dataclasses
import json
import multiprocessing
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from rich.console import Console
from transformers import AutoTokenizer, BertConfig, BertForMaskedLM, logging, set_seed

from benchmarks.arithmetic import about, peak_flops
from benchmarks.course import course
from benchmarks.distillation_tables import course_table, memory_table, screen_table, step_table, watched_table
from benchmarks.published_step import STEPS, largest_difference, material, peak_bytes, tokens_a_second
from benchmarks.watched import VIEWERS, seconds_a_step, seconds_to_screen, served_runs
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs.catalogue import FOLDER

FORMS = {  # 15% is the released script's share, 30% this app's
    "all tokens": {"ce_on": "all", "masked": 0.15},
    "masked tokens, 15%": {"ce_on": "masked", "masked": 0.15},
    "masked tokens, 30%": {"ce_on": "masked", "masked": 0.3},
}
BATCH, WATCHED_STEPS = 32, 60
BASE = {"layers": 6, "length": 128, "batch": 128, "precision": "bfloat16"}


def main() -> None:
    """Measure, print, and write the raw numbers where --json says."""
    options = asked()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    console, raw = Console(width=150), {}
    console.print(f"{platform.platform()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, {options.repeats} repeats")
    with recipe_of(options.device) as recipe:
        for part in [options.only] if options.only else PARTS:
            measure, table = PARTS[part]
            with console.status(part):
                raw[part] = measure(recipe, options.repeats)
            console.print(table(raw[part]))
    if options.json:
        options.json.write_text(json.dumps(raw, indent=1), encoding="utf-8")


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="of every number (at least 5 for a number to be quoted)")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="cuda: sizes of BERT-base, bfloat16")
    parser.add_argument("--only", choices=PARTS, help="one part")
    parser.add_argument("--json", type=Path, help="a file for every single measurement")
    return parser.parse_args()


@contextlib.contextmanager
def recipe_of(device: str) -> Iterator[Recipe]:
    """The app's own recipe: the built-in teacher, or on CUDA a teacher of BERT-base's sizes with random weights."""
    alike = {"device": device, "save_seconds": 1e6}
    if device == "cpu":
        yield Recipe(teacher=str(FOLDER / "teacher"), batch=BATCH, **alike)
        return
    with tempfile.TemporaryDirectory() as folder:
        set_seed(0)
        BertForMaskedLM(BertConfig()).save_pretrained(folder)
        AutoTokenizer.from_pretrained(FOLDER / "teacher").save_pretrained(folder)
        yield Recipe(teacher=folder, **alike, **BASE)


def forms(recipe: Recipe) -> dict[str, Recipe]:
    """The recipe with L_ce on all tokens and on masked ones, without an end in sight; all parameters learn, as in the published."""
    endless = dataclasses.replace(recipe, warmup=0.0, steps=1_000_000, frozen_words=False)
    return {form: dataclasses.replace(endless, **changes) for form, changes in FORMS.items()}


def measured_steps(recipe: Recipe, repeats: int) -> dict[str, dict]:
    """Tokens a second of both steps in every form, taken in turn; the first turn warms up."""
    peak = peak_flops() if recipe.device == "cuda" else None
    found = {form: {"largest_relative_difference": largest_difference(choices)} for form, choices in forms(recipe).items()}
    work = {}
    for form, choices in forms(recipe).items():
        made, batches = material(choices)
        found[form] |= {"peak_flops": peak, **about(made.teacher.config, batches, choices)}
        work |= {(form, name): (kind(made, choices), batches) for name, kind in STEPS.items()}
    rates = {key: [] for key in work}
    for turn in range(repeats + 1):
        for key in list(work) if turn % 2 else reversed(work):
            rates[key].append(tokens_a_second(*work[key]))
    for (form, name), (_, *values) in rates.items():
        found[form][name] = values
    return found


def measured_memory(recipe: Recipe, repeats: int) -> dict[str, dict[str, list[int]]]:
    """Bytes that both steps need beside the loaded models, each time in a fresh process."""
    found = {form: {name: [] for name in STEPS} for form in FORMS}
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, fresh, logging.disable_progress_bar, max_tasks_per_child=1) as children:
        for _ in range(repeats):
            for form, choices in forms(recipe).items():
                for name in STEPS:
                    found[form][name].append(children.submit(peak_bytes, name, choices).result())
    return found


def watched_recipe(recipe: Recipe) -> Recipe:
    """The default run on a CPU, the same sizes as before on CUDA, cut short."""
    batch = Recipe().batch if recipe.device == "cpu" else recipe.batch
    return dataclasses.replace(recipe, batch=batch, steps=WATCHED_STEPS)


def measured_watching(recipe: Recipe, repeats: int) -> dict[str, list[float]]:
    """Seconds a step under no, one and ten viewers, in an order that turns from repeat to repeat."""
    recipe, found, order = watched_recipe(recipe), {watched_by: [] for watched_by in VIEWERS}, list(VIEWERS)
    with served_runs(recipe) as (address, browser):
        for _ in range(repeats):
            for watched_by in order:
                found[watched_by].append(seconds_a_step(address, browser, recipe, watched_by))
            order = [*order[1:], order[0]]
    return found


def measured_screen(recipe: Recipe, repeats: int) -> dict[str, list[float]]:
    """Of each repeat, the middle and the 95th percentile of the seconds from a step to the screen."""
    recipe = watched_recipe(recipe)
    with served_runs(recipe) as (address, browser):
        runs = [seconds_to_screen(address, browser, recipe) for _ in range(repeats)]
    return {f"percentile {share}": [float(np.percentile(delays, share)) for delays in runs] for share in (50, 95)}


def measured_course(recipe: Recipe, repeats: int) -> dict[str, list[float]]:
    """Of each repeat, how the default run went."""
    with served_runs(recipe) as (address, browser):
        runs = [course(address, browser) for _ in range(repeats)]
    return {name: [run[name] for run in runs] for name in runs[0]}


PARTS: dict[str, tuple[Callable, Callable]] = {
    "step": (measured_steps, step_table),
    "memory": (measured_memory, memory_table),
    "watched": (measured_watching, watched_table),
    "screen": (measured_screen, screen_table),
    "course": (measured_course, course_table),
}

if __name__ == "__main__":
    main()
