"""One distillation from a recipe to a student on the disk; killed at any moment, it goes on to the very same weights."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForMaskedLM, PreTrainedTokenizerFast, set_seed

from distilbert_viz import families
from distilbert_viz.distillation import checkpoints, text
from distilbert_viz.distillation.initialisation import freeze_words, random_student, student_from_folder, student_from_teacher
from distilbert_viz.distillation.keeping import Keeper
from distilbert_viz.distillation.models import KeptLogits, as_read, plain, trained_class
from distilbert_viz.distillation.probes import HeldOut, Probes, masked
from distilbert_viz.distillation.recipe import Recipe, RecipeError
from distilbert_viz.distillation.rows import MaskedRows
from distilbert_viz.distillation.training import Distillation
from distilbert_viz.distillation.watching import Record
from distilbert_viz.pairs import hub
from distilbert_viz.pairs.candidates import candidate, known_ids
from distilbert_viz.pairs.catalogue import BUILT_IN, CATALOGUE
from distilbert_viz.pairs.layers import initial_layers
from distilbert_viz.pairs.witness import held

STUDENT = "student"


@dataclass(frozen=True, eq=False)
class Material:
    """Everything that a run reads: a teacher that never changes, a fresh student, rows to learn and rows held out."""

    teacher: KeptLogits
    student: KeptLogits
    tokenizer: PreTrainedTokenizerFast
    rows: MaskedRows
    held_out: MaskedRows


def distil(recipe: Recipe, folder: Path, record: Record, spent: float = 0.0, closely: bool = False) -> str | None:
    """Train in `folder`, going on from its newest whole checkpoint. None when finished, else why it left ("pause", ...).

    `spent`: seconds of training before this part of the run; `closely`: up to half of the time goes into watching it. Rank 0
    alone writes to `record` and to `folder`/student.
    """
    torch.set_num_threads(recipe.threads)
    set_seed(recipe.seed)
    made = gather(recipe)
    trainer = Distillation(made.teacher, made.student, made.rows, recipe, str(folder))
    first = trainer.is_world_process_zero()
    held_out, probes = _watched(made, recipe) if first else (None, None)
    keeper = Keeper(record, held_out, probes, made.tokenizer, spent, recipe.save_seconds, closely)
    keeper.trainer = trainer
    trainer.add_callback(keeper)
    found = checkpoints.newest(folder)
    if first:
        checkpoints.sweep(folder, found)
    trainer.accelerator.wait_for_everyone()
    trainer.train(resume_from_checkpoint=None if found is None else str(found))
    if first:
        trainer.student.config.update({checkpoints.TRAINED_STEPS: trainer.state.global_step})
        save_student(made.student, made.tokenizer, folder)
        if keeper.left is None:
            checkpoints.sweep(folder, None)
    return keeper.left


def _watched(made: Material, recipe: Recipe) -> tuple[HeldOut, Probes]:
    """What the student is held against, and the sentences that are watched."""
    teacher = as_read("teacher", made.teacher, made.tokenizer)
    return HeldOut(teacher, masked(made.held_out)), Probes(teacher, recipe.probes)


def gather(recipe: Recipe) -> Material:
    """Teacher, student and text as the recipe names them. Raises RecipeError or ValueError with one sentence.

    A teacher that a page would refuse, since it would be another model than its files say, teaches nobody either.
    """
    source = _source(recipe.teacher)
    teacher, tokenizer = load_teacher(source), candidate(source).tokenizer
    held(source, Path(source), teacher)
    student = _student(teacher, recipe)
    teacher.outcomes = student.outcomes = known_ids(tokenizer)
    length = min(recipe.length, families.family(teacher.config.model_type).longest(teacher.config))
    parts = text.material(recipe.text, tokenizer, length, recipe.steps * recipe.batch, recipe.seed)
    rows = MaskedRows(parts[0], tokenizer, recipe.masked, recipe.seed, recipe.batch)
    held_out = MaskedRows(parts[1], tokenizer, recipe.masked, recipe.seed + 1, min(recipe.batch, len(parts[1])))
    return Material(teacher, student, tokenizer, rows, held_out)


def _source(teacher: str) -> str:
    """The folder of a teacher: the built-in one, a folder, or what the Hugging Face cache holds under a hub name."""
    return CATALOGUE[BUILT_IN].teacher if teacher == BUILT_IN else str(hub.on_disk(teacher))


def load_teacher(source: str) -> KeptLogits:
    """A teacher with its masked-language-modelling head, from a hub name or a folder; float32, safetensors alone."""
    try:
        family = AutoConfig.from_pretrained(source).model_type
        if family not in [known.model_type for known in families.teachers()]:
            raise RecipeError(f"{source} is a {family} model; a teacher is a {families.titles(families.teachers(), 'or')}.")
        kind, base = trained_class(family), families.family(family).base
        loaded: Any = kind.from_pretrained(source, dtype=torch.float32, use_safetensors=True, output_loading_info=True)
        teacher, report = loaded
    except (OSError, ValueError) as error:
        if isinstance(error, RecipeError):
            raise
        raise RecipeError(f"The teacher {source} can't be loaded: {str(error).splitlines()[0][:200]}") from error
    if missing := [name for name in report["missing_keys"] if not name.startswith(f"{base}.")]:
        raise RecipeError(f"{source} has no masked-language-modelling head ({missing[0]} is missing), so it can't teach.")
    assert isinstance(teacher, KeptLogits)
    if spoilt := next((name for name, tensor in teacher.named_parameters() if not tensor.isfinite().all()), None):
        raise RecipeError(f"{source} holds numbers that aren't finite, first in {spoilt}, so it can't teach.")
    teacher.train(False)
    return teacher


def _student(teacher: KeptLogits, recipe: Recipe) -> KeptLogits:
    width = families.family(teacher.config.model_type).size(teacher.config, "hidden")
    if recipe.hidden not in (0, width) and (recipe.start != "random" or recipe.alpha_cos):
        raise RecipeError(
            f"A student of {recipe.hidden} dimensions can't start from layers of a teacher with {width}, nor have a cosine with "
            'its states: it needs start = "random" and alpha_cos = 0.'
        )
    if recipe.start == "random":
        return random_student(teacher, recipe.layers, recipe.hidden)
    if recipe.start == "teacher":
        layers = recipe.initial_layers or initial_layers(teacher.config.num_hidden_layers, recipe.layers)
        student = student_from_teacher(teacher, layers, recipe.fold)
    else:
        student = student_from_folder(teacher, Path(recipe.start), recipe.layers)
    if recipe.frozen_words:
        freeze_words(student)
    return student


def save_student(student: KeptLogits, tokenizer: PreTrainedTokenizerFast, folder: Path) -> Path:
    """`folder`/student, as AutoModelForMaskedLM.from_pretrained and pipeline("fill-mask") load it, float32; replaced whole."""
    unfinished, place = folder / f"{STUDENT}.unfinished", folder / STUDENT
    shutil.rmtree(unfinished, ignore_errors=True)
    plain(student).save_pretrained(unfinished)
    tokenizer.save_pretrained(unfinished)
    for file in unfinished.iterdir():
        checkpoints.sync(file)
    shutil.rmtree(place, ignore_errors=True)
    unfinished.rename(place)
    return place


def weights_sha256(folder: Path) -> str:
    """Over the bytes of the student's tensors in name order: equal weights, equal digest."""
    student = AutoModelForMaskedLM.from_pretrained(folder / STUDENT, dtype=torch.float32)
    digest = hashlib.sha256()
    for name, tensor in sorted(student.state_dict().items()):
        digest.update(name.encode() + tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()
