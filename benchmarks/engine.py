"""What a step of a run costs beside the same mathematics in plain torch, in turn in one process. See README.md beside this file."""

import argparse
import contextlib
import copy
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import torch
from rich.console import Console
from transformers import TrainerCallback, logging

from distilbert_viz.distillation import engine, losses
from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.distillation.training import Batch, Distillation, combined
from distilbert_viz.runs import record as records
from distilbert_viz.runs.child import Recorder

WARM_UP = 5
GOAL = 1.15


class PlainStep:
    """A step of the same loss with nothing around it: two passes, backward, clipping, AdamW."""

    def __init__(self, teacher: torch.nn.Module, student: torch.nn.Module, recipe: Recipe):
        self.teacher, self.student, self.recipe = copy.deepcopy(teacher).eval(), copy.deepcopy(student).train(), recipe
        learning = [parameter for parameter in self.student.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.AdamW(learning, lr=recipe.learning_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
        self.learning = learning

    def __call__(self, batch: Batch) -> None:
        """One step of learning."""
        ids, read, labels = batch["input_ids"], batch["attention_mask"], batch["labels"]
        kept = read.bool() if self.recipe.ce_on == "all" else labels != IGNORED
        with torch.no_grad():
            teacher = self.teacher(ids, read, kept)
        student = self.student(ids, read, kept)
        combined(
            self.recipe,
            losses.loss_ce(student.logits, teacher.logits, self.recipe.temperature),
            losses.loss_mlm(student.logits, labels[kept]),
            losses.loss_cos(student.last_hidden_state, teacher.last_hidden_state, read),
        ).backward()
        torch.nn.utils.clip_grad_norm_(self.learning, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()


@dataclass
class Clock:
    """Seconds of the run alone: the plain steps between its own are left out, so that its budgets are spent as always."""

    out: float = 0.0

    def __call__(self) -> float:
        """Now."""
        return time.perf_counter() - self.out


@dataclass
class InTurn(TrainerCallback):
    """After every step of the run, its seconds, and those of a plain step on the same batch."""

    plain: PlainStep
    clock: Clock
    batch: Batch = field(default_factory=dict)
    began: float = 0.0
    seconds: list[tuple[float, float]] = field(default_factory=list)

    def on_step_end(self, args: object, state: object, control: object, **kwargs: object) -> None:
        """The run's step has ended, all that the run does about it too."""
        ended = time.perf_counter()
        self.plain(self.batch)
        spent = time.perf_counter() - ended
        if self.began:
            self.seconds.append((ended - self.began, spent))
        self.clock.out += spent
        self.began = time.perf_counter()


def main() -> None:
    """Measure, print, and write the raw numbers where --json says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--learn-words", action="store_true", help="word embeddings learn too, as in the published training")
    parser.add_argument("--json", type=Path, help="a file for every single measurement")
    options = parser.parse_args()
    logging.set_verbosity_error()
    recipe = replace(Recipe(), steps=options.steps, device="cpu", save_seconds=1e6, frozen_words=not options.learn_words)
    seconds = measured(recipe)
    ratio = sum(ours for ours, _ in seconds) / sum(plain for _, plain in seconds)
    ours, plain = (1000 * statistics.median(part) for part in zip(*seconds, strict=True))
    Console().print(
        f"{len(seconds)} steps: the engine {ours:.0f} ms (median), plain torch {plain:.0f} ms; all time of the run over that of "
        f"plain steps {ratio:.3f}, goal {GOAL}"
    )
    if options.json:
        options.json.write_text(json.dumps(seconds), encoding="utf-8")


def measured(recipe: Recipe) -> list[tuple[float, float]]:
    """Seconds of every step after the first WARM_UP: of the run, its records and pictures in it, and of the plain step."""
    with watched(recipe) as (run, turns):
        engine.distil(recipe, run.folder, run)
        return turns[0].seconds[WARM_UP:]


@contextlib.contextmanager
def watched(recipe: Recipe) -> Iterator[tuple[Recorder, list[InTurn]]]:
    """A run's folder, and the callback that every Distillation made meanwhile gets as its last one."""
    clock, turns, init, loss = Clock(), [], Distillation.train, Distillation.compute_loss

    def train(self: Distillation, *given: object, **named: object) -> object:
        turns.append(InTurn(PlainStep(self.teacher, self.student, recipe), clock))
        self.add_callback(turns[-1])
        return init(self, *given, **named)

    def compute_loss(self: Distillation, model: torch.nn.Module, inputs: Batch, *given: object, **named: object) -> torch.Tensor:
        turns[-1].batch = inputs
        return loss(self, model, inputs, *given, **named)

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        times = SimpleNamespace(monotonic=clock, sleep=time.sleep)
        for module in ("watching", "keeping"):
            stack.enter_context(mock.patch(f"distilbert_viz.distillation.{module}.time", times))
        stack.enter_context(mock.patch.object(Distillation, "train", train))
        stack.enter_context(mock.patch.object(Distillation, "compute_loss", compute_loss))
        records.create(folder / "run", recipe, "measured")
        yield Recorder(folder / "run", lambda step: None), turns


if __name__ == "__main__":
    main()
