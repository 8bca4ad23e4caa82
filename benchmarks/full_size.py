"""What BERT-base and DistilBERT take to load and to trace at full size, with random weights. See README.md beside this file."""

import argparse
import json
import os
import platform
import tempfile
from contextlib import closing, nullcontext
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table
from transformers import AutoTokenizer, logging

from benchmarks.distillation_tables import columns, judged, spread
from distilbert_viz.cost.child import Lines
from distilbert_viz.cost.classes import FULL_SIZE, random_weights
from distilbert_viz.pairs.catalogue import FOLDER

LENGTHS = (32, 128, 512)
MEMORY_GOAL = 1.15
DIFFERENCE_GOAL = 1e-4


def main() -> None:
    """Write the folders, measure, print, and write the raw numbers where --json says."""
    options = asked()
    logging.disable_progress_bar()
    console = Console(width=150)
    console.print(f"{platform.platform()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, {options.repeats} repeats")
    with nullcontext(options.folder) if options.folder else tempfile.TemporaryDirectory() as folder:
        with console.status("writing the folders"):
            folders = save_pair(Path(folder))
        with console.status("loading and tracing"):
            found = [measured(*folders, options.device, options.repeats) for _ in range(1 + options.repeats)]
    raw = found[1:]  # the first has the disk read the files
    console.print(loading_table(raw))
    console.print(tracing_table(raw))
    if options.json:
        options.json.write_text(json.dumps(raw, indent=1), encoding="utf-8")


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the two folders are written and stay; by default they go again")
    parser.add_argument("--repeats", type=int, default=5, help="fresh processes, and passes of each length in each of them")
    parser.add_argument("--device", default="cpu", help="cpu, cuda:0, ...")
    parser.add_argument("--json", type=Path, help="a file for every single measurement")
    return parser.parse_args()


def save_pair(folder: Path) -> tuple[Path, Path]:
    """Both models with the weights that transformers starts from, the same every time, and the built-in pair's tokenizer.

    It has the 30,522 WordPieces of bert-base-uncased. What stands in the folders already is written over.
    """
    folders = folder / "teacher", folder / "student"
    tokenizer = AutoTokenizer.from_pretrained(FOLDER / "teacher")
    for seed, (config, place) in enumerate(zip(FULL_SIZE, folders, strict=True)):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            random_weights(config, "masked LM", "eager", torch.float32, "cpu").network.save_pretrained(place)
        tokenizer.save_pretrained(place)
    return folders


def measured(teacher: Path, student: Path, device: str, repeats: int, lengths: tuple[int, ...] = LENGTHS) -> dict:
    """What one fresh process saw of the pair: see full_size_child.py."""
    words = (str(teacher), str(student), device, str(repeats), *map(str, lengths))
    with closing(Lines("-m", "benchmarks.full_size_child", *words)) as lines:
        return json.loads(list(lines)[-1])


def loading_table(raw: list[dict]) -> Table:
    """Seconds and memory of loading both models, each time in a fresh process."""
    table = columns("Both models from their folders: median (quartiles)",
                    "s to load", "s till all is read", "MB of weights", "held / weights", "goal", "peak / weights")  # fmt: skip
    weights = raw[0]["weights"]
    held = [one["held"] / weights for one in raw]
    peaks = [one["peak"] / weights for one in raw if one["peak"] is not None]
    seconds = (spread([one[name] for one in raw], "{:.2f}") for name in ("seconds", "seconds_read"))
    goal, peak = judged(held, MEMORY_GOAL, False), spread(peaks, "{:.3f}") if peaks else "-"
    table.add_row(*seconds, f"{weights / 1e6:,.1f}", spread(held, "{:.3f}"), goal, peak)
    return table


def tracing_table(raw: list[dict]) -> Table:
    """A row a length: our traces of both models beside their bare stock passes, and how far they differ at most."""
    table = columns("Both models on one text: median (quartiles) of the processes' medians",
                    "tokens", "bare, ms", "trace_pair, ms", "trace_pair / bare", "MB of traces", "max |difference|")  # fmt: skip
    for texts in zip(*(one["texts"] for one in raw), strict=True):
        bare, traced = ([text[name] for text in texts] for name in ("bare", "traced"))
        ratios = [ours / theirs for ours, theirs in zip(traced, bare, strict=True)]
        differ = max(text["difference"] for text in texts)
        colour = "green" if differ < DIFFERENCE_GOAL else "red"
        times = (spread(values, "{:.0f}", 1000) for values in (bare, traced))
        megabytes = f"{texts[0]['bytes'] / 1e6:,.0f}"
        table.add_row(str(texts[0]["tokens"]), *times, spread(ratios, "{:.2f}"), megabytes, f"[{colour}]{differ:.0e}")
    return table


if __name__ == "__main__":
    main()
