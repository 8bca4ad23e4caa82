"""Distillation on Trainer: one loss that is the same for any number of processes and parts of a step."""

from collections.abc import Iterator
from typing import Any

import torch
from transformers import PreTrainedModel, Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from distilbert_viz.distillation import losses
from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.distillation.rows import MaskedRows

Batch = dict[str, torch.Tensor]  # input_ids, attention_mask and labels, each (batch, token)


class Epochs(TrainerCallback):
    """Tells the rows which epoch they are read in."""

    def __init__(self, rows: MaskedRows):
        self.rows = rows

    def on_epoch_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """The epoch that begins, counted from 0."""
        self.rows.set_epoch(int((state.epoch or 0) + 1e-6))


class Distillation(Trainer):
    """alpha_ce L_ce + alpha_mlm L_mlm + alpha_cos L_cos against a teacher that never learns.

    Each loss is a sum over the tokens of a part, divided by the tokens of the whole step: neither the number of parts
    nor of processes changes the gradient. `parts` holds (loss, L_ce, L_mlm, L_cos, tokens) of the present step, on the
    device; `gradient_norm` is taken before clipping.
    """

    def __init__(self, teacher: PreTrainedModel, student: PreTrainedModel, rows: MaskedRows, recipe: Recipe, out: str):
        args = arguments(recipe, out)
        super().__init__(student, args, train_dataset=rows, data_collator=rows.collate)
        self.student = student
        self.add_callback(Epochs(rows))
        self.loss_is_scaled_for_ga = True
        self.teacher, self.recipe = teacher.eval().requires_grad_(False).to(args.device), recipe
        self.parts = torch.zeros(5, device=args.device)
        self.gradient_norm: torch.Tensor | float = 0.0

    def get_batch_samples(
        self, epoch_iterator: Iterator[Batch], num_batches: int, device: torch.device
    ) -> tuple[list[Batch], torch.Tensor]:
        """The parts of one step, and over all of them and all processes: chosen tokens, and tokens that are no padding."""
        samples = [batch for _, batch in zip(range(num_batches), epoch_iterator, strict=False)]
        counts = torch.tensor([[(b["labels"] != IGNORED).sum(), b["attention_mask"].sum()] for b in samples]).sum(0).to(device)
        self.parts = torch.zeros_like(self.parts)
        # Rows of special tokens alone, such as signs that the vocabulary lacks, have nothing to choose: then L_ce and L_mlm are 0.
        return samples, self.accelerator.reduce(counts, "sum").clamp(min=1)

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: Batch,
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> torch.Tensor:
        """The combined loss of one part of a step; `num_items_in_batch` holds the whole step's counts of get_batch_samples."""
        assert isinstance(num_items_in_batch, torch.Tensor)
        ids, read, labels = inputs["input_ids"], inputs["attention_mask"], inputs["labels"]
        chosen, tokens = num_items_in_batch
        everywhere = self.recipe.ce_on == "all"
        kept = read.bool() if everywhere else labels != IGNORED
        with torch.no_grad():
            teacher = self.teacher(ids, read, kept)
        student = model(ids, read, kept)
        parts = (
            losses.loss_ce(student.logits, teacher.logits, self.recipe.temperature, tokens if everywhere else chosen),
            losses.loss_mlm(student.logits, labels[kept], chosen),
            self._loss_cos(student.last_hidden_state, teacher.last_hidden_state, read, tokens),
        )
        loss = combined(self.recipe, *parts)
        self.parts = self.parts + torch.stack([loss, *parts, read.sum()]).detach()
        return loss * float(self.args.world_size)  # data parallelism averages gradients over processes

    def _loss_cos(self, student: torch.Tensor, teacher: torch.Tensor, read: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """0 between states of two widths, which have no cosine: the recipe gives it no weight there."""
        if student.shape != teacher.shape:
            return student.new_zeros(())
        return losses.loss_cos(student, teacher, read, tokens)

    def _get_grad_norm(self, model: torch.nn.Module, grad_norm: torch.Tensor | float | None = None) -> torch.Tensor | float:
        self.gradient_norm = super()._get_grad_norm(model, grad_norm)  # type: ignore[no-untyped-call]
        return self.gradient_norm

    def step_parts(self) -> torch.Tensor:
        """(loss, L_ce, L_mlm, L_cos, tokens) of the step just made, over all processes; on the device."""
        parts: torch.Tensor = self.accelerator.reduce(self.parts, "sum")
        return parts

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Trainer's own log with the three unweighted losses, for whatever `report_to` names."""
        if "loss" in logs:
            logs |= dict(zip(("loss_ce", "loss_mlm", "loss_cos"), self.step_parts()[1:4].tolist(), strict=True))
        super().log(logs, start_time)


def combined(recipe: Recipe, loss_ce: torch.Tensor, loss_mlm: torch.Tensor, loss_cos: torch.Tensor) -> torch.Tensor:
    """The weighted sum that the student follows; a part of weight 0 is measured and sends no gradient."""
    weighted = zip((recipe.alpha_ce, recipe.alpha_mlm, recipe.alpha_cos), (loss_ce, loss_mlm, loss_cos), strict=True)
    parts = [alpha * (part if alpha else part.detach()) for alpha, part in weighted]
    return parts[0] + parts[1] + parts[2]


def arguments(recipe: Recipe, out: str) -> TrainingArguments:
    """Trainer's settings: rows in our own order, nothing saved or stopped but by our own callbacks."""
    args = TrainingArguments(
        out,
        max_steps=recipe.steps,
        gradient_accumulation_steps=recipe.accumulation,
        learning_rate=recipe.learning_rate,
        warmup_steps=recipe.warmup if recipe.warmup < 1 else recipe.steps,
        adam_beta2=0.98,
        seed=recipe.seed,
        use_cpu=recipe.device == "cpu",
        bf16=recipe.precision == "bfloat16",
        train_sampling_strategy="sequential",
        remove_unused_columns=False,
        logging_nan_inf_filter=False,
        logging_steps=10,
        save_strategy="no",
        report_to=list(recipe.report_to) or "none",
        disable_tqdm=True,
        dataloader_pin_memory=recipe.device not in ("cpu", "mps"),
    )
    parts = recipe.accumulation * args.world_size
    if recipe.batch % parts:
        raise ValueError(f"{recipe.batch} sentences a step can't be split over {args.world_size} processes evenly.")
    args.per_device_train_batch_size = recipe.batch // parts
    args._n_gpu = min(args.n_gpu, 1)  # with more, one process would share out its rows in a way that no seed describes
    return args
