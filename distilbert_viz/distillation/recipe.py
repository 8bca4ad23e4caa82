"""What decides a distillation, readable before torch is imported. On disk it is TOML, a line a choice."""

import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

SENTENCES = "sentences"
STARTS = ("teacher", "random")  # or a folder
TARGETS = ("masked", "all")
DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("float32", "bfloat16")
PROBES = (
    "The capital of France is [MASK].",
    "He drank a cup of [MASK].",
    "The opposite of hot is [MASK].",
    "A baby dog is called a [MASK].",
)
LIMITS = {  # lowest and highest value of each number
    "layers": (1, 48),
    "hidden": (0, 4096),
    "steps": (1, 1_000_000),
    "batch": (1, 4096),
    "accumulation": (1, 1024),
    "length": (8, 512),
    "masked": (0.01, 0.9),
    "temperature": (0.1, 20.0),
    "alpha_ce": (0.0, 100.0),
    "alpha_mlm": (0.0, 100.0),
    "alpha_cos": (0.0, 100.0),
    "learning_rate": (1e-7, 1.0),
    "warmup": (0.0, 1.0),
    "seed": (0, 2**31 - 1),
    "threads": (1, 1024),
    "save_seconds": (0.0, 1e6),
}
# The released training's loss (Sanh et al. 2019; training script), whole.
PUBLISHED = {"alpha_ce": 5.0, "alpha_mlm": 2.0, "alpha_cos": 1.0, "temperature": 2.0}
# What runs did before it could be chosen.
BEFORE: dict[str, "Value"] = {"frozen_words": False}
# Where each default comes from, in words for a person.
SOURCES = {
    "layers": "half the teacher's depth, as DistilBERT (Sanh et al. 2019, section 3)",
    "hidden": "the teacher's, as DistilBERT; a narrower one is TinyBERT's and MiniLM's way (Jiao et al. 2020, arXiv 1909.10351; "
    "Wang et al. 2020, arXiv 2002.10957). It can't start from the teacher's layers, and has no L_cos",
    "start": "every other layer of the teacher (Sanh et al. 2019, section 3; released script)",
    "fold": "not in the released script: the student lacks the teacher's segment embedding, whose first vector can be added to "
    "every position's, so that a fresh copy begins nearer to its teacher",
    "frozen_words": "tried on two CPU cores: a step takes less time, and after equal time the student is nearer to its teacher. "
    "The word embeddings, which are the matrix of the vocabulary projection too, stay the teacher's. In the released script they "
    "learn; what it can freeze are position embeddings (--freeze_pos_embs) and segment embeddings",
    "steps": "tried on two CPU cores",
    "batch": "tried on two CPU cores: 16 learned sooner than 32 in equal time",
    "length": "long enough for the sentences of the built-in text",
    "masked": "Wettig et al. 2023 (arXiv 2202.08005) for small budgets; BERT masked 0.15",
    "ce_on": "the released script's --restrict_ce_to_mask; its default is all tokens, which costs about twice the time here",
    "temperature": "released DistilBERT training",
    "alpha_ce": "released DistilBERT training",
    "alpha_mlm": "the released training used 2; on a text as small as the built-in one L_mlm teaches facts that the teacher "
    "doesn't know, and the student leaves its teacher",
    "alpha_cos": "released DistilBERT training",
    "learning_rate": "tried on two CPU cores: 3e-4 learned sooner than the released script's 5e-4, and than 1e-3 and 2e-3",
    "warmup": "the released script's 0.05",
    "precision": "exact repeats need float32",
}


Value = str | int | float | Sequence[str] | Sequence[int]


class RecipeError(ValueError):
    """A recipe that can't be followed, said in one sentence for a person."""


