"""A model before a byte of its weights is read: what its configuration and its tokenizer say, and whether two make a pair."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from transformers import AutoTokenizer, PreTrainedConfig, PreTrainedTokenizerFast

from distilbert_viz import families
from distilbert_viz.families import Family, Task
from distilbert_viz.pairs import hub
from distilbert_viz.pairs.classes import Classes, classes, shared_classes, shared_task, task
from distilbert_viz.pairs.layers import initial_layers
from distilbert_viz.pairs.reading import configuration, label, reading, weight_folder
from distilbert_viz.pairs.refusals import PairError


@dataclass(frozen=True, eq=False)
class Candidate:
    """One model by its small files. `source` is what was asked for, `label` what a person calls it, and `name` stands in records:
    of a hub's model with the commit that is read, which main alone wouldn't tell.
    """

    source: str
    label: str
    name: str
    folder: Path
    config: PreTrainedConfig
    tokenizer: PreTrainedTokenizerFast
    classes: Classes

    @property
    def family(self) -> Family:
        """The record of its family."""
        return families.family(self.config.model_type)

    @property
    def task(self) -> Task:
        """What its configuration says that it is made for."""
        return task(self.config)

    @property
    def layers(self) -> int:
        """How many encoder layers it has."""
        return int(self.family.size(self.config, "layers"))


@dataclass(frozen=True, eq=False)
class CandidatePair:
    """Two candidates that fit together, shown as models of `task`; `classes` as both call them; `initial_layers` as in a Pair."""

    teacher: Candidate
    student: Candidate
    task: Task
    classes: Classes
    initial_layers: tuple[int, ...]


def candidate(source: str) -> Candidate:
    """What is known of a model on this disk before its weights are read. Raises PairError."""
    named, config = label(source), configuration(source, weights=True)
    with reading(named, "config.json"):
        own_classes = classes(named, config)
    folder = weight_folder(source)
    with reading(named, "tokenizer"):
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        if not isinstance(tokenizer, PreTrainedTokenizerFast):
            raise PairError(f"{named} has a tokenizer of Python alone, which can't say what part of the text a token is.")
        _refuse_other_tokenizers(named, tokenizer, config)
    return Candidate(source, named, _name(source), folder, config, tokenizer, own_classes)


def fitting(teacher: Candidate, student: Candidate) -> CandidatePair:
    """The two as a pair, compared in depth, vocabulary, task and classes. Raises PairError where they are none."""
    with reading(f"{teacher.source} → {student.source}", "config.json"):
        _refuse_strangers(teacher, student)
        shown_as = shared_task(teacher.source, student.source, teacher.task, student.task)
        ours, theirs = (one.classes if shown_as.named else () for one in (teacher, student))
        agreed = shared_classes(teacher.source, student.source, ours, theirs)
        return CandidatePair(teacher, student, shown_as, agreed, _started(teacher, student))


def _name(source: str) -> str:
    commit = hub.commit(source)
    return label(source) if commit is None else f"{hub.split(source)[0]}@{commit[:12]}"


def _refuse_other_tokenizers(label: str, tokenizer: PreTrainedTokenizerFast, config: PreTrainedConfig) -> None:
    """Without tokenizer files transformers makes up a tokenizer that knows no word at all."""
    if len(tokenizer) <= len(tokenizer.all_special_tokens):
        raise PairError(f"{label} holds no tokenizer, so no word could be read.")
    if None in (tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.mask_token_id):
        raise PairError(f"{label} has a tokenizer without [CLS], [SEP] and [MASK].")
    if len(tokenizer) > config.vocab_size:
        raise PairError(f"{label} knows {config.vocab_size} tokens and its tokenizer {len(tokenizer)}: they don't belong together.")
    expected = families.family(config.model_type).two_texts
    if (found := _framing(tokenizer)) != expected:
        raise PairError(f"{label} has a tokenizer that frames two texts as {' '.join(found)}, and not as {' '.join(expected)}.")


def _framing(tokenizer: PreTrainedTokenizerFast) -> tuple[str, ...]:
    """How it frames two texts, in the words of a family's record."""
    encoding = tokenizer(".", ".", verbose=False).encodings[0]
    names = {tokenizer.cls_token_id: "cls", tokenizer.sep_token_id: "sep"}
    parts = [names.get(i, "?") if text is None else "AB"[text] for i, text in zip(encoding.ids, encoding.sequence_ids, strict=True)]
    runs = ((part, len(list(run))) for part, run in groupby(parts))
    return tuple(part for part, count in runs for _ in range(1 if part in "AB" else count))


def _refuse_strangers(teacher: Candidate, student: Candidate) -> None:
    if student.layers > teacher.layers:
        raise PairError(
            f"{student.source} has {student.layers} layers and {teacher.source} {teacher.layers}: is the pair the wrong way round?"
        )
    if teacher.tokenizer.get_vocab() != student.tokenizer.get_vocab():
        raise PairError(f"{teacher.source} and {student.source} don't share a vocabulary, so their tokens can't be compared.")


def _started(teacher: Candidate, student: Candidate) -> tuple[int, ...]:
    """The teacher layers that started the student's, as its own configuration says, else by the published rule."""
    deep, shallow = teacher.layers, student.layers
    said = getattr(student.config, "initial_layers", None)
    if said is None:
        return initial_layers(deep, shallow)
    if not isinstance(said, list) or len(said) != shallow or not all(layer in range(deep) for layer in said):
        raise PairError(f"{student.name} says that teacher layers {said} started its {shallow}, and {teacher.name} has {deep}.")
    return tuple(said)
