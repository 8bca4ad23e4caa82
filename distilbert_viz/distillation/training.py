"""Two trainings on one Trainer: masked-language modelling for the teacher, distillation for the student."""

from dataclasses import dataclass

import torch
from datasets import Dataset
from torch.nn.utils.rnn import pad_sequence
from transformers import Trainer, TrainerCallback, TrainingArguments

from distilbert_viz.distillation import losses
from distilbert_viz.distillation.masking import IGNORED, mask


@dataclass(frozen=True)
class Recipe:
    """What decides a training, each default with its source.

    temperature, alpha_*: the released DistilBERT training. masked: Wettig et al. 2023 (arXiv 2202.08005) for small
    budgets. The rest was tried on two CPU cores.
    """

    tokens: int = 2_000_000
    batch: int = 32
    length: int = 64
    masked: float = 0.3
    learning_rate: float = 3e-4
    head_learning_rate: float = 1e-3
    warmup: float = 0.05
    seed: int = 7
    temperature: float = 2.0
    alpha_ce: float = 5.0
    alpha_mlm: float = 2.0
    alpha_cos: float = 1.0


class MaskedRows(torch.utils.data.Dataset):
    """Rows masked afresh in every epoch, as a pure function of (seed, epoch, row)."""

    def __init__(self, rows: Dataset, tokenizer, masked: float, seed: int):
        self.rows, self.masked, self.seed, self.epoch = rows, masked, seed, 0
        self.special, self.mask_id = set(tokenizer.all_special_ids), tokenizer.mask_token_id
        self.vocabulary, self.pad_id = len(tokenizer), tokenizer.pad_token_id

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict:
        ids, labels = mask(
            self.rows[index]["input_ids"],
            self.special,
            self.mask_id,
            self.vocabulary,
            self.masked,
            (self.seed, self.epoch, index),
        )
        return {"input_ids": torch.from_numpy(ids), "labels": torch.from_numpy(labels)}

    def collate(self, examples: list[dict]) -> dict[str, torch.Tensor]:
        """Pad to the longest row: input_ids, labels, attention_mask, each (batch, token)."""
        input_ids = pad_sequence([e["input_ids"] for e in examples], batch_first=True, padding_value=self.pad_id)
        labels = pad_sequence([e["labels"] for e in examples], batch_first=True, padding_value=IGNORED)
        read = pad_sequence([torch.ones_like(e["input_ids"]) for e in examples], batch_first=True)
        return {"input_ids": input_ids, "labels": labels, "attention_mask": read}


class Epochs(TrainerCallback):
    """Tells the rows which epoch they are read in."""

    def __init__(self, rows: MaskedRows):
        self.rows = rows

    def on_epoch_begin(self, args, state, control, **kwargs) -> None:
        self.rows.epoch = int(state.epoch + 1e-6)


class MaskedLanguageModelling(Trainer):
    """The teacher's training: cross-entropy at the masked tokens; the new prediction head learns faster."""

    head_learning_rate = 1e-3

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None) -> torch.Tensor:
        kept = inputs["labels"] != IGNORED
        output = model(inputs["input_ids"], inputs["attention_mask"], kept)
        return losses.loss_mlm(output.logits, inputs["labels"][kept])

    def create_optimizer(self, model=None) -> torch.optim.Optimizer:
        named = dict(self.model.named_parameters())
        head = [p for n, p in named.items() if n.startswith("cls.")]
        body = [p for n, p in named.items() if not n.startswith("cls.")]
        groups = [{"params": body}, {"params": head, "lr": self.head_learning_rate}]
        args = self.args
        self.optimizer = torch.optim.AdamW(groups, lr=args.learning_rate, betas=(args.adam_beta1, args.adam_beta2), fused=True)
        return self.optimizer


class Distillation(Trainer):
    """The student's training: alpha_ce L_ce + alpha_mlm L_mlm + alpha_cos L_cos against a teacher that never learns."""

    teacher: torch.nn.Module
    recipe: Recipe

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None) -> torch.Tensor:
        recipe, kept = self.recipe, inputs["labels"] != IGNORED
        with torch.no_grad():
            teacher = self.teacher(inputs["input_ids"], inputs["attention_mask"], kept)
        student = model(inputs["input_ids"], inputs["attention_mask"], kept)
        loss = recipe.alpha_ce * losses.loss_ce(student.logits, teacher.logits, recipe.temperature)
        loss = loss + recipe.alpha_mlm * losses.loss_mlm(student.logits, inputs["labels"][kept])
        return loss + recipe.alpha_cos * losses.loss_cos(
            student.last_hidden_state, teacher.last_hidden_state, inputs["attention_mask"]
        )


def arguments(recipe: Recipe, out: str, rows: Dataset) -> TrainingArguments:
    """Trainer's settings for one pass over `rows`, batches of like length, checkpoints on the way."""
    return TrainingArguments(
        out,
        per_device_train_batch_size=recipe.batch,
        num_train_epochs=1,
        learning_rate=recipe.learning_rate,
        warmup_steps=recipe.warmup,
        adam_beta2=0.98,
        seed=recipe.seed,
        train_sampling_strategy="group_by_length",
        remove_unused_columns=False,
        logging_nan_inf_filter=False,
        logging_steps=20,
        save_steps=400,
        save_total_limit=2,
        report_to="none",
        disable_tqdm=True,
    )


def teach(model, rows: Dataset, tokenizer, recipe: Recipe, out: str) -> Trainer:
    """Train a teacher by masked-language modelling on `rows`; checkpoints go to `out`."""
    data = MaskedRows(rows, tokenizer, recipe.masked, recipe.seed)
    trainer = MaskedLanguageModelling(
        model, arguments(recipe, out, rows), train_dataset=data, data_collator=data.collate, callbacks=[Epochs(data)]
    )
    trainer.head_learning_rate = recipe.head_learning_rate
    trainer.train()
    return trainer


def distil(teacher, student, rows: Dataset, tokenizer, recipe: Recipe, out: str) -> Trainer:
    """Train `student` on the teacher's soft labels, the true tokens and the teacher's last hidden state."""
    data = MaskedRows(rows, tokenizer, recipe.masked, recipe.seed)
    trainer = Distillation(
        student, arguments(recipe, out, rows), train_dataset=data, data_collator=data.collate, callbacks=[Epochs(data)]
    )
    trainer.teacher, trainer.recipe = teacher.eval().requires_grad_(False).to(trainer.args.device), recipe
    trainer.train()
    return trainer
