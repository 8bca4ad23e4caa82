"""Every command on every kind of pair that people really have: status 2 and the page's own sentence where a page would refuse."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
import torch
from tokenizers import normalizers, pre_tokenizers
from transformers import (
    BertForQuestionAnswering,
    BertForTokenClassification,
    BertModel,
    DistilBertForQuestionAnswering,
    DistilBertForTokenClassification,
)

from distilbert_viz.cost import speed
from distilbert_viz.distillation import __main__ as distillation
from distilbert_viz.distillation import engine
from distilbert_viz.pairs import loading
from distilbert_viz.pairs.models import Pair
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.runs import child
from distilbert_viz.tracing.trial import tried
from tests.support import odd
from tests.support.measured import measurement
from tests.support.shell import typed

Make = Callable[[Path], Path]
TEXT = "The cat sat on the [MASK] . [SEP] a b"
NO_HEAD = "is an encoder without a head: it predicts nothing"
NOT_FINITE = "gives numbers that aren't finite (NaN or infinity), first in layer 1"


@dataclass(frozen=True)
class Row:
    """Two models; `refused` stands in what a page says of them, "" where it opens them.

    `instead`: of a pair that is opened, what a command answers with status 2. `teaches`: why the teacher doesn't.
    """

    teacher: Make = odd.teacher
    student: Make = odd.student
    refused: str = ""
    instead: Mapping[str, str] = field(default_factory=dict)
    teaches: str = ""


def both(make: Callable[[], object], **how: object) -> Row:
    """A pair of which both models have the tokenizer that `make` makes."""
    return Row(lambda folder: odd.teacher(folder, make()), lambda folder: odd.student(folder, make()), **how)


def sequence() -> object:
    """A tokenizer with stages of its own."""
    made = odd.wordpiece()
    made.backend_tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase()])
    made.backend_tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return made


def no_pad() -> object:
    """A tokenizer without a padding token."""
    made = odd.wordpiece()
    made.pad_token = None
    return made


def added() -> object:
    """A tokenizer with tokens that were added to it."""
    made = odd.wordpiece()
    made.add_tokens(["zinc", "covid19"])
    return made


def python_only(make: Make) -> Make:
    """The same model under a tokenizer that is Python code and says no offsets."""

    def made(folder: Path) -> Path:
        make(folder)
        (folder / "tokenizer.json").unlink()
        (folder / "vocab.txt").write_text("\n".join([*odd.NAMES.values(), *odd.PIECES]))
        kind = {"tokenizer_class": "BertJapaneseTokenizer", "word_tokenizer_type": "basic", "subword_tokenizer_type": "character"}
        (folder / "tokenizer_config.json").write_text(json.dumps(kind | {"do_lower_case": False}))
        return folder

    return made


def compiled(folder: Path) -> Path:
    """A student that was saved as torch.compile keeps it."""
    return odd.change(odd.student(folder), lambda tensors: {f"_orig_mod.{name}": t for name, t in tensors.items()})


def adapter(folder: Path) -> Path:
    """What peft saves: a configuration of its own, its own weights, and no model."""
    odd.teacher(folder)
    for name in ("config.json", odd.WEIGHTS):
        (folder / name).unlink()
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "base_model_name_or_path": "bert-base-uncased"}))
    return folder


def outer(folder: Path) -> Path:
    """An older folder of sentence-transformers, with the encoder one folder below."""
    odd.teacher(folder / "0_Transformer", kind=BertModel)
    (folder / "modules.json").write_text(json.dumps([{"path": "0_Transformer"}, {"path": "1_Pooling"}]))
    return folder


def written(make: Make, name: str, content: bytes) -> Make:
    """The same model with a file of this content."""

    def made(folder: Path) -> Path:
        make(folder)
        (folder / name).write_bytes(content)
        return folder

    return made


def without(make: Make, *names: str) -> Make:
    """The same model without these files."""

    def made(folder: Path) -> Path:
        make(folder)
        for name in names:
            (folder / name).unlink()
        return folder

    return made


def kind(make: Callable[..., Path], of: type) -> Make:
    """A model of another class."""
    return lambda folder: make(folder, kind=of)


def sized(make: Callable[..., Path], **sizes: object) -> Make:
    """A model of other sizes."""
    return lambda folder: make(folder, **sizes)


def configured(make: Callable[..., Path], **values: object) -> Make:
    """A model with other values in its config.json."""
    return lambda folder: odd.configure(make(folder), **values)


QUESTIONS = kind(odd.teacher, BertForQuestionAnswering), kind(odd.student, DistilBertForQuestionAnswering)
TAGS = kind(odd.teacher, BertForTokenClassification), kind(odd.student, DistilBertForTokenClassification)
HEADLESS = kind(odd.teacher, BertModel)
RELATIVE = "bert.encoder.layer.0.attention.self.distance_embedding.weight"
INTEGER = "bert.encoder.layer.0.output.dense.weight"
LATE = "distilbert.transformer.layer.1.ffn.lin2.bias"
ENCODERS = dict.fromkeys(("soft-labels", "report"), NO_HEAD) | {"lost": "no soft label is read off one token's state"}
SPOILT = dict.fromkeys(("soft-labels", "report", "lost", "trace"), NOT_FINITE)
ROWS = {
    "whole": Row(),
    "padded teacher": Row(sized(odd.teacher, vocab_size=24)),
    "padded student": Row(student=sized(odd.student, vocab_size=24)),
    "Python alone": Row(python_only(odd.teacher), python_only(odd.student), "has a tokenizer of Python alone"),
    "one segment": Row(sized(odd.teacher, type_vocab_size=1)),
    "not a number": Row(student=lambda folder: odd.spoil(odd.student(folder), LATE), instead=SPOILT),
    "byte level": both(odd.byte_level),
    "own stages": both(sequence),
    "relative positions": Row(
        configured(odd.teacher, position_embedding_type="relative_key"), refused="its positions are relative"
    ),
    "relative positions, by a tensor": Row(
        lambda folder: odd.change(odd.teacher(folder), lambda tensors: tensors | {RELATIVE: torch.ones(2)}), refused=RELATIVE
    ),
    "untied": Row(sized(odd.teacher, tie_word_embeddings=False)),
    "other special tokens": both(lambda: odd.wordpiece(odd.ANGLE)),
    "accents kept": both(lambda: odd.wordpiece(strip_accents=False)),
    "added tokens": both(added),
    "cased": both(lambda: odd.wordpiece(do_lower_case=False)),
    "ReLU": Row(sized(odd.teacher, hidden_act="relu")),
    "short": Row(student=sized(odd.student, max_position_embeddings=16)),
    "questions": Row(
        *QUESTIONS, instead={"lost": "no soft label is read off one token's state"}, teaches="answers questions: its soft labels"
    ),
    "tags": Row(*TAGS, teaches="is a tagger of tokens: its soft labels are over tags"),
    "two tasks": Row(TAGS[0], QUESTIONS[1], "what they predict can't be compared", teaches="is a tagger of tokens"),
    "a teacher without a head": Row(HEADLESS, instead=ENCODERS, teaches="it has no head, and so predicts nothing"),
    "compiled": Row(student=compiled, refused="all names begin with _orig_mod."),
    "no padding token": both(no_pad),
    "narrow": Row(student=sized(odd.student, dim=12, n_heads=3, hidden_dim=20), instead={"lost": "have 24 numbers and"}),
    "an adapter": Row(adapter, refused="it is a LORA adapter of bert-base-uncased"),
    "sentence-transformers, outer folder": Row(outer, refused="it is a sentence-transformers folder; its encoder is the folder"),
    "quantised, by its configuration": Row(
        configured(odd.teacher, quantization_config={"quant_method": "gptq"}), refused="its weights are quantised (gptq, by its"
    ),
    "quantised, by its numbers": Row(
        lambda folder: odd.change(odd.teacher(folder), lambda tensors: tensors | {INTEGER: tensors[INTEGER].to(torch.int8)}),
        refused=f"its weights are quantised (its {INTEGER} holds whole numbers, I8)",
    ),
    "a configuration in Latin-1": Row(
        written(odd.teacher, "config.json", b'{\n"a": "\xe9"}'), refused="isn't UTF-8 (line 2, byte 0xE9)"
    ),
    "words in Latin-1": Row(
        written(without(odd.teacher, "tokenizer.json"), "vocab.txt", b"[PAD]\n\xe9"), refused="vocab.txt isn't UTF-8 (line 2, "
    ),
    "PyTorch's own weights": Row(
        written(without(odd.teacher, odd.WEIGHTS), "pytorch_model.bin", b"x"), refused="PyTorch weights that could run code"
    ),
    "a student deeper than its teacher": Row(odd.student, odd.teacher, "is the pair the wrong way round?"),
    "other words": Row(
        student=lambda folder: odd.student(folder, odd.wordpiece(pieces=odd.PIECES[::-1])), refused="don't share a vocabulary"
    ),
    "one cased, one not": Row(
        student=lambda folder: odd.student(folder, odd.wordpiece(do_lower_case=False)), refused="read different"
    ),
    "no tokenizer": Row(without(odd.teacher, "tokenizer.json", "tokenizer_config.json"), refused="holds no tokenizer"),
    "code of its own": Row(configured(odd.teacher, auto_map={"AutoModelForMaskedLM": "a.B"}), refused="names code of its own"),
}
COMMANDS: Mapping[str, Callable[[Path], tuple[object, ...]]] = {
    "soft-labels": lambda out: ("soft-labels", TEXT, "--k", 3, "--json"),
    "lost": lambda out: ("lost", TEXT, "--json"),
    "trace": lambda out: ("trace", TEXT, "--out", out / "a.npz"),
    "report": lambda out: ("report", TEXT, "--out", out / "a.html"),
    "size": lambda out: ("size", "--json"),
    "bench": lambda out: ("bench", "--json"),
    "fetch": lambda out: ("fetch",),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> Callable[[str], tuple[str, str]]:
    """The folders of a row's two models, made when they are first asked for."""
    root = tmp_path_factory.mktemp("pairs")

    @cache
    def made(name: str) -> tuple[str, str]:
        row = ROWS[name]
        place = root / str(len(list(root.iterdir())))
        place.mkdir()
        return str(row.teacher(place / "teacher")), str(row.student(place / "student"))

    return made


