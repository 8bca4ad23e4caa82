"""What comes with the package was really recorded, says where and when, is small, and can be made again."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from distilbert_viz.cli import app
from distilbert_viz.distillation.recipe import Recipe
from distilbert_viz.records import Evaluation, Picture, Probe, ProbePicture, Step
from distilbert_viz.runs import child, home, race, recording, recordings
from distilbert_viz.runs.record import Record, create

KINDS = (recordings.RUN, "race", "measurements", "quality")
MEGABYTE = 1e6


def size(folder) -> int:
    """Bytes of all files."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def test_the_recordings_are_small():
    assert 0 < size(recordings.run_folder()) <= 3 * MEGABYTE
    assert size(recordings.FOLDER) <= 5 * MEGABYTE


@pytest.mark.parametrize("kind", KINDS)
def test_each_recording_says_on_which_machine_and_when(kind):
    label = recordings.label(kind)
    assert label.machine
    assert label.threads > 0
    assert label.date >= "2026-11-28"


def test_the_recorded_run_is_a_run_of_the_built_in_teacher_from_its_start_to_its_end():
    run = home.find(recordings.RUN)
    steps, evaluations, pictures = run.all_steps(), run.all_evaluations(), run.pictures()
    assert run.recipe.teacher == Recipe().teacher
    assert (steps[-1].number, evaluations[-1].number, pictures[-1]) == (run.recipe.steps,) * 3
    assert (evaluations[0].number, pictures[0]) == (0, 0)
    assert evaluations[-1].kl < evaluations[0].kl
    assert run.state()["status"] == "finished"
    assert run not in home.all_runs()


def test_the_recorded_race_has_every_variant_under_every_seed():
    found = recordings.race()
    assert {(run.variant, run.seed) for run in found.runs} == {(name, seed) for name in race.VARIANTS for seed in race.SEEDS}
    assert {name: len(ends) for name, ends in found.results().items()} == dict.fromkeys(race.VARIANTS, len(race.SEEDS))
    assert all(course[-1].number == found.steps for course in found.courses().values())


def test_the_recorded_measurements_are_of_the_full_size_and_of_the_built_in_pair():
    pairs = {one.setting.pair for one in recordings.measurements().values()}
    assert pairs == {"base-architecture", "built-in"}
    assert recordings.quality().pair == "built-in"


def test_a_recording_of_other_weights_is_known(monkeypatch):
    label = recordings.label("quality")
    assert recordings.of_present_weights(label) == (label.weights == recordings.built_in_weights())
    monkeypatch.setattr(recordings, "built_in_weights", lambda: "others")
    assert not recordings.of_present_weights(label)


@pytest.fixture
def trained(tmp_path) -> Record:
    """A run of 2,000 steps with 400 pictures, which no process trained."""
    run = create(tmp_path / "run", Recipe(device="cpu", steps=2000), "long")
    run.steps([Step(n, 1.0, 1.0, 1.0, 1.0, 1.0, 1e-4, 100, float(n)) for n in range(1, 2001)])
    run.evaluation(Evaluation(0, 2.0, 0.1, 0.1, 0.4, 0.0))
    shares, maps = np.array([0.5], np.float32), np.full((3, 12, 9, 9), 1 / 9, np.float32)
    run.probes((Probe("a text", tuple("abcdefghi"), 1, ("x",), shares, maps),))
    for number in range(0, 2001, 5):
        run.picture(Picture(number, (ProbePicture(shares, ("x",), shares, 0.1, maps),) * 4))
    return run


def test_a_long_run_is_thinned_evenly_with_its_ends_and_lies_in_one_file(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "MOST_BYTES", 1_000_000)
    said: list[str] = []
    recording.run(tmp_path / "out", said.append, "a test", made=trained.folder)
    thinned = Record(tmp_path / "out" / recordings.RUN)
    pictures, steps = thinned.pictures(), [step.number for step in thinned.all_steps()]
    assert (pictures[0], pictures[-1]) == (0, 2000)
    assert 50 < len(pictures) < 100
    assert max(np.diff(pictures)) <= min(np.diff(pictures)) + 5
    assert len(steps) <= recording.MOST_STEPS + 12
    assert steps[-1] == 2000
    assert size(thinned.folder) <= 1.3 * MEGABYTE
    assert sorted(file.name for file in thinned.folder.iterdir()) == ["label.json", "recipe.toml", "record.sqlite"]
    assert json.loads((thinned.folder / "label.json").read_text())["remark"] == "a test"


def test_the_recorded_race_is_the_race_of_the_page(own_runs, tmp_path, monkeypatch):
    trained = []

    def train(folder, *_: object) -> None:
        trained.append(Record(folder).recipe)
        Record(folder).evaluation(Evaluation(9, 1.0, 0.4, 0.3, 0.35, 1.0))

    monkeypatch.setattr(child, "train", train)
    recording.race(tmp_path, lambda said: None, "", steps=9)
    started = race.start(Recipe(steps=9))
    raced = [run.recipe for run in race.races()[started]]
    assert sorted(map(repr, trained)) == sorted(map(repr, raced))


def test_a_recording_that_fails_leaves_the_one_before(trained, tmp_path, monkeypatch):
    recording.run(tmp_path / "out", lambda said: None, "the first", made=trained.folder)
    monkeypatch.setattr(recording, "thin", lambda made, place: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        recording.run(tmp_path / "out", lambda said: None, "the second", made=trained.folder)
    assert json.loads((tmp_path / "out" / recordings.RUN / "label.json").read_text())["remark"] == "the first"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--from", "."), "holds no run that is finished"),
        (("run", "--from", "/no/such/run"), "holds no run that is finished"),
        (("race", "--from", "."), "--from decides nothing here: race."),
        (("run", "--from", ".", "--steps", "5"), "--steps decides nothing here: run."),
        (("quality", "--repeats", "5"), "--repeats decides nothing here: quality."),
    ],
)
def test_what_decides_nothing_and_what_is_no_finished_run_are_refused_in_one_line(trained, tmp_path, words, said):
    words = [str(trained.folder) if word == "." else word for word in words]
    answer = CliRunner().invoke(app, ["record", *words, "--out", str(tmp_path / "out")])
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert not (tmp_path / "out").exists()


def test_an_unknown_recording_is_refused_in_one_line(tmp_path):
    answer = CliRunner().invoke(app, ["record", "songs", "--out", str(tmp_path)])
    assert answer.exit_code == 2
    assert "no recording called" in answer.output
    assert list(tmp_path.iterdir()) == []