@dataclass(frozen=True)
class Recipe:
    """A distillation from its teacher to its last step; SOURCES says where each default comes from.

    `teacher`: "built-in", a hub name or a folder. `layers`: the student's depth; `start`: "teacher", "random", or the
    folder of a student that goes on learning, such as another run's; `initial_layers`: the teacher layers that start it, by the
    published rule when empty. `hidden`: the student's width, 0 for the teacher's. `fold`: the
    teacher's first segment vector goes into a copied student's position embeddings. `frozen_words`: word embeddings that
    came from the teacher stay as they are (those of a random start learn). `text`: "sentences" (built in), text files, or
    Hugging Face data sets. `batch`: sentences a step over all processes, in `accumulation` parts. `length`: tokens a row at
    most. `masked`: share of the tokens that are chosen. `ce_on`: L_ce at the "masked" tokens or at "all" tokens.
    `threads`: CPU threads of one process; runs are equal bit by bit only for one number of them. A checkpoint is made
    every `save_seconds` at most. `report_to`: logging back-ends of transformers' Trainer, such as "tensorboard".
    """

    teacher: str = "built-in"
    layers: int = 3
    hidden: int = 0
    start: str = "teacher"
    initial_layers: tuple[int, ...] = ()
    fold: bool = False
    frozen_words: bool = True
    text: tuple[str, ...] = (SENTENCES,)
    steps: int = 600
    batch: int = 16
    accumulation: int = 1
    length: int = 64
    masked: float = 0.3
    ce_on: str = "masked"
    temperature: float = 2.0
    alpha_ce: float = 5.0
    alpha_mlm: float = 0.0
    alpha_cos: float = 1.0
    learning_rate: float = 3e-4
    warmup: float = 0.05
    seed: int = 7
    device: str = "auto"
    precision: str = "float32"
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    probes: tuple[str, ...] = PROBES
    save_seconds: float = 60.0
    report_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            if not low <= getattr(self, name) <= high:
                raise RecipeError(f"{name} must be from {low:g} to {high:g}, not {getattr(self, name):g}.")
        if self.start not in STARTS and not {"/", os.sep} & set(self.start):
            raise RecipeError(
                f'start must be one of {", ".join(STARTS)}, or the folder of a student, such as "run/student", not {self.start!r}.'
            )
        for name, allowed in (("ce_on", TARGETS), ("device", DEVICES), ("precision", PRECISIONS)):
            if getattr(self, name) not in allowed:
                raise RecipeError(f"{name} must be one of {', '.join(allowed)}, not {getattr(self, name)!r}.")
        if self.alpha_ce == self.alpha_mlm == self.alpha_cos == 0:
            raise RecipeError("All three weights are 0: there would be nothing to learn.")
        if self.initial_layers and len(self.initial_layers) != self.layers:
            raise RecipeError(f"A student of {self.layers} layers needs as many teacher layers, not {len(self.initial_layers)}.")
        if self.batch % self.accumulation:
            raise RecipeError(f"{self.batch} sentences a step can't be split into {self.accumulation} equal parts.")


def write(recipe: Recipe, file: Path) -> None:
    """The recipe as TOML, whole or not at all: a flat table, whose values JSON writes alike but for one character (DEL)."""
    values = {name: json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") for name, value in asdict(recipe).items()}
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_text("".join(f"{name} = {value}\n" for name, value in values.items()), encoding="utf-8")
    unfinished.replace(file)


def read(file: Path, **changes: Value) -> Recipe:
    """The recipe in a TOML file, with `changes`; what it doesn't say is the default. Raises RecipeError."""
    return make(_in(file) | changes)


def read_run(file: Path) -> Recipe:
    """The recipe that a run was begun with; what it doesn't say was not yet a choice then, and is BEFORE. Raises RecipeError."""
    return make(BEFORE | _in(file))


def _in(file: Path) -> dict[str, Value]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"{file} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise RecipeError(f"{file} is no TOML: {error}") from error


def make(choices: Mapping[str, Value]) -> Recipe:
    """A recipe from plain values, each of its default's type. Raises RecipeError naming what is unknown or of another type."""
    kinds = {entry.name: type(getattr(Recipe(), entry.name)) for entry in fields(Recipe)}
    if unknown := sorted(choices.keys() - kinds.keys()):
        raise RecipeError(f"A recipe has no {', '.join(unknown)}; it has {', '.join(kinds)}.")
    checked: dict[str, Any] = {name: _typed(name, value, kinds[name]) for name, value in choices.items()}
    return Recipe(**checked)


def _typed(name: str, value: Value, kind: type) -> Value:
    if kind is tuple and isinstance(value, list | tuple):
        of = int if name == "initial_layers" else str
        if wrong := [one for one in value if type(one) is not of]:
            raise RecipeError(f"{name} must be a list of {of.__name__}, and {wrong[0]!r} is none.")
        return tuple(value)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise RecipeError(f"{name} must be of type {kind.__name__}, not {value!r}.")
    return value
