"""Distillations that somebody else wrote: on plain Trainer, in a loop by hand, and by accelerate on several processes."""

import hashlib
import random
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from transformers import (
    AutoTokenizer,
    BertForMaskedLM,
    DistilBertForMaskedLM,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from distilbert_viz import Watch
from tests.support.tiny import WORDS, distilbert_config, random_model

TEXTS = ("He drank a cup of [MASK].", "The opposite of hot is [MASK].")
LINES = (
    tuple(f"The {word} sat on the mat, and then it ran away from the other {word}s." for word in ("cat", "dog", "bird", "man")) * 8
)
STEPS, BATCH = 6, 4


class Distiller(Trainer):
    """A student under an unlike loss: soft labels at every token, and the distance of the last states under a name of its own."""

    teacher: nn.Module
    watch: Watch | None = None

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
        parts = losses(self.teacher, model, inputs)
        if self.watch is not None:
            self.watch.losses(**parts)
        return parts["loss_ce"] + parts["distance"]


def losses(teacher: nn.Module, student: nn.Module, inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Both parts of the loss of a batch."""
    with torch.no_grad():
        theirs = teacher(**inputs, output_hidden_states=True)
    ours = student(**inputs, output_hidden_states=True)
    soft = F.kl_div(ours.logits.log_softmax(-1), theirs.logits.log_softmax(-1), reduction="batchmean", log_target=True)
    return {"loss_ce": soft, "distance": F.mse_loss(ours.hidden_states[-1], theirs.hidden_states[-1])}


def teacher_in(folder: Path) -> tuple[nn.Module, object]:
    """The teacher that lies in a folder, and its tokenizer."""
    return BertForMaskedLM.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)


def fresh_student() -> nn.Module:
    """A student of two layers, with dropout."""
    return random_model(DistilBertForMaskedLM, distilbert_config(2, vocab_size=WORDS, dropout=0.1, attention_dropout=0.1)).train()


def rows() -> list[dict[str, torch.Tensor]]:
    """Batches' rows of input_ids, all of one length."""
    ids = torch.from_numpy(np.random.default_rng(5).integers(1000, WORDS, (BATCH * STEPS, 12)))
    return [{"input_ids": row, "attention_mask": torch.ones_like(row)} for row in ids]


def seeded() -> None:
    """All of a process's chance, from a seed."""
    random.seed(3)
    np.random.seed(3)
    torch.manual_seed(3)


def trained(folder: Path, teacher: nn.Module, student: nn.Module, *callbacks: TrainerCallback, resume: bool = False, **choices):
    """A training on plain Trainer; the Watch among the callbacks is told the losses by name."""
    base = {"max_steps": STEPS, "per_device_train_batch_size": BATCH, "learning_rate": 1e-3, "logging_steps": 2, "seed": 3,
            "use_cpu": True, "report_to": "none", "disable_tqdm": True, "save_strategy": "no"}  # fmt: skip
    trainer = Distiller(student, TrainingArguments(str(folder), **base | choices), train_dataset=rows(), callbacks=list(callbacks))
    trainer.teacher = teacher
    trainer.watch = next((one for one in callbacks if isinstance(one, Watch)), None)
    trainer.train(resume_from_checkpoint=resume)
    return trainer


def by_hand(teacher: nn.Module, student: nn.Module, watch: Watch | None = None) -> torch.optim.Optimizer:
    """The same in a loop of one's own, with the three calls."""
    optimizer = torch.optim.AdamW(student.parameters(), 1e-3)
    if watch is not None:
        watch.begin(student, steps=STEPS)
    for start in range(0, BATCH * STEPS, BATCH):
        batch = torch.utils.data.default_collate(rows()[start : start + BATCH])
        parts = losses(teacher, student, batch)
        loss = parts["loss_ce"] + parts["distance"]
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        if watch is not None:
            watch.step(loss=loss, **parts, tokens=batch["input_ids"].numel())
    if watch is not None:
        watch.end()
    return optimizer


def accelerated(teacher_folder: Path, place: Path, watched: bool) -> None:
    """The same under accelerate; every process writes what it came to into a file of its own."""
    from accelerate import Accelerator

    accelerator = Accelerator(cpu=True)
    seeded()
    teacher, tokenizer = teacher_in(teacher_folder)
    student = fresh_student()
    optimizer = torch.optim.AdamW(student.parameters(), 1e-3)
    student, optimizer = accelerator.prepare(student, optimizer)
    watch = Watch(teacher, tokenizer, sentences=TEXTS, out=place / "run", held_out=LINES, share=0.9) if watched else None
    if watch is not None:
        watch.begin(student)
    mine = rows()[accelerator.process_index :: accelerator.num_processes]
    for start in range(0, len(mine), BATCH):
        parts = losses(teacher, student, torch.utils.data.default_collate(mine[start : start + BATCH]))
        accelerator.backward(parts["loss_ce"] + parts["distance"])
        optimizer.step()
        optimizer.zero_grad()
        if watch is not None:
            watch.step(**parts)
    if watch is not None:
        watch.end()
    came_to = digest(accelerator.unwrap_model(student), optimizer, of_python=True)
    (place / f"{'watched' if watched else 'alone'}-{accelerator.process_index}").write_text(came_to)


def digest(student: nn.Module, optimizer: torch.optim.Optimizer, of_python: bool = False) -> str:
    """Of every bit of weights, buffers, what the optimizer keeps, and the state of torch's and NumPy's chance.

    `of_python`: of Python's too, which the type checker of the tests draws from in the process that runs them.
    """
    found = hashlib.sha256()
    kept = [tensor for state in optimizer.state_dict()["state"].values() for tensor in state.values()]
    for tensor in [*student.state_dict().values(), *map(torch.as_tensor, kept), torch.get_rng_state()]:
        found.update(tensor.detach().contiguous().numpy().tobytes())
    found.update(repr((np.random.get_state()[1].tobytes(), np.random.get_state()[2:])).encode())
    found.update(repr(random.getstate() if of_python else "").encode())
    return found.hexdigest()
