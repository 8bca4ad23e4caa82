"""A model before a byte of its weights is read: what its configuration and its tokenizer say, and whether two make a pair."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tokenizers.processors import Sequence, TemplateProcessing
from transformers import AutoTokenizer, PreTrainedConfig, PreTrainedTokenizerBase, PreTrainedTokenizerFast

from distilbert_viz import families
from distilbert_viz.families import Family, Task
from distilbert_viz.pairs import hub
from distilbert_viz.pairs.classes import Classes, Shared, classes, shared_classes, shared_task, task
from distilbert_viz.pairs.folders import refuse_other_text
from distilbert_viz.pairs.layers import initial_layers
from distilbert_viz.pairs.models import Columns
from distilbert_viz.pairs.reading import configuration, label, reading, weight_folder
from distilbert_viz.pairs.refusals import PairError

BARE = ("A", "B")  # two texts with nothing around them


@dataclass(frozen=True, eq=False)
class Candidate:
    """One model by its small files. `source` is what was asked for, `label` what a person calls it, and `name` stands in records:
    of a hub's model with the commit that is read, which main alone wouldn't tell. `framed`: its tokenizer puts nothing around a
    text, so that here it puts what its family is read with. `files` is the folder that it is read from, None of a model in memory.
    """

    source: str
    label: str
    name: str
    files: Path | None
    config: PreTrainedConfig
    tokenizer: PreTrainedTokenizerFast
    classes: Classes
    framed: bool = False

    @property
    def folder(self) -> Path:
        """The folder that it is read from. Raises LookupError of a model in memory."""
        if self.files is None:
            raise LookupError(f"{self.label} is read from no folder")
        return self.files

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
    """Two candidates that fit together, shown as models of `task`.

    `classes` are those that both tell apart; `columns`, `initial_layers` and `copied` as in a Model and a Pair.
    """

    teacher: Candidate
    student: Candidate
    task: Task
    classes: Classes
    columns: tuple[Columns | None, Columns | None]
    initial_layers: tuple[int, ...]
    copied: bool


def candidate(source: str) -> Candidate:
    """What is known of a model on this disk before its weights are read. Raises PairError."""
    named, config, folder = label(source), configuration(source, weights=True), weight_folder(source)
    with reading(named, "tokenizer"):
        refuse_other_text(named, folder)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    return described(source, named, _name(source), folder, config, tokenizer)


def described(
    source: str, named: str, name: str, files: Path | None, config: PreTrainedConfig, tokenizer: PreTrainedTokenizerBase
) -> Candidate:
    """A candidate by its configuration and its tokenizer, which is given its family's frame where it has none. Raises PairError."""
    with reading(named, "config.json"):
        own_classes = classes(named, config)
    with reading(named, "tokenizer"):
        if not isinstance(tokenizer, PreTrainedTokenizerFast):
            raise PairError(f"{named} has a tokenizer of Python alone, which can't say what part of the text a token is.")
        _refuse_other_tokenizers(named, tokenizer, config)
        framed = _frame(named, tokenizer, families.family(config.model_type))
    return Candidate(source, named, name, files, config, tokenizer, own_classes, framed)


def fitting(teacher: Candidate, student: Candidate) -> CandidatePair:
    """The two as a pair, compared in depth, vocabulary, task and classes. Raises PairError where they are none."""
    with reading(f"{teacher.source} → {student.source}", "config.json"):
        _refuse_strangers(teacher, student)
        shown_as = shared_task(teacher.source, student.source, teacher.task, student.task)
        ours, theirs = (one.classes if shown_as.named else () for one in (teacher, student))
        agreed = shared_classes(teacher.source, student.source, ours, theirs)
        columns = _columns(shown_as, agreed, (teacher, student))
        return CandidatePair(teacher, student, shown_as, agreed.names, columns, *_started(teacher, student))


def _columns(shown_as: Task, agreed: Shared, pair: tuple[Candidate, Candidate]) -> tuple[Columns | None, Columns | None]:
    """The logits of what both models can say: the classes that both tell apart, or the tokens that both tokenizers know."""
    if shown_as.named:
        return agreed.teacher, agreed.student
    known = min(known_ids(one.tokenizer) for one in pair) if shown_as.predicts_masked else None
    return known, known


def known_ids(tokenizer: PreTrainedTokenizerFast) -> int:
    """How many ids the tokenizer gives, those counted that it leaves out."""
    return max(tokenizer.get_vocab().values(), default=-1) + 1


