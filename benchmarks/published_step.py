"""Our training step against the published script's, written plainly here, on the same batches: losses, seconds, memory.

A step is a class that is built from a run's material and its recipe, and that is called with a batch. Both start from
equal weights; what a step returns is L = 5 L_ce + 2 L_mlm + L_cos, L_ce, L_mlm, L_cos, shape (4,).
"""

import dataclasses
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoModelForMaskedLM, PreTrainedModel, set_seed

from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.distillation.rows import ALIKE, MaskedRows
from distilbert_viz.distillation.training import Distillation

if TYPE_CHECKING:
    from distilbert_viz.distillation.engine import Material

BATCHES = 4
CLIP = 1.0  # Trainer's own largest gradient norm
Batch = dict[str, Tensor]


class PublishedStep:
    """The released script's step (Sanh et al. 2019): logits at every position, padding too, then picked by masked_select.

    AdamW goes through the parameters one by one, attention is sdpa, gradients are clipped. Left out are its halts for
    the host after each step (the loss as a number, a look for NaN), which would only slow it down.
    """

    def __init__(self, made: "Material", recipe: Recipe):
        self.recipe, self.device = recipe, torch.device(recipe.device)
        self.teacher = stock(made.teacher).to(self.device).eval()
        self.student = stock(made.student).to(self.device).train()
        settings = {"lr": recipe.learning_rate, "betas": (0.9, 0.98), "eps": 1e-8, "weight_decay": 0.0}
        self.optimizer = torch.optim.AdamW(self.student.parameters(), **settings, foreach=False, fused=False)

    def __call__(self, batch: Batch) -> Tensor:
        """One step of learning."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe.precision == "bfloat16"):
            losses = self.losses(**batch)
        losses[0].backward()
        nn.utils.clip_grad_norm_(self.student.parameters(), CLIP)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return torch.stack(losses).detach()

    def losses(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> tuple[Tensor, ...]:
        """Combined, L_ce, L_mlm, L_cos; all three inputs are (batch, token)."""
        with torch.no_grad():
            teacher = self.teacher(input_ids, attention_mask, output_hidden_states=True)
        student = self.student(input_ids, attention_mask, output_hidden_states=True)
        kept, recipe = labels > -1 if self.recipe.ce_on == "masked" else attention_mask.bool(), self.recipe
        loss_ce = soft(picked(student.logits, kept), picked(teacher.logits, kept), recipe.temperature)
        every = student.logits.flatten(0, 1)
        loss_mlm = nn.CrossEntropyLoss(ignore_index=IGNORED)(every, labels.flatten())
        read = attention_mask.bool()
        ours, theirs = (picked(output.hidden_states[-1], read) for output in (student, teacher))
        loss_cos = nn.CosineEmbeddingLoss()(ours, theirs, ours.new_ones(len(ours)))
        combined = recipe.alpha_ce * loss_ce + recipe.alpha_mlm * loss_mlm + recipe.alpha_cos * loss_cos
        return combined, loss_ce, loss_mlm, loss_cos


def stock(model: PreTrainedModel) -> PreTrainedModel:
    """The same weights in the class that transformers itself names for them, with sdpa attention."""
    plain = AutoModelForMaskedLM.from_config(model.config, attn_implementation="sdpa")
    plain.load_state_dict(model.state_dict())
    return plain


def picked(values: Tensor, kept: Tensor) -> Tensor:
    """The rows of (batch, token, n) where (batch, token) is True, by masked_select over the whole tensor: (kept, n)."""
    return values.masked_select(kept[..., None].expand_as(values)).view(-1, values.shape[-1])


def soft(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """T^2 KL(teacher || student) at T, nats a token, of two (kept, vocab)."""
    divergence = nn.KLDivLoss(reduction="batchmean")
    return divergence(F.log_softmax(student / temperature, dim=-1), F.softmax(teacher / temperature, dim=-1)) * temperature**2


class OurStep:
    """The trainer of a run, made to take one step at a time as Trainer's own loop does."""

    def __init__(self, made: "Material", recipe: Recipe):
        self.trainer = Distillation(made.teacher, made.student, made.rows, recipe, tempfile.gettempdir())
        self.trainer.create_optimizer()
        prepared = self.trainer.accelerator.prepare(self.trainer.model, self.trainer.optimizer)
        self.model, self.trainer.optimizer = prepared
        self.trainer.create_scheduler(recipe.steps)

    def __call__(self, batch: Batch) -> Tensor:
        """One step of learning."""
        trainer = self.trainer
        (inputs,), counts = trainer.get_batch_samples(iter([batch]), 1, trainer.args.device)
        trainer.training_step(self.model, inputs, counts)
        trainer._get_grad_norm(self.model, trainer._clip_grad_norm(self.model))
        trainer.optimizer.step()
        trainer.lr_scheduler.step()
        self.model.zero_grad()
        return trainer.parts[:4]


