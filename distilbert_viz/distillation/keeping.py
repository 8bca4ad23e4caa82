"""What happens beside a training of our own: it is watched, saved whole, and listens for a pause or a stop."""

import itertools
import math
import time
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedTokenizerFast, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from distilbert_viz.distillation import checkpoints
from distilbert_viz.distillation.models import KeptLogits, as_read
from distilbert_viz.distillation.probes import HeldOut, Probes
from distilbert_viz.distillation.training import Distillation
from distilbert_viz.distillation.watching import Pace, Paces, Record, Watching
from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Step

HOLD_SECONDS = 30.0
GO, PAUSE, STOP, LEAVE = "go", "pause", "stop", "leave"
EVALUATED, DRAWN = 0.05, 0.03  # of the time
EVALUATED_CLOSELY, DRAWN_CLOSELY = 0.2, 0.3
PATIENCE = 5.0  # seconds: on a busy machine the first evaluation takes as long

Made = tuple[int, float, float, torch.Tensor]  # a step: number, learning rate, seconds, and its parts on the device


class Keeper(Watching, TrainerCallback):
    """Rank 0 writes the record; all ranks save, pause and stop together."""

    def __init__(
        self,
        record: Record,
        held_out: HeldOut | None,
        probes: Probes | None,
        tokenizer: PreTrainedTokenizerFast,
        spent: float,
        save_seconds: float,
        closely: bool = False,
    ):
        """`held_out` and `probes` are rank 0's alone; `closely`: watched for a recording, which is to be played."""
        shares = (EVALUATED_CLOSELY, DRAWN_CLOSELY) if closely else (EVALUATED, DRAWN)
        paces = Paces.of(*shares, patience=PATIENCE)
        super().__init__(record, held_out, probes, paces)
        self.tokenizer, self.spent = tokenizer, spent
        self.waiting: list[Made] = []
        self.left: str | None = None
        self.saves = Pace(save_seconds, 0.1)
        self.trainer: Distillation

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """The teacher's side of the probes, and the student as it starts."""
        self.clock = time.monotonic()
        if self._first() and state.global_step == 0:
            self.first_look()

    def student(self) -> Model:
        """The student as it is now. Raises FloatingPointError where it has come to no numbers: nothing is seen of such a one."""
        self.flush()
        assert isinstance(self.trainer.student, KeptLogits)
        return as_read("student", self.trainer.student, self.tokenizer)

    def _first(self) -> bool:
        return self.trainer.is_world_process_zero()

    def seconds(self) -> float:
        """Of training, over all parts of the run, pauses not counted."""
        return self.spent + time.monotonic() - self.clock

    def on_pre_optimizer_step(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """The learning rate that this step is made with."""
        assert self.trainer.optimizer is not None
        self.rate = self.trainer.optimizer.param_groups[0]["lr"]

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Records what is due, and tells Trainer to save or to stop."""
        number, last = state.global_step, state.global_step >= state.max_steps
        self._note(number)
        wish = self._wish() if self._first() else GO
        asked = self._together(self.saves.due() and self._first(), wish != GO)
        control.should_training_stop = control.should_training_stop or asked[1]
        control.should_save = (asked[0] or asked[1]) and not last
        leaving = last or asked[1]
        if self._first():
            self.left = wish if asked[1] and not last else None
            self.look(number, leaving)

    def _note(self, number: int) -> None:
        parts = self.trainer.step_parts()  # all processes' together
        if self._first():  # which alone writes them
            norm = torch.as_tensor(self.trainer.gradient_norm, device=parts.device, dtype=torch.float32)
            self.waiting.append((number, self.rate, self.seconds(), torch.cat([parts, norm.reshape(1)])))

    def flush(self) -> None:
        """Write the steps that wait. Raises FloatingPointError at the first whose loss is no number, which isn't written."""
        if not self.waiting:
            return
        with self.paces.flushes:
            table = torch.stack([parts for *_, parts in self.waiting]).tolist()  # one synchronisation for all
            steps = [_step(*made[:3], parts) for made, parts in zip(self.waiting, table, strict=True)]
            self.waiting = []
            finite = list(itertools.takewhile(lambda step: math.isfinite(step.loss), steps))
            if finite:
                self.record.steps(finite)
            if len(finite) < len(steps):
                failed = steps[len(finite)]
                raise FloatingPointError(f"The loss is {failed.loss} at step {failed.number}: try a smaller learning rate.")

    def _wish(self) -> str:
        """What is asked for. A pause is held for a short while, in case it ends soon; then the run leaves its place."""
        wish, began = self.record.asked(), time.monotonic()
        if wish == PAUSE:
            self.flush()
            self.record.held(True)
            while wish == PAUSE and time.monotonic() - began < HOLD_SECONDS:
                time.sleep(0.1)
                wish = self.record.asked()
            self.clock += time.monotonic() - began
            self.record.held(wish != GO)
        return wish

    def _together(self, *wishes: bool) -> list[bool]:
        flags = torch.tensor([int(wish) for wish in wishes], device=self.trainer.parts.device)
        return [bool(flag) for flag in self.trainer.accelerator.reduce(flags, "sum").tolist()]

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Marks the checkpoint that was just written, and deletes the one before; its steps are recorded first.

        A run that is killed goes on after this checkpoint, and never makes these steps again.
        """
        self.trainer.accelerator.wait_for_everyone()
        if self._first():
            self.flush()
            with self.saves:
                folder = Path(str(args.output_dir)) / f"checkpoint-{state.global_step}"
                checkpoints.seal(folder)
                checkpoints.sweep(folder.parent, folder)


def _step(number: int, rate: float, seconds: float, parts: list[float]) -> Step:
    loss, loss_ce, loss_mlm, loss_cos, tokens, norm = parts
    return Step(number, loss, loss_ce, loss_mlm, loss_cos, norm, rate, int(tokens), seconds)