@pytest.fixture(scope="module")
def opened() -> Callable[..., Pair | PairError]:
    """Two models as a page opens them, or why it doesn't; once."""
    load = loading.load_pair

    @cache
    def of(teacher: str, student: str) -> Pair | PairError:
        try:
            return tried(load(teacher=teacher, student=student, device="cpu"))
        except PairError as refused:
            return refused

    return of


@pytest.fixture
def page(opened) -> Callable[..., str]:
    """What a page says of two models, "" where it opens them."""
    return lambda *folders: str(found) if isinstance(found := opened(*folders), PairError) else ""


@pytest.fixture(autouse=True)
def nothing_takes_long(opened, monkeypatch):
    """Whatever reaches the measuring or the training is not refused, and that is all that is asked here."""

    def load_pair(name: str, teacher: str, student: str, device: str | None, dtype: str) -> Pair:
        if isinstance(found := opened(teacher, student), PairError):
            raise found
        return found

    monkeypatch.setattr(loading, "load_pair", load_pair)
    monkeypatch.setattr(speed, "measure", lambda request: iter([measurement()]))
    monkeypatch.setattr(child, "train", lambda *words: None)
    monkeypatch.setattr(engine, "weights_sha256", lambda folder: "0")


@pytest.mark.parametrize("name", ROWS)
def test_a_page_refuses_what_it_should(name, folders, page):
    assert ROWS[name].refused in page(*folders(name))
    assert bool(page(*folders(name))) == bool(ROWS[name].refused)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ROWS)