STEPS = {"published": PublishedStep, "ours": OurStep}


def material(recipe: Recipe) -> tuple["Material", list[Batch]]:
    """What the recipe names, its rows of mixed length; and BATCHES batches of them on the device, in a run's own order."""
    from distilbert_viz.distillation.engine import gather  # reads text by the package datasets, which a GPU's machine may lack

    made = gather(recipe)
    rows = mixed(made.rows.rows, recipe.length, ALIKE * recipe.batch)
    made = dataclasses.replace(made, rows=MaskedRows(rows, made.tokenizer, recipe.masked, recipe.seed, recipe.batch))
    starts = range(0, BATCHES * recipe.batch, recipe.batch)
    batches = [made.rows.collate([made.rows[i] for i in range(start, start + recipe.batch)]) for start in starts]
    return made, [{name: part.to(recipe.device) for name, part in batch.items()} for batch in batches]


def mixed(sentences: list[list[int]], length: int, count: int) -> list[list[int]]:
    """`count` rows of 8 to `length` tokens, each length as often as another: sentences joined end to end, then cut."""
    random, first, last = np.random.default_rng(0), sentences[0][0], sentences[0][-1]
    stream = cycle(token for sentence in sentences for token in sentence[1:-1])
    return [[first, *islice(stream, int(random.integers(6, length - 1))), last] for _ in range(count)]


def largest_difference(recipe: Recipe) -> float:
    """Of the four losses of both steps on the first batch, float32, relative. Raises AssertionError above 1e-4.

    On the next two batches 1e-3 is allowed: gradients, clipping and AdamW must be alike too.
    """
    exact = dataclasses.replace(recipe, precision="float32")
    made, batches = material(exact)
    published, ours = [_losses(kind(made, exact), batches[:3], exact.seed) for kind in STEPS.values()]
    torch.testing.assert_close(ours[0], published[0], rtol=1e-4, atol=0.0)
    torch.testing.assert_close(ours, published, rtol=1e-3, atol=0.0)
    return ((ours[0] - published[0]) / published[0]).abs().max().item()


def _losses(step: PublishedStep | OurStep, batches: list[Batch], seed: int) -> Tensor:
    set_seed(seed)  # both students draw the same dropout
    return torch.stack([step(batch) for batch in batches]).cpu()


def tokens_a_second(step: PublishedStep | OurStep, batches: list[Batch]) -> float:
    """Tokens that are no padding, over the seconds of one step on each batch."""
    tokens = sum(int(batch["attention_mask"].sum()) for batch in batches)
    cuda = batches[0]["labels"].is_cuda
    began = time.perf_counter()
    for batch in batches:
        step(batch)
    if cuda:
        torch.cuda.synchronize()
    return tokens / (time.perf_counter() - began)


def peak_bytes(name: str, recipe: Recipe) -> int:
    """What steps on the longest batches add to the loaded models at their peak: gradients, optimizer, activations.

    Run it in a process of its own. On a CPU it is resident memory (Linux alone lets its peak start anew: proc(5),
    clear_refs; ru_maxrss would hold the parent's too); on CUDA allocated memory.
    """
    made, batches = material(recipe)
    longest = sorted(batches, key=lambda batch: -batch["labels"].shape[1])[:3]
    step = STEPS[name](made, recipe)
    del made, batches
    before = _memory("start", recipe.device)
    for batch in longest:
        step(batch)
    return _memory("peak", recipe.device) - before


def _memory(which: str, device: str) -> int:
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats() if which == "start" else torch.cuda.synchronize()
        return torch.cuda.max_memory_allocated()
    if which == "start":
        Path("/proc/self/clear_refs").write_text("5")
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return 1024 * int(line.split()[1])
