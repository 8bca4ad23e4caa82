"""The student of a run on every page: used again, and by a link, after its run learned on."""

import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from streamlit.testing.v1 import AppTest

from distilbert_viz.distillation.checkpoints import TRAINED_STEPS
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.pairs.catalogue import FOLDER
from distilbert_viz.pairs.choice import PairChoice, RunStudent
from distilbert_viz.runs import home
from distilbert_viz.runs.record import STOPPED, STUDENT, Record
from distilbert_viz.session.cache import cache
from tests.support.pages import button, visit

pytestmark = pytest.mark.usefixtures("loaded", "first_pair")


def learned(run: Record, steps: int) -> None:
    """Leave the student that the run saves after `steps` steps: the built-in one, in which every position embedding is `steps`."""
    folder = run.folder / STUDENT
    shutil.copytree(FOLDER / "student", folder, dirs_exist_ok=True)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {TRAINED_STEPS: steps}))
    weights = load_file(FOLDER / "student" / "model.safetensors")
    (positions,) = [name for name in weights if name.endswith("position_embeddings.weight")]
    weights[positions] = np.full_like(weights[positions], steps)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def stopped_run(steps: int) -> Record:
    """A run that was stopped after `steps` steps and has left its student."""
    run = home.new_run(Recipe(device="cpu"), "mine")
    run.set(status=STOPPED)
    learned(run, steps)
    return run


def shown_steps(session: AppTest) -> float:
    """How many steps the student that the session shows had learned, by its own weights."""
    loading = cache().load(session.session_state.pair)
    assert loading.finished.wait(60)
    assert loading.error is None
    return float(loading.loaded.pair.student.embeddings.position_embeddings.weight[0, 0])


def test_a_student_that_is_used_again_after_its_run_learned_on_is_the_one_that_learned_on():
    run = stopped_run(10)
    assert cache().load(PairChoice(device="cpu")).finished.wait(60)
    session = visit("live_run", run=run.id, device="cpu")
    button(session, "Use this student").click().run()
    assert shown_steps(session) == 10
    assert session.run().query_params["pair"] in (f"{run.id}@10", [f"{run.id}@10"])
    learned(run, 20)
    button(session.run(), "Use this student").click().run()
    assert shown_steps(session) == 20
    assert session.session_state.pair == PairChoice(RunStudent(run.id, 20), "cpu")
    assert not session.run().exception


@pytest.mark.parametrize("step", ["", "@20"])
def test_a_link_to_a_runs_student_as_it_stands_shows_it_and_says_nothing(step):
    run = stopped_run(20)
    session = visit("attention", pair=f"{run.id}{step}")
    assert session.session_state.pair == PairChoice(RunStudent(run.id, 20))
    assert not session.warning
    assert shown_steps(session) == 20


def test_a_link_to_a_runs_student_that_has_learned_on_shows_it_as_it_is_now_and_says_so():
    run = stopped_run(20)
    session = visit("attention", pair=f"{run.id}@10")
    (warning,) = session.warning
    assert "learned on since" in warning.value
    assert "step 20" in warning.value
    assert session.session_state.pair == PairChoice(RunStudent(run.id, 20))
    assert shown_steps(session) == 20
