"""The teacher's training: plain masked-language modelling, as BERT's (Devlin et al. 2019, section 3.1)."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F
from transformers import PreTrainedModel, Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from distilbert_viz.distillation import checkpoints
from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.mixture import Batch, Mixture

HEAD = "cls."  # what the names of the prediction head's own parameters begin with


@dataclass(frozen=True)
class Teaching:
    """What decides the teacher's training; 0 and "auto" are chosen for the device (`for_device`).

    `tokens` to read in all, or `minutes` of training in this call where these are given; the first `skip` lines of the
    first source are passed over. `step_tokens`: tokens a step; `length`: tokens a row at most. The learning rate rises over
    the first share `warmup`, and falls to 0 over the last share `decay`; the head has one of its own. A checkpoint is made
    every `save_seconds`.
    """

    tokens: int = 2_000_000
    minutes: float = 0.0
    skip: int = 0
    step_tokens: int = 0
    length: int = 0
    masked: float = 0.2
    learning_rate: float = 0.0
    head_learning_rate: float = 4e-4
    warmup: float = 0.01
    decay: float = 0.2
    seed: int = 7
    device: str = "auto"
    precision: str = "auto"
    save_seconds: float = 600.0


def for_device(teaching: Teaching) -> Teaching:
    """The same with every choice made: on a GPU large steps of long rows in bfloat16, on a CPU small ones in float32."""
    device = teaching.device if teaching.device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    fast = device == "cuda"
    precision = "bfloat16" if fast and torch.cuda.is_bf16_supported() else "float32"
    return replace(
        teaching,
        device=device,
        step_tokens=teaching.step_tokens or (32_768 if fast else 2_048),
        length=teaching.length or (128 if fast else 64),
        learning_rate=teaching.learning_rate or (5e-4 if fast else 2e-4),
        precision=precision if teaching.precision == "auto" else teaching.precision,
    )


def rate(done: float, warmup: float, decay: float) -> float:
    """The learning rate as a share of its highest, after the share `done` of the training."""
    return max(0.0, min(1.0, (done + 1e-3) / (warmup + 1e-3), (1 - done) / max(decay, 1e-9)))


class MaskedLanguageModelling(Trainer):
    """Cross-entropy at the masked tokens of a step's batches, of which each holds rows of like length."""

    def __init__(self, model: PreTrainedModel, rows: Mixture, teaching: Teaching, out: str):
        super().__init__(model, _arguments(teaching, out), train_dataset=rows, data_collator=_only)
        self.teaching, self.rows = teaching, rows
        self.begun, self.first_step = time.monotonic(), 0

    def done(self) -> float:
        """The share of the training that lies behind: of this call's minutes, or of all tokens."""
        if self.teaching.minutes:
            return (time.monotonic() - self.begun) / (60 * self.teaching.minutes)
        return self.state.global_step / len(self.rows)

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> torch.Tensor:
        """Mean over the masked tokens of all batches of a step, nats a token."""
        total = torch.zeros((), device=self.args.device)
        count = max(1, sum(int((batch["labels"] != IGNORED).sum()) for batch in inputs["batches"]))
        for batch in inputs["batches"]:
            kept = batch["labels"] != IGNORED
            output = model(batch["input_ids"], batch["attention_mask"], kept)
            total = total + F.cross_entropy(output.logits.float(), batch["labels"][kept], reduction="sum") / count
        return total

    def create_optimizer(self, model: torch.nn.Module | None = None) -> torch.optim.Optimizer:
        """AdamW with a learning rate of its own for the head."""
        assert self.model is not None
        named = dict(self.model.named_parameters())
        head = [p for n, p in named.items() if n.startswith(HEAD)]
        body = [p for n, p in named.items() if not n.startswith(HEAD)]
        groups: list[dict[str, Any]] = [{"params": body}, {"params": head, "lr": self.teaching.head_learning_rate}]
        args = self.args
        self.optimizer = torch.optim.AdamW(groups, lr=args.learning_rate, betas=(args.adam_beta1, args.adam_beta2), fused=True)
        return self.optimizer

    def create_scheduler(self, num_training_steps: int, optimizer: torch.optim.Optimizer | None = None) -> Any:
        """`rate` of what is done."""
        assert self.optimizer is not None
        self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda step: rate(self.done(), self.teaching.warmup, self.teaching.decay)
        )
        return self.lr_scheduler

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Trainer's own log with the tokens read so far, and how many a second."""
        read = self.state.global_step * self.rows.step_tokens
        seconds = time.monotonic() - self.begun
        logs |= {"tokens": read, "tokens_per_second": round((read - self.first_step * self.rows.step_tokens) / seconds)}
        super().log(logs, start_time)


class Keeping(TrainerCallback):
    """A checkpoint every so often, whole or not counted, and an end when the minutes are over."""

    def __init__(self, trainer: MaskedLanguageModelling):
        self.trainer = trainer
        self.saved = time.monotonic()

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """The clock starts with the training, not with the reading of text."""
        self.saved = self.trainer.begun = time.monotonic()
        self.trainer.first_step = state.global_step

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Tells Trainer to save or to end."""
        teaching = self.trainer.teaching
        control.should_training_stop |= bool(teaching.minutes) and self.trainer.done() >= 1
        control.should_save = time.monotonic() - self.saved >= teaching.save_seconds or control.should_training_stop

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Marks the checkpoint that was just written, and deletes the one before. Raises FloatingPointError, and leaves that one,
        where the weights are no numbers any more.
        """
        assert self.trainer.model is not None
        if not all(bool(weights.isfinite().all()) for weights in self.trainer.model.parameters()):
            raise FloatingPointError(f"After step {state.global_step} the weights are no numbers: try a smaller learning rate.")
        folder = Path(str(args.output_dir)) / f"checkpoint-{state.global_step}"
        checkpoints.seal(folder)
        checkpoints.sweep(folder.parent, folder)
        self.saved = time.monotonic()


def _only(steps: list[list[Batch]]) -> dict[str, list[Batch]]:
    return {"batches": steps[0]}


def _arguments(teaching: Teaching, out: str) -> TrainingArguments:
    args = TrainingArguments(
        out,
        per_device_train_batch_size=1,
        num_train_epochs=1,
        learning_rate=teaching.learning_rate,
        adam_beta2=0.98,
        seed=teaching.seed,
        use_cpu=teaching.device == "cpu",
        bf16=teaching.precision == "bfloat16",
        tf32=True if teaching.device == "cuda" else None,
        train_sampling_strategy="sequential",
        remove_unused_columns=False,
        logging_nan_inf_filter=False,
        logging_steps=20,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_num_workers=8 if teaching.device == "cuda" else 0,
        dataloader_pin_memory=teaching.device == "cuda",
    )
    args._n_gpu = min(args.n_gpu, 1)  # with more, one process would share out the batches of a step
    return args


def teach(model: PreTrainedModel, rows: Mixture, teaching: Teaching, out: Path, resume: bool = False) -> Trainer:
    """Train a teacher on `rows`; checkpoints go to `out`, and with `resume` the training goes on from the newest there.

    Raises FileNotFoundError where there is none to go on from.
    """
    trainer = MaskedLanguageModelling(model, rows, teaching, str(out))
    trainer.add_callback(Keeping(trainer))
    found = checkpoints.newest(out) if resume else None
    if resume and found is None:
        raise FileNotFoundError(f"There is no whole checkpoint in {out} to go on from.")
    checkpoints.sweep(out, found)
    trainer.train(resume_from_checkpoint=None if found is None else str(found))
    return trainer
