"""How long the hand-over takes beside the two bare passes, at the built-in and at the full size. See README.md beside this file."""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table
from transformers import logging

from benchmarks.texts import texts
from distilbert_viz import tracing
from distilbert_viz.cost.classes import FULL_SIZE, random_weights
from distilbert_viz.pairs import attention, load_pair
from distilbert_viz.pairs.layers import initial_layers
from distilbert_viz.pairs.models import Pair
from distilbert_viz.records import TracePair
from distilbert_viz.tracing.stock import stock_model

LENGTHS = (32, 128)
POSITION = 5
TOKENS, FULL = "token by token", "full size"
GOALS = {("built-in", "both maps", 32): 3.0, (FULL, "first picture", 32): 2.5, (FULL, "both maps", 32): 20.0}
Work = Callable[[Pair, TracePair], object]
WORK: dict[str, Work] = {
    "first picture": lambda pair, traces: tracing.hand_over(pair, traces, POSITION, whole=False),
    "both maps": lambda pair, traces: tracing.hand_over(pair, traces, POSITION),
    TOKENS: lambda pair, traces: list(tracing.patches(pair, traces, POSITION, "state")),
    "floors": lambda pair, traces: tracing.floors(pair, traces, POSITION),
    "segments": lambda pair, traces: tracing.segment_cost(pair, traces, POSITION),
}


def main() -> None:
    """Measure, print, and write the raw numbers where --json says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15, help="new texts of each length (at least 2)")
    parser.add_argument("--json", type=Path, help="a file for every single measurement")
    options = parser.parse_args()
    logging.set_verbosity_error()
    console = Console(width=130)
    console.print(f"{platform.platform()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, {options.repeats} repeats")
    raw = {f"{size} {length}": measured(pair, length, options.repeats) for size, pair in pairs() for length in LENGTHS}
    console.print(table(raw))
    if options.json:
        options.json.write_text(json.dumps(raw, indent=1), encoding="utf-8")


def pairs() -> Iterator[tuple[str, Pair]]:
    """The built-in pair, then twelve and six layers at full size with random weights, which take the same time as any."""
    built_in = load_pair(device="cpu")
    yield "built-in", built_in
    networks = [random_weights(config, "masked LM", "eager", torch.float32, "cpu").network for config in FULL_SIZE]
    for network in networks:
        network.set_attn_implementation(attention.NAME)
    teacher, student = (replace(model, network=network.eval()) for model, network in zip(built_in, networks, strict=True))
    yield FULL, Pair(FULL, teacher, student, initial_layers(len(teacher.layers), len(student.layers)))


def measured(pair: Pair, length: int, repeats: int) -> dict[str, list[tuple[float, float]]]:
    """Of every piece of work, (bare seconds, its own seconds) on one new text after another, the pass that it needs included.

    Token by token, the built-in pair alone: as many texts as tokens, which at full size are minutes.
    """
    stocks = [stock_model(model) for model in pair]
    works = {name: work for name, work in WORK.items() if name != TOKENS or pair.name != FULL}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for text in islice(texts(pair.teacher.tokenizer, length), repeats + 1):
        for name, work in works.items():
            found[name].append((_seconds(partial(bare, stocks, text)), _seconds(partial(_traced, work, pair, text))))
    return {name: rows[1:] for name, rows in found.items()}  # the first text warms up


def bare(stocks: list, text: str) -> None:
    """Both stock eager passes, attentions and hidden states kept."""
    for model in stocks:
        inputs = tracing.forward.model_inputs(model, tracing.encode(model.tokenizer, text))
        with torch.inference_mode():
            model.network(**inputs, output_attentions=True, output_hidden_states=True)


def _traced(work: Work, pair: Pair, text: str) -> None:
    work(pair, tracing.trace_pair(pair, text))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def table(raw: dict[str, dict[str, list[tuple[float, float]]]]) -> Table:
    """A row a piece of work: medians, and the median of the ratios beside its goal."""
    made = Table(title="The hand-over, the trace that it needs included: medians")
    for name in ("pair and tokens", "work", "bare ms", "ms", "over bare", "goal"):
        made.add_column(name, justify="left" if name in ("pair and tokens", "work") else "right", no_wrap=True)
    for key, works in raw.items():
        size, _, length = key.rpartition(" ")
        for name, rows in works.items():
            ratio, goal = statistics.median(ours / alone for alone, ours in rows), GOALS.get((size, name, int(length)))
            alone, ours = (1000 * statistics.median(column) for column in zip(*rows, strict=True))
            made.add_row(key, name, f"{alone:.0f}", f"{ours:.0f}", f"{ratio:.2f}", "" if goal is None else f"{goal:g}")
    return made


if __name__ == "__main__":
    main()
