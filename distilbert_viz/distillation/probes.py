"""What is watched while the student learns: held-out text in numbers, and a few sentences in pictures."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from torch.nn import functional as F
from transformers import PreTrainedModel

from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.rows import MaskedRows
from distilbert_viz.pairs import attention
from distilbert_viz.pairs.layers import initial_layers, matched_depths
from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Evaluation, Picture, Probe, ProbePicture
from distilbert_viz.tracing.encoding import encode
from distilbert_viz.tracing.forward import model_inputs
from distilbert_viz.tracing.mixtures import divergences, log_probabilities, read_from

MOST_CHOSEN = 512
LONGEST = 32
CANDIDATES, OWN = 8, 5

# input_ids, attention_mask, labels, and of two texts token_type_ids, each (text, token); labels are IGNORED where nothing is asked.
Asked = dict[str, torch.Tensor]


@contextmanager
def reading(model: PreTrainedModel) -> Iterator[None]:
    """The model as it reads: no dropout, no gradient, in float32; every part of it as it was before when this ends."""
    training = [(part, part.training) for part in model.modules()]
    model.eval()
    try:
        with torch.no_grad(), torch.autocast(model.device.type, enabled=False):
            yield
    finally:
        for part, was_training in training:
            part.training = was_training


def masked(rows: MaskedRows) -> list[Asked]:
    """The first batches of held-out rows, until about MOST_CHOSEN of their tokens are masked."""
    chosen, batches = 0, []
    for start in range(0, len(rows), rows.batch):
        batches.append(rows.collate([rows[i] for i in range(start, min(start + rows.batch, len(rows)))]))
        chosen += int((batches[-1]["labels"] != IGNORED).sum())
        if chosen >= MOST_CHOSEN:
            break
    return batches


class HeldOut:
    """Soft labels of held-out text: the teacher's, against which the student's are held whenever asked.

    `known`: the labels are the true words; else nobody knows what is true, and both accuracies are NaN.
    """

    def __init__(self, teacher: Model, batches: Sequence[Asked], known: bool = True):
        self.batches = [{name: part.to(teacher.device) for name, part in batch.items()} for batch in batches]
        self.labels, self.known = torch.cat([b["labels"][b["labels"] != IGNORED] for b in self.batches]), known
        with reading(teacher.network):
            says = [F.log_softmax(_logits(teacher, batch), dim=-1) for batch in self.batches]
        self.teacher = [part.exp() for part in says]
        self.best = torch.cat([part.argmax(-1) for part in says])
        self.entropy = torch.cat([(p * part).sum(-1) for p, part in zip(self.teacher, says, strict=True)])  # its negative

    def evaluate(self, student: Model, number: int, seconds: float) -> Evaluation:
        """The student after `number` steps, held against the teacher and against the true tokens."""
        crosses, best = [], []
        with reading(student.network):
            for teacher, batch in zip(self.teacher, self.batches, strict=True):
                logits = _logits(student, batch)
                best.append(logits.argmax(-1))
                # sum p (x - ln sum exp x) = p . x - ln sum exp x, in the logits' own memory; a matrix product would sum 30,522
                # numbers in a row, and lose the fourth digit
                total = logits.logsumexp(-1)
                crosses.append(logits.mul_(teacher).sum(-1) - total)
        kl, mine = (self.entropy - torch.cat(crosses)).mean(), torch.cat(best)
        shares = (mine == self.best, mine == self.labels, self.best == self.labels)
        agreement, *accuracies = (share.float().mean().item() for share in shares)
        student_accuracy, teacher_accuracy = accuracies if self.known else (math.nan, math.nan)
        return Evaluation(number, kl.item(), agreement, student_accuracy, teacher_accuracy, seconds)


def _logits(model: Model, batch: Asked) -> torch.Tensor:
    """The model's where something is asked (asked, outcome); all batches together don't fit a processor's cache."""
    inputs = {name: batch[name] for name in ("input_ids", "attention_mask")}
    if model.segments and "token_type_ids" in batch:
        inputs["token_type_ids"] = batch["token_type_ids"].clamp(max=model.segments - 1)
    hidden = model.network.base_model(**inputs).last_hidden_state
    return model.predict(hidden[batch["labels"] != IGNORED]).float()


