"""How much memory the process of a run takes, known before it begins; and whether there is so much."""

from distilbert_viz import memory
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs import BUILT_IN, CATALOGUE
from distilbert_viz.pairs.refusals import PairError
from distilbert_viz.pairs.sizes import Sizes, sizes

NUMBER = 4  # bytes, of a weight, a gradient or an activation
LEARNING = 3  # a gradient and AdamW's two moments, of every weight that learns
# Estimated: of a token of a step: vectors of a student's layer, and logits of a token that is chosen.
VECTORS, LOGITS = 24, 5


def lacking(recipe: Recipe, beside: int = memory.APP) -> str | None:
    """Why there is no room for this run beside the bytes that its server needs, in one sentence; None where there is."""
    return memory.lacking("A run of this kind", run_bytes(recipe), beside)


def run_bytes(recipe: Recipe) -> int:
    """Bytes that the run's process holds at most; of a teacher that can't be read here, which the run will say, its libraries."""
    try:
        teacher = sizes(CATALOGUE[BUILT_IN].teacher if recipe.teacher == BUILT_IN else recipe.teacher)
    except PairError:
        return memory.CHILD
    if recipe.device not in ("cpu", "auto"):
        return memory.CHILD + NUMBER * teacher.numbers
    return memory.CHILD + NUMBER * (teacher.numbers + _student(recipe, teacher) + _step(recipe, teacher))


def _student(recipe: Recipe, teacher: Sizes) -> int:
    """Numbers that a student holds, and those that its learning adds."""
    words = teacher.vocabulary * (recipe.hidden or teacher.hidden)
    student = words + (teacher.numbers - words) * recipe.layers // teacher.layers
    frozen = words if recipe.frozen_words and recipe.start != "random" else 0
    return student + LEARNING * (student - frozen)


def _step(recipe: Recipe, teacher: Sizes) -> int:
    """Numbers that are made on the way through a step."""
    chosen = recipe.masked if recipe.ce_on == "masked" else 1.0
    token = recipe.layers * VECTORS * (recipe.hidden or teacher.hidden) + int(LOGITS * chosen * teacher.vocabulary)
    return recipe.batch // recipe.accumulation * recipe.length * token
