"""What an address or a shell spells is the pair that was chosen, and nothing else spells it."""

import pytest

from distilbert_viz.pairs.choice import Named, PairChoice, RunStudent, TwoSources


@pytest.mark.parametrize(
    ("spelling", "models"),
    [
        ("built-in", Named("built-in")),
        ("no such pair", Named("no such pair")),
        ("", Named("")),
        ("run-0123456789", RunStudent("run-0123456789")),
        ("run-0123456789@400", RunStudent("run-0123456789", 400)),
        ("a/bert@main|b/distilbert", TwoSources("a/bert@main", "b/distilbert")),
        ("/a folder|/another", TwoSources("/a folder", "/another")),
        ("a|", TwoSources("a", "")),
        ("run-0123456789@", Named("run-0123456789@")),
        ("run-0123456789x", Named("run-0123456789x")),
        ("run-0123456789|run-9876543210", TwoSources("run-0123456789", "run-9876543210")),
    ],
)
def test_a_spelling_is_read_and_spelt_again(spelling, models):
    assert PairChoice.read(spelling).models == models
    assert PairChoice.read(spelling).spelling == spelling


def test_device_dtype_and_a_runs_step_make_another_choice():
    run = "run-0123456789"
    choices = [(run, "", "float32"), (run, "cpu", "float32"), (run, "", "bfloat16"), (f"{run}@1", "", "float32"),
               (f"{run}@2", "", "float32")]  # fmt: skip
    assert len({PairChoice.read(*choice) for choice in choices}) == 5
    assert PairChoice.read(f"{run}@2") == PairChoice.read(f"{run}@2")


def test_only_the_catalogues_own_names_are_in_the_catalogue():
    assert PairChoice().in_catalogue
    assert not PairChoice.read("no such pair").in_catalogue
    assert not PairChoice.read("built-in|built-in").in_catalogue