class Probes:
    """A few sentences, the teacher's side of them, and the student's whenever asked.

    Of models whose soft labels aren't read off one token's state, as of encoders without a head, there are heads alone.
    """

    def __init__(self, teacher: Model, texts: Sequence[str]):
        self.reader = teacher
        self.encodings = [encode(teacher.tokenizer, text, most=LONGEST) for text in texts]
        self.positions = [_position(teacher, e.tokens) for e in self.encodings]
        seen = [self._reads(teacher, i) for i in range(len(texts))]
        self.teacher = [says for says, _ in seen]
        self.candidates = [_likeliest(says, CANDIDATES) for says in self.teacher]
        self.probes = tuple(
            Probe(e.text, e.tokens, position, teacher.named(best.tolist(), e), _numpy(says[best].exp()), maps)
            for e, position, best, (says, maps) in zip(self.encodings, self.positions, self.candidates, seen, strict=True)
        )

    def _reads(self, model: Model, index: int) -> tuple[torch.Tensor, np.ndarray]:
        """Log-probabilities (outcome,) at the probe's position, and every head's weights."""
        with reading(model.network), watched_heads(model.network), attention.recording() as layers:
            hidden = model.network.base_model(**model_inputs(model, self.encodings[index])).last_hidden_state
            of_state = model.task.reads_one_state
            says = log_probabilities(model, hidden[0, self.positions[index]]) if of_state else hidden.new_zeros(0)
        maps = torch.cat([weights for *_, weights in layers])
        return says, _numpy(maps)

    def picture(self, student: Model, number: int) -> Picture:
        """Every probe as the student shows it after `number` steps."""
        pictures = tuple(self._picture(student, i) for i in range(len(self.probes)))
        return Picture(number, pictures, self._hand_over(student) if pictures else ())

    def _hand_over(self, student: Model) -> tuple[float, ...]:
        """The teacher reads on from the first probe's states in the student, each at its matched depth; () where it can't."""
        matched, at = self._matched(student), self.positions[0]
        if not matched or not student.task.reads_one_state or student.architecture.hidden != self.reader.architecture.hidden:
            return ()
        with reading(student.network), reading(self.reader.network):
            inputs = model_inputs(student, self.encodings[0])
            states = torch.cat(student.network.base_model(**inputs, output_hidden_states=True).hidden_states)
            read = read_from(self.reader, states.to(self.reader.network.dtype), matched, at)
            return tuple(divergences(self.teacher[0], log_probabilities(self.reader, read)).tolist())

    def _matched(self, student: Model) -> tuple[int, ...]:
        """By the teacher layers that started the student's, or would have; () where there are none, as of a deeper student."""
        depth, layers = len(self.reader.layers), len(student.layers)
        return matched_depths(started(student, depth)) if layers <= depth else ()

    def _picture(self, student: Model, index: int) -> ProbePicture:
        says, maps = self._reads(student, index)
        teacher, own = self.teacher[index], _likeliest(says, OWN)
        kl = F.kl_div(says, teacher, reduction="sum", log_target=True).item() if len(says) else math.nan
        names = student.named(own.tolist(), self.encodings[index])
        return ProbePicture(_numpy(says[self.candidates[index]].exp()), names, _numpy(says[own].exp()), kl, maps)


def started(student: Model, depth: int) -> tuple[int, ...]:
    """The layers of a teacher of `depth` layers that started the student's, as its configuration says; else by the published rule.

    Raises ValueError where the student is deeper.
    """
    said = tuple(getattr(student.config, "initial_layers", None) or ())
    fits = len(said) == len(student.layers) and all(0 <= layer < depth for layer in said)
    return said if fits else initial_layers(depth, len(student.layers))


@contextmanager
def watched_heads(model: PreTrainedModel) -> Iterator[None]:
    """The recorded attention in place of the fused one, which keeps no weights."""
    before = model.config._attn_implementation
    model.config._attn_implementation = attention.NAME
    try:
        yield
    finally:
        model.config._attn_implementation = before


def _position(teacher: Model, tokens: tuple[str, ...]) -> int:
    """Where a sentence is asked: at its [MASK], else at its first word; of a text as a whole where its label is read."""
    if teacher.task.labels == "text":
        return 0
    mask = teacher.tokenizer.mask_token
    return tokens.index(mask) if mask in tokens else min(1, len(tokens) - 1)


def _likeliest(says: torch.Tensor, most: int) -> torch.Tensor:
    return says.topk(min(most, len(says))).indices


def _numpy(tensor: torch.Tensor) -> np.ndarray:
    return tensor.float().cpu().numpy()
