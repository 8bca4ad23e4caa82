"""What is watched while the student learns: held-out text in numbers, and a few sentences in pictures."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch.nn import functional as F
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.models import KeptLogits
from distilbert_viz.distillation.rows import MaskedRows
from distilbert_viz.pairs import attention
from distilbert_viz.pairs.layers import initial_layers, matched_depths
from distilbert_viz.pairs.models import Model
from distilbert_viz.records import Evaluation, Picture, Probe, ProbePicture
from distilbert_viz.tracing.encoding import encode
from distilbert_viz.tracing.mixtures import divergences, log_probabilities, read_from

MOST_CHOSEN = 512
LONGEST = 32
CANDIDATES, OWN = 8, 5


@contextmanager
def reading(model: PreTrainedModel) -> Iterator[None]:
    """The model as it reads: no dropout, no gradient, in float32; as it was before when this ends."""
    was_training = model.training
    model.eval()
    with torch.no_grad(), torch.autocast(model.device.type, enabled=False):
        yield
    model.train(was_training)


class HeldOut:
    """The masked tokens of the first held-out rows, about MOST_CHOSEN of them, and what the teacher says of them."""

    def __init__(self, teacher: PreTrainedModel, rows: MaskedRows):
        chosen, self.batches = 0, []
        for start in range(0, len(rows), rows.batch):
            batch = rows.collate([rows[i] for i in range(start, min(start + rows.batch, len(rows)))])
            self.batches.append({name: part.to(teacher.device) for name, part in batch.items()})
            chosen += int((batch["labels"] != IGNORED).sum())
            if chosen >= MOST_CHOSEN:
                break
        self.labels = torch.cat([b["labels"][b["labels"] != IGNORED] for b in self.batches])
        with reading(teacher):
            says = [F.log_softmax(_logits(teacher, batch), dim=-1) for batch in self.batches]
        self.teacher = [part.exp() for part in says]
        self.best = torch.cat([part.argmax(-1) for part in says])
        self.entropy = torch.cat([(p * part).sum(-1) for p, part in zip(self.teacher, says, strict=True)])  # its negative

    def evaluate(self, student: PreTrainedModel, number: int, seconds: float) -> Evaluation:
        """The student after `number` steps, held against the teacher and against the true tokens."""
        crosses, best = [], []
        with reading(student):
            for teacher, batch in zip(self.teacher, self.batches, strict=True):
                logits = _logits(student, batch)
                best.append(logits.argmax(-1))
                # sum p (x - ln sum exp x) = p . x - ln sum exp x, in the logits' own memory; a matrix product would sum 30,522
                # numbers in a row, and lose the fourth digit
                total = logits.logsumexp(-1)
                crosses.append(logits.mul_(teacher).sum(-1) - total)
        kl, mine = (self.entropy - torch.cat(crosses)).mean(), torch.cat(best)
        shares = (mine == self.best, mine == self.labels, self.best == self.labels)
        agreement, student_accuracy, teacher_accuracy = (share.float().mean().item() for share in shares)
        return Evaluation(number, kl.item(), agreement, student_accuracy, teacher_accuracy, seconds)


def _logits(model: PreTrainedModel, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """The model's at the masked tokens of a batch (chosen, vocab); all batches together don't fit a processor's cache."""
    logits: torch.Tensor = model(batch["input_ids"], batch["attention_mask"], batch["labels"] != IGNORED).logits
    return logits.float()


class Probes:
    """A few sentences, the teacher's side of them, and the student's whenever asked."""

    def __init__(self, teacher: KeptLogits, tokenizer: PreTrainedTokenizerFast, texts: tuple[str, ...]):
        self.tokenizer, self.reader = tokenizer, Model("teacher", teacher, tokenizer, columns=teacher.outcomes)
        self.encodings = [encode(tokenizer, text, most=LONGEST) for text in texts]
        self.positions = [_position(e.tokens, tokenizer.mask_token) for e in self.encodings]
        seen = [self._reads(teacher, i) for i in range(len(texts))]
        self.teacher = [says for says, _ in seen]
        self.candidates = [says.topk(CANDIDATES).indices for says in self.teacher]
        self.probes = tuple(
            Probe(e.text, e.tokens, position, self._words(best), _numpy(says[best].exp()), maps)
            for e, position, best, (says, maps) in zip(self.encodings, self.positions, self.candidates, seen, strict=True)
        )

    def _words(self, ids: torch.Tensor) -> tuple[str, ...]:
        return tuple(self.tokenizer.convert_ids_to_tokens(ids.tolist()))

    def _ids(self, model: PreTrainedModel, index: int) -> torch.Tensor:
        return torch.from_numpy(self.encodings[index].input_ids)[None].to(model.device)

    def _reads(self, model: PreTrainedModel, index: int) -> tuple[torch.Tensor, np.ndarray]:
        """Log-probabilities (vocab,) at the probe's position, and every head's weights."""
        ids = self._ids(model, index)
        kept = torch.zeros_like(ids, dtype=torch.bool)
        kept[0, self.positions[index]] = True
        with reading(model), watched_heads(model), attention.recording() as layers:
            output = model(ids, torch.ones_like(ids), kept)
        maps = torch.cat([weights for *_, weights in layers])
        return F.log_softmax(output.logits[0].float(), dim=-1), _numpy(maps)

    def picture(self, student: PreTrainedModel, number: int) -> Picture:
        """Every probe as the student shows it after `number` steps."""
        pictures = tuple(self._picture(student, i) for i in range(len(self.probes)))
        return Picture(number, pictures, self._hand_over(student) if pictures else ())

    def _hand_over(self, student: PreTrainedModel) -> tuple[float, ...]:
        """The teacher reads on from the first probe's states in the student, each at its matched depth; () of another width."""
        ids, at = self._ids(student, 0), self.positions[0]
        model = Model("student", student, self.tokenizer)
        if model.architecture.hidden != self.reader.architecture.hidden:
            return ()
        with reading(student), reading(self.reader.network):
            states = torch.cat(student.base_model(ids, torch.ones_like(ids), output_hidden_states=True).hidden_states)
            read = read_from(self.reader, states, self._matched(model), at)
            return tuple(divergences(self.teacher[0], log_probabilities(self.reader, read)).tolist())

    def _matched(self, student: Model) -> tuple[int, ...]:
        """By the teacher layers that started the student's, or would have."""
        depth, layers = len(self.reader.layers), len(student.layers)
        return matched_depths(tuple(getattr(student.config, "initial_layers", None) or initial_layers(depth, layers)))

    def _picture(self, student: PreTrainedModel, index: int) -> ProbePicture:
        says, maps = self._reads(student, index)
        teacher, own = self.teacher[index], says.topk(OWN).indices
        kl = F.kl_div(says, teacher, reduction="sum", log_target=True).item()
        return ProbePicture(_numpy(says[self.candidates[index]].exp()), self._words(own), _numpy(says[own].exp()), kl, maps)


@contextmanager
def watched_heads(model: PreTrainedModel) -> Iterator[None]:
    """The recorded attention in place of the fused one, which keeps no weights."""
    before = model.config._attn_implementation
    model.config._attn_implementation = attention.NAME
    yield
    model.config._attn_implementation = before


def _position(tokens: tuple[str, ...], mask: str) -> int:
    return tokens.index(mask) if mask in tokens else min(1, len(tokens) - 1)


def _numpy(tensor: torch.Tensor) -> np.ndarray:
    return tensor.float().cpu().numpy()
