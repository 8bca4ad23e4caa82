"""The teacher's training: plain masked-language modelling, as BERT's (Devlin et al. 2019, section 3.1)."""

from dataclasses import dataclass
from typing import Any

import torch
from transformers import PreTrainedModel, Trainer, TrainingArguments

from distilbert_viz.distillation import losses
from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.rows import MaskedRows
from distilbert_viz.distillation.training import Batch, Epochs


@dataclass(frozen=True)
class Teaching:
    """What decides the teacher's training. masked: Wettig et al. 2023 (arXiv 2202.08005) for small budgets; the rest was tried.

    `tokens` to read in all, after the first `skip` lines; `length`: tokens a row at most.
    """

    tokens: int = 2_000_000
    skip: int = 0
    batch: int = 32
    length: int = 64
    masked: float = 0.3
    learning_rate: float = 3e-4
    head_learning_rate: float = 1e-3
    warmup: float = 0.05
    seed: int = 7


class MaskedLanguageModelling(Trainer):
    """Cross-entropy at the masked tokens; the new prediction head learns faster."""

    head_learning_rate = 1e-3

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: Batch,
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> torch.Tensor:
        """Mean over the masked tokens of a batch, nats a token."""
        kept = inputs["labels"] != IGNORED
        output = model(inputs["input_ids"], inputs["attention_mask"], kept)
        return losses.loss_mlm(output.logits, inputs["labels"][kept])

    def create_optimizer(self, model: torch.nn.Module | None = None) -> torch.optim.Optimizer:
        """AdamW with a learning rate of its own for the head."""
        assert self.model is not None
        named = dict(self.model.named_parameters())
        head = [p for n, p in named.items() if n.startswith("cls.")]
        body = [p for n, p in named.items() if not n.startswith("cls.")]
        groups: list[dict[str, Any]] = [{"params": body}, {"params": head, "lr": self.head_learning_rate}]
        args = self.args
        self.optimizer = torch.optim.AdamW(groups, lr=args.learning_rate, betas=(args.adam_beta1, args.adam_beta2), fused=True)
        return self.optimizer


def teach(model: PreTrainedModel, rows: MaskedRows, teaching: Teaching, out: str) -> Trainer:
    """Train a teacher on one pass over `rows`; checkpoints go to `out`."""
    args = TrainingArguments(
        out,
        per_device_train_batch_size=teaching.batch,
        num_train_epochs=1,
        learning_rate=teaching.learning_rate,
        warmup_steps=teaching.warmup,
        adam_beta2=0.98,
        seed=teaching.seed,
        train_sampling_strategy="sequential",
        remove_unused_columns=False,
        logging_nan_inf_filter=False,
        logging_steps=20,
        save_steps=400,
        save_total_limit=2,
        report_to="none",
        disable_tqdm=True,
    )
    trainer = MaskedLanguageModelling(model, args, train_dataset=rows, data_collator=rows.collate, callbacks=[Epochs(rows)])
    trainer.head_learning_rate = teaching.head_learning_rate
    trainer.train()
    return trainer