def test_a_command_refuses_what_a_page_refuses_with_status_2_and_in_its_words(name, command, folders, page, tmp_path):
    teacher, student = folders(name)
    answer = typed(*COMMANDS[command](tmp_path), "--teacher", teacher, "--student", student)
    refused = page(teacher, student) or ROWS[name].instead.get(command, "")
    if not refused:
        assert (answer.exit_code, answer.stderr) == (0, "")
        if "--json" in COMMANDS[command](tmp_path):
            json.loads(answer.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
        return
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert refused in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("part", ["halve", "evaluate"])
@pytest.mark.parametrize("name", ["compiled", "one cased, one not", "tags"])
def test_no_pair_is_halved_or_judged_that_a_page_refuses_or_that_predicts_no_word(name, part, folders, page, monkeypatch, capsys):
    teacher, student = folders(name)
    text = ["--text", "x"] if part == "evaluate" else []
    monkeypatch.setattr("sys.argv", ["distillation", part, "--teacher", teacher, "--student", student, "--out", "x", *text])
    with pytest.raises(SystemExit) as ended:
        distillation.main()
    said = capsys.readouterr()
    assert (ended.value.code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert (page(teacher, student) or "predict no masked word: each is shown as a tagger of tokens.") in said.err


@pytest.mark.parametrize("name", ["whole", *(name for name, row in ROWS.items() if row.teacher is not odd.teacher)])
def test_nobody_is_distilled_from_a_teacher_that_a_page_refuses(name, folders, page, tmp_path):
    (teacher, _), out = folders(name), tmp_path / "run"
    answer = typed("distil", "--teacher", teacher, "--steps", 1, "--out", out)
    refused = page(teacher, teacher) or ROWS[name].teaches
    if not refused:
        assert (answer.exit_code, answer.stdout) == (0, "weights sha256 0\n")
        return
    assert (answer.exit_code, answer.stdout, out.exists()) == (2, "", False)
    assert refused in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
