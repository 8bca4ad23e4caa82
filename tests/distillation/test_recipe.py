"""A recipe on the disk: read as it was written, refused in one sentence, and known before torch is imported."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.recipe import Recipe, RecipeError
from tests.support.paths import ROOT


def test_the_default_recipe_is_the_released_one_without_the_loss_that_a_small_text_can_do_without():
    recipe = Recipe()
    assert (recipe.temperature, recipe.alpha_ce, recipe.alpha_mlm, recipe.alpha_cos) == (2.0, 5.0, 0.0, 1.0)
    assert recipe.warmup == 0.05
    assert recipes.PUBLISHED == {"temperature": 2.0, "alpha_ce": 5.0, "alpha_mlm": 2.0, "alpha_cos": 1.0}


def test_a_recipe_is_read_as_it_was_written(tmp_path):
    recipe = Recipe(
        teacher='C:\\odd "name" ü',
        initial_layers=(0, 2, 4),
        text=("a.txt", "b.txt"),
        learning_rate=1e-5,
        probes=("é [MASK]\n", "\x00\x1b\x7f\x85\u2028"),
    )
    recipes.write(recipe, tmp_path / "recipe.toml")
    assert recipes.read(tmp_path / "recipe.toml") == recipe


def test_a_recipe_for_which_there_is_no_room_leaves_the_one_before(tmp_path, monkeypatch):
    file = tmp_path / "recipe.toml"
    recipes.write(Recipe(steps=5), file)

    def no_room(self: Path, text: str, encoding: str) -> None:
        self.write_bytes(text.encode(encoding)[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", no_room)
    with pytest.raises(OSError, match="No space left"):
        recipes.write(Recipe(steps=6), file)
    assert recipes.read(file) == Recipe(steps=5)


def test_what_a_recipe_does_not_say_is_the_default_and_changes_win(tmp_path):
    (tmp_path / "recipe.toml").write_text("steps = 12\ntemperature = 3\n")
    assert recipes.read(tmp_path / "recipe.toml", seed=5, steps=9) == Recipe(temperature=3.0, seed=5, steps=9)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"stepz": 3}, "has no stepz"),
        ({"layers": 2, "initial_layers": [0, 1.5]}, "initial_layers must be a list of int, and 1.5 is none"),
        ({"text": [3]}, "text must be a list of str, and 3 is none"),
        ({"steps": "many"}, "steps must be of type int"),
        ({"steps": 0}, "steps must be from 1"),
        ({"temperature": 0.0}, "temperature must be from"),
        ({"learning_rate": float("nan")}, "learning_rate must be from"),
        ({"ce_on": "some"}, "one of masked, all"),
        ({"alpha_ce": 0.0, "alpha_mlm": 0.0, "alpha_cos": 0.0}, "nothing to learn"),
        ({"layers": 3, "initial_layers": [0, 1]}, "needs as many teacher layers"),
        ({"batch": 30, "accumulation": 4}, "can't be split"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_refused_in_one_sentence(choices, words):
    with pytest.raises(RecipeError, match=words):
        recipes.make(choices)


def test_a_file_that_is_no_recipe_is_refused(tmp_path):
    (tmp_path / "recipe.toml").write_text("steps = = 3")
    with pytest.raises(RecipeError, match="no TOML"):
        recipes.read(tmp_path / "recipe.toml")
    with pytest.raises(RecipeError, match="can't be read"):
        recipes.read(tmp_path / "nowhere.toml")


def test_every_choice_of_the_recipe_that_has_a_source_exists():
    assert set(recipes.SOURCES) | set(recipes.LIMITS) <= {field.name for field in fields(Recipe)}


def test_recipes_records_and_queues_are_known_without_torch():
    modules = (
        "distilbert_viz.distillation.recipe, distilbert_viz.runs.queue, distilbert_viz.runs.consumer, distilbert_viz.cli.distil"
    )
    question = f"import sys, {modules}; print('torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", question], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (answer.stdout.strip(), answer.stderr) == ("False", "")