def _name(source: str) -> str:
    commit = hub.commit(source)
    return label(source) if commit is None else f"{hub.split(source)[0]}@{commit[:12]}"


def _refuse_other_tokenizers(label: str, tokenizer: PreTrainedTokenizerFast, config: PreTrainedConfig) -> None:
    """Without tokenizer files transformers makes up a tokenizer that knows no word at all."""
    if len(tokenizer) <= len(tokenizer.all_special_tokens):
        raise PairError(f"{label} holds no tokenizer, so no word could be read.")
    if None in (tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.mask_token_id):
        raise PairError(f"{label} has a tokenizer without [CLS], [SEP] and [MASK].")
    if (known := known_ids(tokenizer)) > config.vocab_size:
        raise PairError(f"{label} knows {config.vocab_size} tokens and its tokenizer {known}: they don't belong together.")


def _frame(label: str, tokenizer: PreTrainedTokenizerFast, family: Family) -> bool:
    """Whether the tokenizer put nothing around a text and now puts what its family is read with.

    Many that were built by hand lack that last stage. Raises PairError where it puts something else.
    """
    found, expected = _framing(tokenizer), family.two_texts
    if found == expected:
        return False
    if found != BARE:
        raise PairError(f"{label} has a tokenizer that frames two texts as {' '.join(found)}, and not as {' '.join(expected)}.")
    backend, names = tokenizer.backend_tokenizer, {"cls": tokenizer.cls_token, "sep": tokenizer.sep_token, "A": "$A", "B": "$B"}
    single, pair = ([names[part] for part in parts] for parts in (family.one_text, expected))
    special = [(names[part], tokenizer.convert_tokens_to_ids(names[part])) for part in ("cls", "sep")]
    template = TemplateProcessing(single=single, pair=pair, special_tokens=special)
    before = backend.post_processor
    backend.post_processor = template if before is None else Sequence([before, template])
    return True


def _framing(tokenizer: PreTrainedTokenizerFast) -> tuple[str, ...]:
    """How it frames two texts, in the words of a family's record."""
    encoding = tokenizer(".", ".", verbose=False).encodings[0]
    names = {tokenizer.cls_token_id: "cls", tokenizer.sep_token_id: "sep"}
    parts = [names.get(i, "?") if text is None else "AB"[text] for i, text in zip(encoding.ids, encoding.sequence_ids, strict=True)]
    runs = ((part, len(list(run))) for part, run in groupby(parts))
    return tuple(part for part, count in runs for _ in range(1 if part in "AB" else count))


def refuse_deeper(teacher: str, student: str, ours: PreTrainedConfig, theirs: PreTrainedConfig) -> None:
    """Raises PairError where the student, by the two configurations, has more layers than its teacher."""
    deep, shallow = (families.family(config.model_type).size(config, "layers") for config in (ours, theirs))
    if shallow > deep:
        raise PairError(f"{student} has {shallow} layers and {teacher} {deep}: is the pair the wrong way round?")


def _refuse_strangers(teacher: Candidate, student: Candidate) -> None:
    refuse_deeper(teacher.source, student.source, teacher.config, student.config)
    if not _one_continues_the_other(teacher.tokenizer.get_vocab(), student.tokenizer.get_vocab()):
        raise PairError(f"{teacher.source} and {student.source} don't share a vocabulary, so their tokens can't be compared.")


def _one_continues_the_other(ours: dict[str, int], theirs: dict[str, int]) -> bool:
    """Whether the two vocabularies are one, or one of them goes on after the last id of the other."""
    shorter, longer = sorted((ours, theirs), key=len)
    last = max(shorter.values(), default=-1)
    return {piece: number for piece, number in longer.items() if number <= last} == shorter


def _started(teacher: Candidate, student: Candidate) -> tuple[tuple[int, ...], bool]:
    """The teacher layers that started the student's, and whether its own configuration says so; else by the published rule."""
    deep, shallow = teacher.layers, student.layers
    said = getattr(student.config, "initial_layers", None)
    if said is None:
        return initial_layers(deep, shallow), False
    if not isinstance(said, list) or len(said) != shallow or not all(layer in range(deep) for layer in said):
        raise PairError(f"{student.name} says that teacher layers {said} started its {shallow}, and {teacher.name} has {deep}.")
    return tuple(said), True
