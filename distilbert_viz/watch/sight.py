"""What can be seen of somebody's teacher and student: held-out soft labels, and a few sentences with all their heads."""

import copy
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from transformers import PreTrainedModel, PreTrainedTokenizerBase, PreTrainedTokenizerFast

from distilbert_viz.distillation import sentences
from distilbert_viz.distillation.masking import IGNORED
from distilbert_viz.distillation.probes import MOST_CHOSEN, Asked, HeldOut, Probes, masked, started
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.distillation.rows import MaskedRows
from distilbert_viz.distillation.text import whole_rows
from distilbert_viz.pairs.candidates import known_ids
from distilbert_viz.pairs.classes import FEWEST, Shared, shared_classes
from distilbert_viz.pairs.models import Columns, Model
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.records import Encoding
from distilbert_viz.tracing.encoding import encode
from distilbert_viz.watch.shells import Shell, Unreadable, shell_in

NO_DISTRIBUTION = ("regression", "multi_label_classification")  # what a configuration calls a head without soft labels
PARALLEL = "TOKENIZERS_PARALLELISM"
COMMON = Recipe()  # text is held out here as in a run of our own: as much masked, as long, as many rows at a time


@dataclass(frozen=True, eq=False)
class Sight:
    """Teacher and student as they can be read, and what they are read on; `held_out` is None where nothing predicts."""

    teacher: Model
    shell: Shell
    tokenizer: PreTrainedTokenizerFast
    shared: Shared
    held_out: HeldOut | None
    probes: Probes

    def student(self) -> Model:
        """The student as it is now."""
        return _model("student", self.shell, self.tokenizer, self.shared.names, self.shared.student or self.teacher.columns)

    @property
    def start(self) -> tuple[int, ...]:
        """The teacher layers that started the student's, or would have; () of a deeper student."""
        student, depth = self.student(), len(self.teacher.layers)
        return started(student, depth) if len(student.layers) <= depth else ()


def sight(
    teacher: nn.Module, student: nn.Module, tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], lines: Sequence[str]
) -> Sight:
    """What is seen of both, on `texts` and on the held-out `lines`, the built-in ones where there are none.

    Raises Unreadable.
    """
    if not isinstance(tokenizer, PreTrainedTokenizerFast):
        raise Unreadable(f"a {type(tokenizer).__name__} is no fast tokenizer.")
    theirs = shell_in(teacher)
    ours = shell_in(student, but=theirs.network)
    shared = _shared(theirs, ours)
    if shared is None:  # as encoders: their heads can be seen, whatever they predict
        theirs, ours, shared = _as_encoder(theirs), _as_encoder(ours), Shared()
    own = copy.deepcopy(tokenizer)  # theirs keeps what it was told of padding and truncation
    columns = shared.teacher or (_known(own, theirs, ours) if theirs.task.predicts_masked else None)
    read = _model("teacher", theirs, own, shared.names, columns, next(ours.network.parameters()).device)
    with _one_thread():
        held_out = _held_out(read, ours, lines or sentences.held_out())
        return Sight(read, ours, own, shared, held_out, Probes(read, texts))


def _model(
    name: str,
    shell: Shell,
    tokenizer: PreTrainedTokenizerFast,
    classes: tuple[str, ...],
    columns: Columns | None,
    device: torch.device | None = None,
) -> Model:
    return Model(name, shell.lent(device), tokenizer, classes, columns)


def _shared(theirs: Shell, ours: Shell) -> Shared | None:
    """The classes that both tell apart, empty where outcomes have no names; None where what they predict can't be compared."""
    if theirs.task != ours.task:
        return None
    if not theirs.task.named:
        return Shared()
    configs = [shell.network.config for shell in (theirs, ours)]
    names = [tuple(map(str, (config.id2label or {}).values())) for config in configs]
    if any(len(classes) < FEWEST for classes in names) or any(config.problem_type in NO_DISTRIBUTION for config in configs):
        return None
    try:
        return shared_classes("the teacher", "the student", *names)
    except PairError:
        return None


def _as_encoder(shell: Shell) -> Shell:
    encoder = shell.network.base_model
    assert isinstance(encoder, PreTrainedModel)
    return Shell(encoder)


def _known(tokenizer: PreTrainedTokenizerFast, *shells: Shell) -> int:
    """How many tokens are outcomes: those that the tokenizer and both models know."""
    return min(known_ids(tokenizer), *(int(shell.network.config.vocab_size) for shell in shells))


def _held_out(teacher: Model, student: Shell, lines: Sequence[str]) -> HeldOut | None:
    if not teacher.task.reads_one_state:
        return None
    most = min(COMMON.length, teacher.longest, Model("student", student.reader, teacher.tokenizer).longest)
    if teacher.task.predicts_masked:
        rows = list(whole_rows(lines, teacher.tokenizer, most))
        batch = min(COMMON.batch, len(rows))
        return HeldOut(teacher, masked(MaskedRows(rows, teacher.tokenizer, COMMON.masked, COMMON.seed + 1, batch)))
    return HeldOut(teacher, list(_asked(teacher, lines, most)), known=False)


def _asked(teacher: Model, lines: Sequence[str], most: int) -> Iterator[Asked]:
    """Texts a batch at a time, until MOST_CHOSEN soft labels are asked for: one of each text, or one of each token."""
    asked = 0
    for start in range(0, len(lines), COMMON.batch):
        encodings = [encode(teacher.tokenizer, line, most=most) for line in lines[start : start + COMMON.batch]]
        batch = _batch(teacher, encodings)
        yield batch
        asked += int((batch["labels"] != IGNORED).sum())
        if asked >= MOST_CHOSEN:
            return


def _batch(teacher: Model, encodings: Sequence[Encoding]) -> Asked:
    of_text = teacher.task.labels == "text"
    labels = [torch.full((len(e),), IGNORED) for e in encodings]
    for row, encoding in zip(labels, encodings, strict=True):
        row[[0] if of_text else [i for i, special in enumerate(encoding.special) if not special]] = 0
    columns = {
        "input_ids": ([torch.from_numpy(e.input_ids) for e in encodings], teacher.tokenizer.pad_token_id or 0),
        "token_type_ids": ([torch.from_numpy(e.token_type_ids) for e in encodings], 0),
        "attention_mask": ([torch.ones(len(e), dtype=torch.long) for e in encodings], 0),
        "labels": (labels, IGNORED),
    }
    return {name: pad_sequence(rows, batch_first=True, padding_value=filling) for name, (rows, filling) in columns.items()}


@contextmanager
def _one_thread() -> Iterator[None]:
    """Tokenizers that work in several threads warn of every process that is forked later, as loaders of data are."""
    before = os.environ.get(PARALLEL)
    os.environ[PARALLEL] = "false"
    try:
        yield
    finally:
        os.environ.pop(PARALLEL)
        if before is not None:
            os.environ[PARALLEL] = before
