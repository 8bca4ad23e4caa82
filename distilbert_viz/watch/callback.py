"""A callback for anybody's distillation, under transformers' Trainer or by three calls in a loop of one's own."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from transformers import PreTrainedTokenizerBase, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from distilbert_viz.runs import child
from distilbert_viz.runs.record import FINISHED, STOPPED
from distilbert_viz.watch.budget import Budget
from distilbert_viz.watch.harmless import as_loud_as_before, harmless, warn

if TYPE_CHECKING:
    from distilbert_viz.watch.watcher import Watcher

Number = torch.Tensor | float | int
LOGGED = {"grad_norm": "gradient_norm", "learning_rate": "learning_rate"}  # what Trainer's log calls it
OF_SOMETHING_ELSE = ("eval", "test", "train")  # begin the names of losses that aren't the step's


class Watch(TrainerCallback):
    """Watches a student learn from its teacher, for `distilbert-viz open run`; the training comes to the very same bits.

    `out` is the run's folder (where it holds a run, out-2, out-3, ...). `sentences` are shown with soft labels and heads, and the
    student is held against its teacher on the lines `held_out`, by default the built-in ones. At most `share` of the steps' time
    goes into watching. Give it to Trainer as one of its callbacks; in a loop of your own call `begin`, `step` and `end`. Only the
    first of several processes watches. What it can't read of a model it leaves out, and says why.
    """

    def __init__(
        self,
        teacher: nn.Module,
        tokenizer: PreTrainedTokenizerBase,
        sentences: Sequence[str] = (),
        out: str | Path = "run",
        held_out: Sequence[str] = (),
        share: float = 0.03,
    ):
        self.teacher, self.tokenizer, self.out = teacher, tokenizer, Path(out).absolute()
        self.sentences, self.held_out = tuple(sentences), tuple(held_out)
        self.budget = Budget(share)
        self.watcher: Watcher | None = None
        self.number, self.inside, self.over = 0, True, False

    # By hand

    @harmless
    def begin(self, student: nn.Module, step: int = 0, steps: int = 0) -> None:
        """Before the first step: after `step` of `steps` steps where the training goes on, or 0 where nobody knows."""
        if _rank() == 0:
            self._begin(student, step, steps)

    @harmless
    def losses(self, **named: Number) -> None:
        """Losses and other numbers of the step under way, such as loss_ce; of several parts of a step the mean is taken.

        `loss`, `loss_ce`, `loss_mlm`, `loss_cos`, `learning_rate`, `gradient_norm` and `tokens` have their place on the page;
        up to twelve other names get a line each.
        """
        if self.inside:
            self._give(named)

    @harmless
    def step(self, **named: Number) -> None:
        """After every step of a loop of one's own, with its losses by name."""
        self._give(named)
        self._step(self.number + 1)

    @harmless
    def end(self) -> None:
        """After the last step: the student is looked at once more."""
        if self.watcher is not None:
            with self.budget.working(inside=False):
                self.watcher.look(self.number, whole=True)
            self._close(self.watcher, FINISHED, "")

    # By Trainer

    @harmless
    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """The first look; on the first of several processes alone."""
        if state.is_world_process_zero:
            self._begin(kwargs["model"], state.global_step, state.max_steps)

    @harmless
    def on_step_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """What is given from now on belongs to a step."""
        self.inside = True
        self.budget.step_begins()

    @harmless
    def on_pre_optimizer_step(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """The learning rate that this step is made with."""
        if kwargs.get("optimizer") is not None:
            self._give({"learning_rate": kwargs["optimizer"].param_groups[0]["lr"]})

    @harmless
    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Records what is due."""
        self.inside = False  # what losses are given until the next step are an evaluation's
        self._step(state.global_step)

    @harmless
    def on_log(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """What Trainer says of the last step: every loss by its name, gradient norm and learning rate."""
        if self.watcher is not None:
            with self.budget.working():
                self.watcher.tell(state.global_step, _of_the_step(kwargs.get("logs") or {}))

    @harmless
    def on_evaluate(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """The time that this took is no step's."""
        self.budget.aside = True

    @harmless
    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Nor is this."""
        self.budget.aside = True

    @harmless
    def on_train_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """The last look."""
        self.end()

    # Within

    @property
    def taken(self) -> float:
        """The share of the steps' time that watching took so far."""
        return self.budget.taken

    def _begin(self, student: nn.Module, number: int, steps: int) -> None:
        self.budget = Budget(self.budget.share)
        with self.budget.working(inside=False), as_loud_as_before():
            from distilbert_viz.watch import beginning

            wanted = beginning.Wanted(self.teacher, self.tokenizer, self.sentences, self.held_out, self.out)
            self.watcher, self.number = beginning.watcher(wanted, student, number, steps, self.budget), number
            self.watcher.first_look(number)
        self.watcher.recorder.set(watching=self.budget.sentence())
        self.budget.mark_now()

    def _give(self, named: Mapping[str, Number]) -> None:
        if self.watcher is not None:
            with self.budget.working():
                self.watcher.give(named)

    def _step(self, number: int) -> None:
        if self.watcher is not None:
            self.budget.step_ends()
            with self.budget.working():
                self.number = number
                self.watcher.step(number)

    def _close(self, watcher: "Watcher", status: str, reason: str) -> None:
        record, self.watcher = watcher.recorder, None
        record.set(status=status, reason=reason, pid=0, watching=self.budget.sentence())
        record.close()

    def give_up(self, error: Exception) -> None:
        """Say once why nothing is watched any more."""
        said = f"Watching ended after step {self.number} by a fault of its own ({child.sentence(error)}); the training goes on."
        try:
            if self.watcher is not None:
                self._close(self.watcher, STOPPED, said)
        except Exception as again:  # such as a full disk, of which the record can't be told
            said += f" The record couldn't be told: {child.sentence(again)}"
        self.watcher = None
        warn(said)


def _rank() -> int:
    """This process among those that train together, the first being 0."""
    distributed = torch.distributed
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_rank()
    return int(os.environ.get("RANK", "0"))


def _of_the_step(logs: Mapping[str, Any]) -> dict[str, float]:
    """What a log of Trainer's says of the step itself: what is a loss by its name, and what LOGGED names."""
    numbers = {LOGGED.get(name, name): value for name, value in logs.items() if isinstance(value, int | float)}
    ours = [name for name in numbers if name in LOGGED.values() or "loss" in name]
    return {name: float(numbers[name]) for name in ours if not name.startswith(OF_SOMETHING_ELSE)}
